//! `redeem`.

use super::*;

#[test]
fn redeem_works() {
    issued(600, || {
        assert_ok!(Cash::redeem(by(ANNA), 250, REFERENCE));
        assert_eq!(Cash::balance(&ANNA), 350);
        assert_eq!(supply(), (600, 250, 350));
        let event = Event::Redeemed { by: ANNA, amount: 250, reference: REFERENCE };
        System::assert_last_event(event.into());
        let entry = AuditEvent::CashRedeemed { by: ANNA, amount: 250, reference: REFERENCE };
        assert_eq!(last_entry(), Some(entry));
        // To the last unit.
        assert_ok!(Cash::redeem(by(ANNA), 350, REFERENCE));
        assert_eq!(supply(), (600, 600, 0));
    });
}

#[test]
fn redeem_by_whoever_was_paid_works() {
    issued(600, || {
        assert_ok!(Cash::transfer(by(ANNA), BOB, 600));
        assert_ok!(Cash::redeem(by(BOB), 600, REFERENCE));
        assert_eq!(supply(), (600, 600, 0));
    });
}

#[test]
fn redeem_of_nothing_or_of_more_than_there_is_fails() {
    issued(600, || {
        assert_noop!(Cash::redeem(by(ANNA), 0, REFERENCE), Error::<Test>::ZeroAmount);
        for amount in [601, u128::MAX] {
            let redeemed = Cash::redeem(by(ANNA), amount, REFERENCE);
            assert_noop!(redeemed, Error::<Test>::InsufficientCash);
        }
        let others = Cash::redeem(by(ALICE), 1, REFERENCE);
        assert_noop!(others, Error::<Test>::InsufficientCash);
        assert_noop!(Cash::redeem(root(), 1, REFERENCE), BadOrigin);
    });
}
