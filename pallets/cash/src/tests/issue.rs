//! `issue`.

use super::*;

#[test]
fn issue_works() {
    issued(600, || {
        assert_eq!(Cash::balance(&ANNA), 600);
        assert_ok!(Cash::issue(by(ALICE), BOB, 400));
        assert_eq!(Cash::balance(&BOB), 400);
        assert_eq!(supply(), (1_000, 0, 1_000));
        System::assert_last_event(Event::Issued { by: ALICE, to: BOB, amount: 400 }.into());
        let entry = AuditEvent::CashIssued { by: ALICE, to: BOB, amount: 400 };
        assert_eq!(last_entry(), Some(entry));
    });
}

#[test]
fn issue_above_the_ceiling_fails() {
    issued(600, || {
        for amount in [401, u128::MAX] {
            assert_noop!(Cash::issue(by(ALICE), ANNA, amount), Error::<Test>::AboveCeiling);
        }
        // What is redeemed can be issued again.
        assert_ok!(Cash::redeem(by(ANNA), 600, REFERENCE));
        assert_ok!(Cash::issue(by(ALICE), ANNA, CEILING));
        assert_eq!(supply(), (1_600, 600, 1_000));
        assert_noop!(Cash::issue(by(ALICE), ANNA, 1), Error::<Test>::AboveCeiling);
    });
}

#[test]
fn issue_to_others_than_members_in_good_standing_fails() {
    issued(1, || {
        Suspended::set(Some(1));
        for account in [DAVE, CONTRACT, BOB] {
            assert_noop!(Cash::issue(by(ALICE), account, 1), Error::<Test>::NotMember);
        }
    });
}

#[test]
fn issue_by_others_than_the_issuers_administrator_fails() {
    issued(1, || {
        for account in [ANNA, BOB, DAVE] {
            assert_noop!(Cash::issue(by(account), ANNA, 1), Error::<Test>::NotIssuer);
        }
        assert_noop!(Cash::issue(root(), ANNA, 1), BadOrigin);
        Suspended::set(Some(0));
        assert_noop!(Cash::issue(by(ALICE), BOB, 1), Error::<Test>::NotIssuer);
    });
}

#[test]
fn issue_of_nothing_or_without_an_issuer_fails() {
    scenario(|| {
        assert_noop!(Cash::issue(by(ALICE), ANNA, 1), Error::<Test>::NoIssuer);
        assert_ok!(Cash::set_issuer(root(), euros()));
        assert_noop!(Cash::issue(by(ALICE), ANNA, 0), Error::<Test>::ZeroAmount);
    });
}
