//! The ledger as contracts see it.

use super::*;
use frame_support::traits::{
    fungible::Balanced,
    tokens::{Fortitude, Precision, Preservation, Restriction},
};
use sp_runtime::TokenError;

type View = ContractLedger<Test>;

/// What lies in an institution's purse.
fn free(institution: InstitutionId) -> u128 {
    Contracts::credits(institution).free
}

/// A contract's account, as `pallet_revive` makes it.
pub(super) fn contract() {
    assert_ok!(View::mint_into(&CONTRACT, 1));
}

/// Takes a deposit of what is stored in the contract.
pub(super) fn charge(from: &AccountId, amount: u128) -> Result<u128, DispatchError> {
    View::transfer_and_hold(
        &HoldReason::Deposit,
        from,
        &CONTRACT,
        amount,
        Precision::Exact,
        Preservation::Preserve,
        Fortitude::Polite,
    )
}

/// Returns it to whoever freed that.
pub(super) fn refund(to: &AccountId, amount: u128) -> Result<u128, DispatchError> {
    View::transfer_on_hold(
        &HoldReason::Deposit,
        &CONTRACT,
        to,
        amount,
        Precision::Exact,
        Restriction::Free,
        Fortitude::Polite,
    )
}

fn held() -> u128 {
    View::balance_on_hold(&HoldReason::Deposit, &CONTRACT)
}

fn pay(from: &AccountId, to: &AccountId, amount: u128) -> Result<u128, DispatchError> {
    View::transfer(from, to, amount, Preservation::Preserve)
}

/// What can be paid from an account.
fn cash(who: &AccountId) -> u128 {
    View::reducible_balance(who, Preservation::Preserve, Fortitude::Polite)
}

#[test]
fn members_of_one_institution_share_its_purse() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        contract();
        assert_ok!(charge(&ALICE, 100));
        assert_ok!(charge(&BOB, 100));
        assert_eq!((free(0), free(1), held()), (400, 0, 200));
        assert_eq!(Balances::free_balance(ALICE), 0, "nobody owns credits");
        assert_ok!(refund(&BOB, 200));
        assert_eq!((free(0), held()), (600, 0));
    });
}

#[test]
fn nobody_takes_from_another_purse() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        contract();
        assert!(charge(&CAROL, 1).is_err());
        assert!(charge(&ALICE, 601).is_err());
        assert!(!View::can_hold(&HoldReason::Deposit, &CAROL, 1));
        assert!(View::can_hold(&HoldReason::Deposit, &ALICE, 600));
    });
}

#[test]
fn what_returns_to_former_members_is_governances_to_revoke() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        contract();
        assert_ok!(charge(&ALICE, 100));
        assert_ok!(refund(&DAVE, 100));
        assert_eq!(Balances::free_balance(DAVE), 0);
        // One keeps that purse in existence.
        assert_eq!(free(FORMER_MEMBERS), 99);
        assert_ok!(Contracts::revoke_credits(root(), FORMER_MEMBERS, 99));
    });
}

#[test]
fn a_suspended_institutions_purse_is_still_its_own() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 1, 600));
        contract();
        assert_ok!(charge(&CAROL, 100));
        Suspended::set(true);
        assert_ok!(refund(&CAROL, 100));
        assert_eq!((free(1), free(FORMER_MEMBERS)), (600, 0));
    });
}

#[test]
fn cash_is_each_persons_own_and_no_credits() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        contract();
        assert_ok!(CashLedger::mint_into(&ALICE, 50));
        assert_eq!((cash(&ALICE), cash(&BOB), cash(&CONTRACT)), (50, 0, 0));

        assert!(pay(&BOB, &CONTRACT, 1).is_err(), "credits are no cash");
        assert_ok!(pay(&ALICE, &CONTRACT, 50));
        assert_eq!((cash(&ALICE), cash(&CONTRACT), free(0)), (0, 50, 600));
        assert_ok!(charge(&ALICE, 600));
        assert_eq!((cash(&CONTRACT), held(), free(0)), (50, 600, 0));
        assert!(charge(&ALICE, 1).is_err(), "cash is no credits");
        assert!(pay(&CONTRACT, &BOB, 51).is_err(), "nor are deposits");
    });
}

#[test]
fn what_was_paid_in_is_paid_out_to_the_last_unit() {
    scenario(|| {
        contract();
        assert_ok!(CashLedger::mint_into(&ALICE, 50));
        // As a contract that is there holds its account.
        assert_ok!(System::inc_consumers(&CONTRACT));
        assert_ok!(pay(&ALICE, &CONTRACT, 50));
        assert_eq!(View::total_balance(&CONTRACT), 51);
        assert_eq!(cash(&CONTRACT), 50);
        assert_ok!(pay(&CONTRACT, &CAROL, 50));
        assert_eq!((cash(&CONTRACT), cash(&CAROL)), (0, 50));
        assert_eq!(View::total_balance(&CONTRACT), View::minimum_balance());
        assert!(System::account_exists(&CONTRACT));
    });
}

#[test]
fn cash_goes_to_nobody_who_cannot_be_reached() {
    scenario(|| {
        assert_ok!(CashLedger::mint_into(&ALICE, 50));
        let purse = Contracts::purse(0);
        assert_ok!(Contracts::grant_credits(root(), 0, 1));
        for nobody in [DAVE, CONTRACT, purse] {
            assert_eq!(pay(&ALICE, &nobody, 1), Err(TokenError::CannotCreate.into()));
        }
        assert_eq!(cash(&ALICE), 50);
    });
}

#[test]
fn nothing_issues_or_destroys_cash() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        assert_ok!(CashLedger::mint_into(&ALICE, 50));
        let credits = Balances::total_issuance();
        contract();
        assert_ok!(pay(&ALICE, &CONTRACT, 20));

        let unsupported: DispatchError = TokenError::Unsupported.into();
        let (exact, expendable) = (Precision::Exact, Preservation::Expendable);
        for who in [ALICE, CONTRACT] {
            let withdrawn = View::withdraw(&who, 1, exact, expendable, Fortitude::Force);
            assert_eq!(withdrawn.map(drop), Err(unsupported));
            assert_eq!(View::deposit(&who, 1, exact).map(drop), Err(unsupported));
            assert_eq!(View::write_balance(&who, 0), Err(unsupported));
            assert_eq!(View::shelve(&who, 1), Err(unsupported));
            assert_eq!(View::restore(&who, 1), Err(unsupported));
            assert_eq!(View::set_balance(&who, 7), View::balance(&who));
            let issued = View::issue(5);
            assert!(View::resolve(&who, issued).is_err());
        }
        assert_eq!((cash(&ALICE), cash(&CONTRACT)), (30, 20));
        // What is minted for a contract's existence, and burnt, is a credit.
        let burnt = View::burn_from(&CONTRACT, 1, expendable, exact, Fortitude::Polite);
        assert_ok!(burnt);
        assert_eq!(CashLedger::total_issuance(), 50);
        assert_eq!(Balances::total_issuance(), credits);
    });
}
