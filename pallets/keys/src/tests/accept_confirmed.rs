use super::*;

#[test]
fn accept_confirmed_works() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        let key = enrol(&token);
        confirm(&token, 0..3);
        assert_ok!(Keys::accept_confirmed(RuntimeOrigin::signed(account(ALICE)), key));
        assert_eq!(state(key), KeyState::Active);
        let event = AuditEvent::KeyActivated { epoch: 0, accepted_by_owner: true };
        assert_eq!(events().last(), Some(&event));
        System::assert_last_event(
            Event::KeyActivated { key, epoch: 0, accepted_by_owner: true }.into(),
        );
        confirm(&token, [3, 4]);
    });
}

#[test]
fn accept_confirmed_by_another_fails() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        let key = enrol(&token);
        confirm(&token, 0..3);
        let call = |origin| Keys::accept_confirmed(origin, key);
        assert_noop!(call(RuntimeOrigin::signed(account(BOB))), Error::<Test>::NotOwner);
        assert_noop!(call(RuntimeOrigin::root()), sp_runtime::DispatchError::BadOrigin);
    });
}

#[test]
fn accept_confirmed_of_too_few_fails() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        let key = enrol(&token);
        confirm(&token, 0..2);
        assert_noop!(
            Keys::accept_confirmed(RuntimeOrigin::signed(account(ALICE)), key),
            Error::<Test>::TooFewConfirmed
        );
    });
}

#[test]
fn accept_confirmed_of_active_or_unknown_key_fails() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        let key = enrol(&token);
        confirm(&token, 0..4);
        let origin = || RuntimeOrigin::signed(account(ALICE));
        assert_noop!(Keys::accept_confirmed(origin(), key), Error::<Test>::NotPending);
        assert_noop!(Keys::accept_confirmed(origin(), KeyId::default()), Error::<Test>::UnknownKey);
    });
}
