//! `recover`.

use super::*;
use frame_support::traits::tokens::Preservation;

/// Anna holds 600 units and is a member no more.
fn left(test: impl FnOnce()) {
    issued(600, || {
        Former::set(Some(ANNA));
        test();
    });
}

#[test]
fn recover_from_a_former_member_works() {
    left(|| {
        assert_ok!(Cash::recover(root(), ANNA, BOB));
        assert_eq!((Cash::balance(&ANNA), Cash::balance(&BOB)), (0, 600));
        assert!(!System::account_exists(&ANNA), "nothing is left of the account");
        assert_eq!(supply(), (600, 0, 600));
        let event = Event::Recovered { from: ANNA, to: BOB, amount: 600 };
        System::assert_last_event(event.into());
        let entry = AuditEvent::CashRecovered { from: ANNA, to: BOB, amount: 600 };
        assert_eq!(last_entry(), Some(entry));

        // Nothing stands in the way of another issuer any more.
        assert_ok!(Cash::redeem(by(BOB), 600, REFERENCE));
        assert_ok!(Cash::set_issuer(root(), CashTerms { issuer: 1, ..euros() }));
    });
}

/// A former validator's session keys refer to the account, which exists by its cash alone.
#[test]
fn recover_from_an_account_that_is_referred_to_works_to_the_last_unit() {
    left(|| {
        assert_ok!(System::inc_consumers(&ANNA));
        assert_eq!(System::providers(&ANNA), 1);
        assert_ok!(Cash::recover(root(), ANNA, BOB));
        assert_eq!((Cash::balance(&ANNA), Cash::balance(&BOB)), (0, 600));
        assert_eq!((System::providers(&ANNA), System::consumers(&ANNA)), (1, 1));
    });
}

#[test]
fn recover_from_a_contract_that_ended_works() {
    issued(600, || {
        assert_ok!(Balances::transfer(&ANNA, &CONTRACT, 250, Preservation::Expendable));
        let early = Cash::recover(root(), CONTRACT, BOB);
        assert_noop!(early, Error::<Test>::HolderReachable);
        Ended::set(true);
        assert_ok!(Cash::recover(root(), CONTRACT, BOB));
        assert_eq!((Cash::balance(&CONTRACT), Cash::balance(&BOB)), (0, 250));
    });
}

#[test]
fn recover_from_members_fails() {
    issued(600, || {
        assert_noop!(Cash::recover(root(), ANNA, BOB), Error::<Test>::HolderReachable);
        // Nor is cash of a suspended institution's members governance's to give away.
        Suspended::set(Some(0));
        assert_noop!(Cash::recover(root(), ANNA, BOB), Error::<Test>::HolderReachable);
    });
}

#[test]
fn recover_to_others_than_members_fails() {
    left(|| {
        for account in [DAVE, CONTRACT, ANNA] {
            let recovered = Cash::recover(root(), ANNA, account);
            assert_noop!(recovered, Error::<Test>::UnknownPayee);
        }
    });
}

#[test]
fn recover_of_nothing_fails() {
    left(|| {
        assert_noop!(Cash::recover(root(), DAVE, BOB), Error::<Test>::InsufficientCash);
    });
}

#[test]
fn recover_by_anyone_else_fails() {
    left(|| {
        for account in [ALICE, ANNA] {
            assert_noop!(Cash::recover(by(account), ANNA, BOB), BadOrigin);
        }
    });
}
