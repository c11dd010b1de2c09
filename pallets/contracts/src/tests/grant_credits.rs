//! `grant_credits`.

use super::*;

#[test]
fn grant_credits_works() {
    scenario(|| {
        assert_ok!(Contracts::grant_credits(root(), 0, 600));
        assert_eq!(Contracts::credits(0), Credits { granted: 600, free: 600 });
        assert_eq!(Contracts::credits(1), Credits { granted: 0, free: 0 });
        assert_ok!(Contracts::grant_credits(root(), 0, 300));
        assert_eq!(Contracts::credits(0), Credits { granted: 900, free: 900 });
        System::assert_last_event(Event::CreditsGranted { institution: 0, amount: 300 }.into());
        let entry = AuditEvent::CreditsGranted { institution: 0, amount: 300 };
        assert_eq!(last_entry(), Some(entry));
    });
}

#[test]
fn grant_credits_of_nothing_or_beyond_the_bound_fails() {
    scenario(|| {
        assert_noop!(Contracts::grant_credits(root(), 0, 0), Error::<Test>::ZeroAmount);
        for amount in [MAX_CREDITS + 1, u128::MAX] {
            assert_noop!(
                Contracts::grant_credits(root(), 0, amount),
                Error::<Test>::TooManyCredits
            );
        }
        assert_ok!(Contracts::grant_credits(root(), 0, MAX_CREDITS));
        for institution in [0, 1] {
            let more = Contracts::grant_credits(root(), institution, 1);
            assert_noop!(more, Error::<Test>::TooManyCredits);
        }
    });
}

#[test]
fn grant_credits_by_anyone_else_fails() {
    scenario(|| {
        assert_noop!(Contracts::grant_credits(by(ALICE), 0, 1), BadOrigin);
    });
}
