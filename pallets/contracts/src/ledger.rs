//! The ledger as contracts see it: a view of two, neither of which turns into the other.
//!
//! `pallet_revive` knows one currency, in which it moves value and holds deposits. Here these are apart:
//!
//! | what it does | which ledger | whose account |
//! |---|---|---|
//! | balances and transfers: the value of calls | cash | the account itself |
//! | holds, and transfers to, from and between them: deposits | credits | the purse |
//! | mints and burns, the minimum balance: what keeps a contract's account in existence | credits | the purse |
//! | the total balance, by which it tells whether a contract that ended leaves nothing | both | the account itself |
//! | withdrawals, deposits, balances that are set | refused | |
//!
//! **Cash** is a person's or a contract's own. It changes hands and nothing else: no contract, and nothing
//! that `pallet_revive` does, issues or destroys a unit. It is paid to members and to contracts, whose
//! accounts exist by their membership or by a credit, so that none of it has to be kept back for that: what
//! was paid in can be paid out to the last unit. To an account that does not exist nothing is paid, and
//! none is made for it.
//!
//! **Credits** are charged to whoever signs a transaction, and returned to whoever frees what they were
//! for: they come from and go to the *purse* of the signer's institution. The accounts of contracts and
//! pallets are themselves; what returns to people who are members no more, such as the former owner of a
//! code, goes to a purse of its own, from which governance revokes it.
//!
//! What is refused is used by Ethereum transactions, which the chain does not take: imbalances of this
//! view would be of one ledger when they are made and of the other when they are dropped.

use core::marker::PhantomData;

use frame_support::traits::{
    fungible::{Balanced, Credit, Debt, DecreaseIssuance, Dust, IncreaseIssuance},
    tokens::{
        DepositConsequence, Fortitude, Precision, Preservation, Provenance, Restriction,
        WithdrawConsequence,
    },
};
use sp_runtime::TokenError;

use crate::*;

/// See the module's documentation.
pub struct ContractLedger<T>(PhantomData<T>);

impl<T: Config> ContractLedger<T> {
    /// Whose credits are meant: a contract's or a pallet's its own, a member's its institution's purse,
    /// in good standing or not, and the purse of [`FORMER_MEMBERS`] for everybody else.
    fn purse_of(who: &AccountId) -> AccountId {
        if T::NotPeople::contains(who) {
            return who.clone();
        }
        Pallet::<T>::purse(T::Members::membership_of(who).unwrap_or(FORMER_MEMBERS))
    }

    /// Whether cash can be paid to an account: a member's, in good standing or not, or that of a
    /// contract that is there or left something. In any other nobody could reach it.
    fn is_payable(who: &AccountId) -> bool {
        let is_contract =
            || T::Contracts::contains(who) && frame_system::Pallet::<T>::account_exists(who);
        T::Members::membership_of(who).is_some() || is_contract()
    }
}

impl<T: Config> Inspect<AccountId> for ContractLedger<T> {
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
        T::Cash::total_balance(who).saturating_add(T::Ledger::total_balance(who))
    }

    fn balance(who: &AccountId) -> u128 {
        T::Cash::balance(who)
    }

    /// Nothing is kept back to preserve the account: it does not exist by its cash.
    fn reducible_balance(who: &AccountId, _: Preservation, force: Fortitude) -> u128 {
        T::Cash::reducible_balance(who, Preservation::Expendable, force)
    }

    fn can_deposit(who: &AccountId, amount: u128, provenance: Provenance) -> DepositConsequence {
        if !Self::is_payable(who) {
            return DepositConsequence::CannotCreate;
        }
        T::Cash::can_deposit(who, amount, provenance)
    }

    fn can_withdraw(who: &AccountId, amount: u128) -> WithdrawConsequence<u128> {
        T::Cash::can_withdraw(who, amount)
    }
}

impl<T: Config> Unbalanced<AccountId> for ContractLedger<T> {
    fn handle_dust(dust: Dust<AccountId, Self>) {
        T::Ledger::handle_dust(Dust(dust.0));
    }

