//! The ledger as contracts see it: every member's account is its institution's purse.
//!
//! Deposits are charged to whoever signs a transaction, and returned to whoever frees what they were for.
//! Through this view they come from and go to the purse of the signer's institution. The accounts of
//! contracts and pallets are themselves; what returns to people who are members no more, such as the
//! former owner of a code, goes to a purse of its own, from which governance revokes it. Nothing but
//! the account is changed: the rules are the ledger's.

use core::marker::PhantomData;

use frame_support::traits::{
    fungible::{Balanced, DecreaseIssuance, Dust, IncreaseIssuance},
    tokens::{DepositConsequence, Fortitude, Preservation, Provenance, WithdrawConsequence},
};

use crate::*;

/// See the module's documentation.
pub struct Pooled<T>(PhantomData<T>);

impl<T: Config> Pooled<T> {
    /// Whose account is meant: a contract's or a pallet's its own, a member's its institution's purse,
    /// in good standing or not, and the purse of [`FORMER_MEMBERS`] for everybody else.
    fn holder(who: &AccountId) -> AccountId {
        if T::NotPeople::contains(who) {
            return who.clone();
        }
        Pallet::<T>::purse(T::Members::membership_of(who).unwrap_or(FORMER_MEMBERS))
    }
}

impl<T: Config> Inspect<AccountId> for Pooled<T> {
    type Balance = u128;

    fn total_issuance() -> u128 {
        T::Ledger::total_issuance()
    }

    fn active_issuance() -> u128 {
        T::Ledger::active_issuance()
    }

    fn minimum_balance() -> u128 {
        T::Ledger::minimum_balance()
    }

    fn total_balance(who: &AccountId) -> u128 {
        T::Ledger::total_balance(&Self::holder(who))
    }

    fn balance(who: &AccountId) -> u128 {
        T::Ledger::balance(&Self::holder(who))
    }

    fn reducible_balance(who: &AccountId, preservation: Preservation, force: Fortitude) -> u128 {
        T::Ledger::reducible_balance(&Self::holder(who), preservation, force)
    }

    fn can_deposit(who: &AccountId, amount: u128, provenance: Provenance) -> DepositConsequence {
        T::Ledger::can_deposit(&Self::holder(who), amount, provenance)
    }

    fn can_withdraw(who: &AccountId, amount: u128) -> WithdrawConsequence<u128> {
        T::Ledger::can_withdraw(&Self::holder(who), amount)
    }
}

impl<T: Config> Unbalanced<AccountId> for Pooled<T> {
    fn handle_dust(dust: Dust<AccountId, Self>) {
        T::Ledger::handle_dust(Dust(dust.0));
    }

    fn write_balance(who: &AccountId, amount: u128) -> Result<Option<u128>, DispatchError> {
        T::Ledger::write_balance(&Self::holder(who), amount)
    }

    fn set_total_issuance(amount: u128) {
        T::Ledger::set_total_issuance(amount);
    }

    fn deactivate(amount: u128) {
        T::Ledger::deactivate(amount);
    }

    fn reactivate(amount: u128) {
        T::Ledger::reactivate(amount);
    }
}

impl<T: Config> Mutate<AccountId> for Pooled<T> {
    fn done_mint_into(who: &AccountId, amount: u128) {
        T::Ledger::done_mint_into(&Self::holder(who), amount);
    }

    fn done_burn_from(who: &AccountId, amount: u128) {
        T::Ledger::done_burn_from(&Self::holder(who), amount);
    }

    fn done_transfer(source: &AccountId, dest: &AccountId, amount: u128) {
        T::Ledger::done_transfer(&Self::holder(source), &Self::holder(dest), amount);
    }
}

impl<T: Config> Balanced<AccountId> for Pooled<T> {
    type OnDropDebt = IncreaseIssuance<AccountId, Self>;
    type OnDropCredit = DecreaseIssuance<AccountId, Self>;
}

impl<T: Config> InspectHold<AccountId> for Pooled<T> {
    type Reason = <T::Ledger as InspectHold<AccountId>>::Reason;

    fn total_balance_on_hold(who: &AccountId) -> u128 {
        T::Ledger::total_balance_on_hold(&Self::holder(who))
    }

    fn reducible_total_balance_on_hold(who: &AccountId, force: Fortitude) -> u128 {
        T::Ledger::reducible_total_balance_on_hold(&Self::holder(who), force)
    }

    fn balance_on_hold(reason: &Self::Reason, who: &AccountId) -> u128 {
        T::Ledger::balance_on_hold(reason, &Self::holder(who))
    }

    fn hold_available(reason: &Self::Reason, who: &AccountId) -> bool {
        T::Ledger::hold_available(reason, &Self::holder(who))
    }
}

impl<T: Config> UnbalancedHold<AccountId> for Pooled<T> {
    fn set_balance_on_hold(reason: &Self::Reason, who: &AccountId, amount: u128) -> DispatchResult {
        T::Ledger::set_balance_on_hold(reason, &Self::holder(who), amount)
    }
}

impl<T: Config> MutateHold<AccountId> for Pooled<T> {
    fn done_hold(reason: &Self::Reason, who: &AccountId, amount: u128) {
        T::Ledger::done_hold(reason, &Self::holder(who), amount);
    }

    fn done_release(reason: &Self::Reason, who: &AccountId, amount: u128) {
        T::Ledger::done_release(reason, &Self::holder(who), amount);
    }

    fn done_burn_held(reason: &Self::Reason, who: &AccountId, amount: u128) {
        T::Ledger::done_burn_held(reason, &Self::holder(who), amount);
    }

    fn done_transfer_on_hold(
        reason: &Self::Reason,
        source: &AccountId,
        dest: &AccountId,
        amount: u128,
    ) {
        let (source, dest) = (Self::holder(source), Self::holder(dest));
        T::Ledger::done_transfer_on_hold(reason, &source, &dest, amount);
    }

    fn done_transfer_and_hold(
        reason: &Self::Reason,
        source: &AccountId,
        dest: &AccountId,
        transferred: u128,
    ) {
        let (source, dest) = (Self::holder(source), Self::holder(dest));
        T::Ledger::done_transfer_and_hold(reason, &source, &dest, transferred);
    }
}
