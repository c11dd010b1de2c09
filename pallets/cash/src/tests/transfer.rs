//! `transfer`.

use super::*;

#[test]
fn transfer_to_a_member_works() {
    issued(600, || {
        let entries = Audit::count();
        assert_ok!(Cash::transfer(by(ANNA), BOB, 250));
        assert_eq!((Cash::balance(&ANNA), Cash::balance(&BOB)), (350, 250));
        System::assert_last_event(Event::Transferred { from: ANNA, to: BOB, amount: 250 }.into());
        // To the last unit, and to oneself.
        assert_ok!(Cash::transfer(by(ANNA), BOB, 350));
        assert_ok!(Cash::transfer(by(BOB), BOB, 600));
        assert_eq!((Cash::balance(&ANNA), Cash::balance(&BOB)), (0, 600));
        assert_eq!(supply(), (600, 0, 600));
        assert_eq!(Audit::count(), entries, "payments are between those who make them");
    });
}

#[test]
fn transfer_to_a_contract_or_a_suspended_member_works() {
    issued(600, || {
        assert_ok!(Cash::transfer(by(ANNA), CONTRACT, 1));
        assert_eq!(Cash::balance(&CONTRACT), 1);
        Suspended::set(Some(1));
        assert_ok!(Cash::transfer(by(ANNA), BOB, 1));
        assert_eq!(Cash::balance(&BOB), 1);
    });
}

#[test]
fn transfer_to_nobody_the_chain_knows_fails() {
    issued(600, || {
        assert_noop!(Cash::transfer(by(ANNA), DAVE, 1), Error::<Test>::UnknownPayee);
    });
}

#[test]
fn transfer_of_nothing_or_of_more_than_there_is_fails() {
    issued(600, || {
        assert_noop!(Cash::transfer(by(ANNA), BOB, 0), Error::<Test>::ZeroAmount);
        for amount in [601, u128::MAX] {
            let paid = Cash::transfer(by(ANNA), BOB, amount);
            assert_noop!(paid, Error::<Test>::InsufficientCash);
        }
        assert_noop!(Cash::transfer(by(BOB), ANNA, 1), Error::<Test>::InsufficientCash);
        assert_noop!(Cash::transfer(root(), ANNA, 1), BadOrigin);
    });
}
