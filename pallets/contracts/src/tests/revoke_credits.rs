//! `revoke_credits`.

use super::{
    ledger::{charge, contract, refund},
    *,
};

#[test]
fn revoke_credits_works() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        assert_ok!(Contracts::revoke_credits(root(), 0, 600));
        assert_eq!(Contracts::credits(0), Credits { granted: 0, free: 0 });
        System::assert_last_event(Event::CreditsRevoked { institution: 0, amount: 600 }.into());
        let entry = AuditEvent::CreditsRevoked { institution: 0, amount: 600 };
        assert_eq!(last_entry(), Some(entry));
    });
}

#[test]
fn revoke_credits_that_are_in_use_fails() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        contract();
        assert_ok!(charge(&ALICE, 100));
        assert_eq!(Contracts::credits(0), Credits { granted: 600, free: 500 });
        assert_noop!(Contracts::revoke_credits(root(), 0, 501), Error::<Test>::CreditsInUse);
        assert_ok!(Contracts::revoke_credits(root(), 0, 500));
    });
}

#[test]
fn revoke_credits_that_were_granted_to_another_works() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        assert_ok!(Contracts::grant_credits(root(), 1, 5));
        // What Alice had stored was freed by Carol.
        contract();
        assert_ok!(charge(&ALICE, 100));
        assert_ok!(refund(&CAROL, 100));
        assert_eq!(Contracts::credits(1), Credits { granted: 5, free: 105 });
        assert_ok!(Contracts::revoke_credits(root(), 1, 105));
        assert_eq!(Contracts::credits(1), Credits { granted: 0, free: 0 });
        // And there is room for them where they came from.
        assert_ok!(Contracts::grant_credits(root(), 0, 100));
        assert_eq!(Contracts::credits(0), Credits { granted: 700, free: 600 });
    });
}

#[test]
fn revoke_credits_of_nothing_or_by_anyone_else_fails() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        assert_noop!(Contracts::revoke_credits(root(), 0, 0), Error::<Test>::ZeroAmount);
        assert_noop!(Contracts::revoke_credits(by(ALICE), 0, 1), BadOrigin);
    });
}
