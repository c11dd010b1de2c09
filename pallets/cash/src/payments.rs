//! Units that change hands.

use frame_support::traits::tokens::{Fortitude, Preservation};
use sp_runtime::traits::Zero;

use crate::*;

impl<T: Config> Pallet<T> {
    pub(crate) fn pay(from: &AccountId, to: &AccountId, amount: u128) -> DispatchResult {
        Self::ensure_has(from, amount)?;
        let is_known = T::Members::membership_of(to).is_some() || T::Contracts::contains(to);
        ensure!(is_known, Error::<T>::UnknownPayee);
        T::Ledger::transfer(from, to, amount, Preservation::Expendable)?;
        Ok(())
    }

    /// That an account has so many units, and more than none are meant.
    pub(crate) fn ensure_has(account: &AccountId, amount: u128) -> DispatchResult {
        ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
        let available =
            T::Ledger::reducible_balance(account, Preservation::Expendable, Fortitude::Polite);
        ensure!(amount <= available, Error::<T>::InsufficientCash);
        Ok(())
    }
}