    /// Refused. Increases and decreases, which are made of it, are too.
    fn write_balance(_: &AccountId, _: u128) -> Result<Option<u128>, DispatchError> {
        Err(TokenError::Unsupported.into())
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

impl<T: Config> Mutate<AccountId> for ContractLedger<T> {
    fn mint_into(who: &AccountId, amount: u128) -> Result<u128, DispatchError> {
        T::Ledger::mint_into(&Self::purse_of(who), amount)
    }

    fn burn_from(
        who: &AccountId,
        amount: u128,
        preservation: Preservation,
        precision: Precision,
        force: Fortitude,
    ) -> Result<u128, DispatchError> {
        T::Ledger::burn_from(&Self::purse_of(who), amount, preservation, precision, force)
    }

    fn shelve(_: &AccountId, _: u128) -> Result<u128, DispatchError> {
        Err(TokenError::Unsupported.into())
    }

    fn restore(_: &AccountId, _: u128) -> Result<u128, DispatchError> {
        Err(TokenError::Unsupported.into())
    }

    fn transfer(
        source: &AccountId,
        dest: &AccountId,
        amount: u128,
        _: Preservation,
    ) -> Result<u128, DispatchError> {
        ensure!(Self::is_payable(dest), TokenError::CannotCreate);
        T::Cash::transfer(source, dest, amount, Preservation::Expendable)
    }

    /// Refused: the balance stays what it is.
    fn set_balance(who: &AccountId, _: u128) -> u128 {
        Self::balance(who)
    }
}

impl<T: Config> Balanced<AccountId> for ContractLedger<T> {
    type OnDropDebt = IncreaseIssuance<AccountId, Self>;
    type OnDropCredit = DecreaseIssuance<AccountId, Self>;

    fn deposit(
        _: &AccountId,
        _: u128,
        _: Precision,
    ) -> Result<Debt<AccountId, Self>, DispatchError> {
        Err(TokenError::Unsupported.into())
    }

    fn withdraw(
        _: &AccountId,
        _: u128,
        _: Precision,
        _: Preservation,
        _: Fortitude,
    ) -> Result<Credit<AccountId, Self>, DispatchError> {
        Err(TokenError::Unsupported.into())
    }
}

impl<T: Config> InspectHold<AccountId> for ContractLedger<T> {
    type Reason = <T::Ledger as InspectHold<AccountId>>::Reason;

    fn total_balance_on_hold(who: &AccountId) -> u128 {
        T::Ledger::total_balance_on_hold(&Self::purse_of(who))
    }

    fn reducible_total_balance_on_hold(who: &AccountId, force: Fortitude) -> u128 {
        T::Ledger::reducible_total_balance_on_hold(&Self::purse_of(who), force)
    }

    fn balance_on_hold(reason: &Self::Reason, who: &AccountId) -> u128 {
        T::Ledger::balance_on_hold(reason, &Self::purse_of(who))
    }

    fn hold_available(reason: &Self::Reason, who: &AccountId) -> bool {
        T::Ledger::hold_available(reason, &Self::purse_of(who))
    }

    fn ensure_can_hold(reason: &Self::Reason, who: &AccountId, amount: u128) -> DispatchResult {
        T::Ledger::ensure_can_hold(reason, &Self::purse_of(who), amount)
    }
}

impl<T: Config> UnbalancedHold<AccountId> for ContractLedger<T> {
    fn set_balance_on_hold(reason: &Self::Reason, who: &AccountId, amount: u128) -> DispatchResult {
        T::Ledger::set_balance_on_hold(reason, &Self::purse_of(who), amount)
    }
}

impl<T: Config> MutateHold<AccountId> for ContractLedger<T> {
    fn hold(reason: &Self::Reason, who: &AccountId, amount: u128) -> DispatchResult {
        T::Ledger::hold(reason, &Self::purse_of(who), amount)
    }

    fn release(
        reason: &Self::Reason,
        who: &AccountId,
        amount: u128,
        precision: Precision,
    ) -> Result<u128, DispatchError> {
        T::Ledger::release(reason, &Self::purse_of(who), amount, precision)
    }

    fn burn_held(
        reason: &Self::Reason,
        who: &AccountId,
        amount: u128,
        precision: Precision,
        force: Fortitude,
    ) -> Result<u128, DispatchError> {
        T::Ledger::burn_held(reason, &Self::purse_of(who), amount, precision, force)
    }

    fn transfer_on_hold(
        reason: &Self::Reason,
        source: &AccountId,
        dest: &AccountId,
        amount: u128,
        precision: Precision,
        mode: Restriction,
        force: Fortitude,
    ) -> Result<u128, DispatchError> {
        let (source, dest) = (Self::purse_of(source), Self::purse_of(dest));
        T::Ledger::transfer_on_hold(reason, &source, &dest, amount, precision, mode, force)
    }

    fn transfer_and_hold(
        reason: &Self::Reason,
        source: &AccountId,
        dest: &AccountId,
        amount: u128,
        precision: Precision,
        preservation: Preservation,
        force: Fortitude,
    ) -> Result<u128, DispatchError> {
        let (source, dest) = (Self::purse_of(source), Self::purse_of(dest));
        T::Ledger::transfer_and_hold(reason, &source, &dest, amount, precision, preservation, force)
    }
}
