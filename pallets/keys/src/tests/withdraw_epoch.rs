//! `withdraw_epoch`: a pending epoch is given up.

use regent_primitives::{control::KeyControl, AccountId, Caller};

use super::*;

fn by(who: sp_keyring::Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(who))
}

/// An active key with an epoch prepared for Bob, confirmed.
fn prepared() -> (KeyId, RegenToken, RegenToken) {
    let (key, old) = active();
    let new = next(&old);
    let to = Some(account(BOB));
    assert_ok!(<Keys as KeyRegistry>::succeed(new.clone(), Some(QUORUM), to, REQUEST));
    confirm(&new, 0..4);
    (key, old, new)
}

#[test]
fn what_is_withdrawn_never_serves_and_is_to_be_punctured() {
    run(|| {
        let (key, old, new) = prepared();
        assert_ok!(Keys::withdraw_epoch(by(ALICE), key));
        assert_eq!(
            (epoch_state(key, 0), epoch_state(key, 1)),
            (KeyState::Active, KeyState::Retiring)
        );
        assert_eq!(events().last(), Some(&AuditEvent::EpochWithdrawn { epoch: 1 }));
        System::assert_last_event(Event::EpochWithdrawn { key, epoch: 1 }.into());
        assert_eq!(<Keys as KeyRegistry>::pending_epoch(&key), None);

        // The last leaf's confirmation comes too late, control does not go to whom it was prepared for,
        // and the owner's epoch is what it was.
        assert!(<Keys as KeyRegistry>::confirm(&confirmation(&new, 4)).is_err());
        let transfer = Keys::transfer_control(by(ALICE), key, account(BOB), new.policy_hash);
        assert_noop!(transfer, Error::<Test>::NotPending);
        assert_noop!(Keys::accept_confirmed(by(ALICE), key), Error::<Test>::NotPending);
        assert_noop!(Keys::withdraw_epoch(by(ALICE), key), Error::<Test>::NotPending);
        assert_eq!(Keys::record(&key).expect("stored").token, old);
        let puncture = WorkItem::Puncture { key, epoch: 1 };
        for leaf in 0..5 {
            assert_eq!(Keys::awaiting(&agent(leaf), 8), [puncture.clone()]);
        }
    });
}

#[test]
fn another_epoch_follows_under_the_next_number() {
    run(|| {
        let (key, old, withdrawn) = prepared();
        assert_ok!(Keys::withdraw_epoch(by(ALICE), key));
        assert_eq!(Keys::record(&key).expect("stored").newest, 1);
        let again = RegenToken { epoch: 1, ..next(&withdrawn) };
        assert_noop!(
            <Keys as KeyRegistry>::succeed(again, None, None, REQUEST),
            Error::<Test>::NotNextEpoch
        );
        let new = RegenToken { epoch: 2, ..next(&withdrawn) };
        succeed(&new);
        confirm(&new, 0..4);
        assert_eq!(Keys::record(&key).expect("stored").token, new);
        let states = [0, 1, 2].map(|epoch| epoch_state(key, epoch));
        assert_eq!(states, [KeyState::Retiring, KeyState::Retiring, KeyState::Active]);
        // Both are retired by their punctures.
        for token in [&old, &withdrawn] {
            for leaf in 0..3 {
                assert_ok!(<Keys as KeyRegistry>::puncture(&puncture(token, leaf, true)));
            }
            assert_eq!(epoch_state(key, token.epoch), KeyState::Retired);
        }
    });
}

#[test]
fn only_a_pending_successor_and_only_by_the_owner() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        let key = enrol(&token);
        // A first epoch has nothing to go back to.
        assert_noop!(Keys::withdraw_epoch(by(ALICE), key), Error::<Test>::NotPending);
        confirm(&token, 0..5);
        assert_noop!(Keys::withdraw_epoch(by(ALICE), key), Error::<Test>::NotPending);
        assert_noop!(Keys::withdraw_epoch(by(ALICE), KeyId::default()), Error::<Test>::UnknownKey);
        succeed(&next(&token));
        assert_noop!(Keys::withdraw_epoch(by(BOB), key), Error::<Test>::NotOwner);
        // Not even in a contract's call that the owner signed.
        let called = Caller { account: AccountId::new([0xee; 32]), person: account(ALICE) };
        assert_noop!(<Keys as KeyControl>::withdraw_epoch(&called, key), Error::<Test>::NotOwner);
        assert_ok!(Keys::withdraw_epoch(by(ALICE), key));
    });
}
