//! Invariants of the stored state.

use crate::*;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
        ensure!(
            Deployers::<T>::iter_keys().count() as u64 == u64::from(Deployers::<T>::count()),
            "the count is not that of the deployers"
        );
        let mut granted = 0u128;
        for (_, amount) in Granted::<T>::iter() {
            granted = granted.saturating_add(amount);
        }
        ensure!(
            granted <= T::Ledger::total_issuance(),
            "more is granted than there is in the ledger"
        );
        // Neither bound is asserted: a runtime upgrade may lower it under what is there.
        Ok(())
    }
}
