//! Purses: what institutions may have stored.

use frame_support::traits::tokens::{Fortitude, Precision, Preservation};
use sp_runtime::traits::{AccountIdConversion, Zero};

use crate::*;

/// The purse of nobody's institution: of people who are members no more.
pub const FORMER_MEMBERS: InstitutionId = InstitutionId::MAX;

impl<T: Config> Pallet<T> {
    /// The account in which an institution's credits lie. It has no key.
    pub fn purse(institution: InstitutionId) -> AccountId {
        T::PurseId::get().into_sub_account_truncating(institution)
    }

    /// An institution's credits.
    pub fn credits(institution: InstitutionId) -> Credits {
        // What keeps the purse in existence is none of them.
        let free = T::Ledger::reducible_balance(
            &Self::purse(institution),
            Preservation::Preserve,
            Fortitude::Polite,
        );
        Credits { granted: Granted::<T>::get(institution), free }
    }

    pub(crate) fn grant(institution: InstitutionId, amount: u128) -> DispatchResult {
        ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
        let issued = T::Ledger::total_issuance().saturating_add(amount);
        ensure!(issued <= T::MaxCredits::get(), Error::<T>::TooManyCredits);
        let granted = Granted::<T>::get(institution).saturating_add(amount);
        let purse = Self::purse(institution);
        if T::Ledger::total_balance(&purse).is_zero() {
            T::Ledger::mint_into(&purse, T::Ledger::minimum_balance())?;
        }
        T::Ledger::mint_into(&purse, amount)?;
        Granted::<T>::insert(institution, granted);
        Ok(())
    }

    pub(crate) fn revoke(institution: InstitutionId, amount: u128) -> DispatchResult {
        ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
        let Credits { granted, free } = Self::credits(institution);
        // Deposits return to the institution of whoever frees what they were for: a purse can hold more
        // than its institution was granted, and that is revoked too.
        ensure!(amount <= free, Error::<T>::CreditsInUse);
        T::Ledger::burn_from(
            &Self::purse(institution),
            amount,
            Preservation::Preserve,
            Precision::Exact,
            Fortitude::Polite,
        )?;
        Granted::<T>::insert(institution, granted.saturating_sub(amount));
        Ok(())
    }
}
