//! Invariants of the stored state.

use crate::*;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
        let (issued, redeemed) = (Issued::<T>::get(), Redeemed::<T>::get());
        let outstanding = issued.checked_sub(redeemed).ok_or("more is redeemed than issued")?;
        ensure!(
            T::Ledger::total_issuance() == outstanding,
            "the ledger holds other units than were issued and not redeemed"
        );
        ensure!(T::Ledger::active_issuance() == outstanding, "units are held back");
        ensure!(outstanding == 0 || Terms::<T>::exists(), "units are claims on nobody");
        // That the ceiling holds is not asserted: governance may lower it under what is outstanding.
        Ok(())
    }
}
