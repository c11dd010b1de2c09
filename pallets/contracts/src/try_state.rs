//! Invariants of the stored state.

use alloc::collections::BTreeMap;

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
        let mut counted = BTreeMap::<AccountId, u32>::new();
        for (contract, _) in Fulfilments::<T>::iter_keys() {
            ensure!(T::Contracts::contains(&contract), "a condition of no contract is met");
            let count = counted.entry(contract).or_default();
            *count = count.saturating_add(1);
        }
        let stored: BTreeMap<_, _> = FulfilledOf::<T>::iter().collect();
        ensure!(counted == stored, "the counts are not those of the conditions");
        // Neither bound is asserted: a runtime upgrade may lower it under what is there.
        Ok(())
    }
}
