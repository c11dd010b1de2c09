//! What holders leave behind who are gone.

use frame_support::traits::tokens::Preservation;
use sp_runtime::traits::Zero;

use crate::*;

impl<T: Config> Pallet<T> {
    /// Moves all that a holder has who cannot act any more. Returns how much that is.
    pub(crate) fn take_from(from: &AccountId, to: &AccountId) -> Result<u128, DispatchError> {
        let is_reachable =
            T::Members::membership_of(from).is_some() || T::Contracts::contains(from);
        ensure!(!is_reachable, Error::<T>::HolderReachable);
        Self::ensure_payee(to)?;
        let amount = T::Ledger::balance(from);
        ensure!(!amount.is_zero(), Error::<T>::InsufficientCash);
        // A former validator's session keys refer to the account. If its cash alone keeps it in existence,
        // the ledger does not give the last unit away: meanwhile the account exists by this.
        frame_system::Pallet::<T>::inc_providers(from);
        T::Ledger::transfer(from, to, amount, Preservation::Expendable)?;
        if let Err(error) = frame_system::Pallet::<T>::dec_providers(from) {
            // The session keys are still there: the account's record stays, as it does when a
            // membership ends.
            log::debug!(target: LOG_TARGET, "account of a former holder stays: {error:?}");
        }
        Ok(amount)
    }
}
