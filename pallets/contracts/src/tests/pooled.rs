//! The ledger as contracts see it.

use super::*;
use frame_support::traits::tokens::{Fortitude, Precision, Preservation};

fn free(who: &AccountId) -> u128 {
    Pooled::<Test>::reducible_balance(who, Preservation::Preserve, Fortitude::Polite)
}

#[test]
fn members_of_one_institution_share_its_purse() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        assert_eq!((free(&ALICE), free(&BOB), free(&CAROL)), (600, 600, 0));
        assert_eq!(Balances::free_balance(ALICE), 0, "nobody owns credits");

        assert_ok!(Pooled::<Test>::transfer(&ALICE, &CONTRACT, 100, Preservation::Preserve));
        assert_eq!((free(&ALICE), free(&BOB)), (500, 500));
        assert_eq!(Balances::free_balance(CONTRACT), 100);
        assert_ok!(Pooled::<Test>::transfer(&CONTRACT, &BOB, 100, Preservation::Expendable));
        assert_eq!(Contracts::credits(0).free, 600);
    });
}

#[test]
fn nobody_takes_from_another_purse() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        assert!(Pooled::<Test>::transfer(&CAROL, &CONTRACT, 1, Preservation::Preserve).is_err());
        assert!(Pooled::<Test>::transfer(&ALICE, &CONTRACT, 601, Preservation::Preserve).is_err());
    });
}

#[test]
fn nothing_is_created_or_lost() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        let issued = Balances::total_issuance();
        assert_ok!(Pooled::<Test>::mint_into(&CONTRACT, 5));
        let burnt = Pooled::<Test>::burn_from(
            &CONTRACT,
            5,
            Preservation::Expendable,
            Precision::Exact,
            Fortitude::Polite,
        );
        assert_ok!(burnt);
        assert_ok!(Pooled::<Test>::transfer(&ALICE, &CONTRACT, 600, Preservation::Preserve));
        assert_ok!(Pooled::<Test>::transfer(&CONTRACT, &ALICE, 600, Preservation::Expendable));
        assert_eq!(Balances::total_issuance(), issued);
    });
}

#[test]
fn what_returns_to_former_members_is_governances_to_revoke() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        assert_ok!(Pooled::<Test>::transfer(&ALICE, &CONTRACT, 100, Preservation::Preserve));
        assert_ok!(Pooled::<Test>::transfer(&CONTRACT, &DAVE, 100, Preservation::Expendable));
        assert_eq!(Balances::free_balance(DAVE), 0);
        // One keeps that purse in existence.
        assert_eq!(Contracts::credits(FORMER_MEMBERS).free, 99);
        assert_ok!(Contracts::revoke_credits(root(), FORMER_MEMBERS, 99));
    });
}

#[test]
fn a_suspended_institutions_purse_is_still_its_own() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 1, 600));
        assert_ok!(Pooled::<Test>::transfer(&CAROL, &CONTRACT, 100, Preservation::Preserve));
        Suspended::set(true);
        assert_ok!(Pooled::<Test>::transfer(&CONTRACT, &CAROL, 100, Preservation::Expendable));
        assert_eq!(Contracts::credits(1).free, 600);
        assert_eq!(Contracts::credits(FORMER_MEMBERS).free, 0);
    });
}
