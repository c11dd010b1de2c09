//! Who may issue, and units that come into being and cease to be.

use frame_support::traits::tokens::{Fortitude, Precision, Preservation};
use regent_primitives::bounds::MAX_CASH_DECIMALS;
use sp_runtime::{traits::Zero, ArithmeticError};

use crate::*;

impl<T: Config> Pallet<T> {
    /// Units that accounts hold.
    pub fn outstanding() -> u128 {
        Issued::<T>::get().saturating_sub(Redeemed::<T>::get())
    }

    pub(crate) fn appoint(terms: CashTerms) -> DispatchResult {
        let is_name = !terms.name.is_empty() && terms.name.iter().all(u8::is_ascii_alphabetic);
        ensure!(is_name, Error::<T>::InvalidName);
        ensure!(terms.decimals <= MAX_CASH_DECIMALS, Error::<T>::InvalidDecimals);
        let is_other = Terms::<T>::get()
            .is_none_or(|former| CashTerms { ceiling: terms.ceiling, ..former } != terms);
        ensure!(!is_other || Self::outstanding().is_zero(), Error::<T>::CashOutstanding);
        Terms::<T>::put(terms);
        Ok(())
    }

    pub(crate) fn mint(to: &AccountId, amount: u128) -> DispatchResult {
        ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
        let CashTerms { ceiling, .. } = Terms::<T>::get().ok_or(Error::<T>::NoIssuer)?;
        ensure!(T::Members::institution_of(to).is_some(), Error::<T>::NotMember);
        let outstanding = Self::outstanding().saturating_add(amount);
        ensure!(outstanding <= ceiling, Error::<T>::AboveCeiling);
        let issued = Issued::<T>::get().checked_add(amount).ok_or(ArithmeticError::Overflow)?;
        T::Ledger::mint_into(to, amount)?;
        Issued::<T>::put(issued);
        Ok(())
    }

    pub(crate) fn burn(from: &AccountId, amount: u128) -> DispatchResult {
        Self::ensure_has(from, amount)?;
        T::Ledger::burn_from(
            from,
            amount,
            Preservation::Expendable,
            Precision::Exact,
            Fortitude::Polite,
        )?;
        Redeemed::<T>::mutate(|redeemed| *redeemed = redeemed.saturating_add(amount));
        Ok(())
    }
}
