//! Units that change hands.

use frame_support::traits::tokens::{Fortitude, Preservation};
use sp_runtime::traits::Zero;

use crate::*;

impl<T: Config> Pallet<T> {
    pub(crate) fn pay(from: &AccountId, to: &AccountId, amount: u128) -> DispatchResult {
        Self::ensure_has(from, amount)?;
        Self::ensure_payee(to)?;
        T::Ledger::transfer(from, to, amount, Preservation::Expendable)?;
        Ok(())
    }

    /// That an account is a member's, in good standing or not.
    pub(crate) fn ensure_payee(account: &AccountId) -> DispatchResult {
        ensure!(T::Members::membership_of(account).is_some(), Error::<T>::UnknownPayee);
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
