use super::*;

#[test]
fn cancel_works_while_pending_and_approved() {
    run(|| {
        let (key, _) = active_key();
        let pending = submit(&sign_body(key));
        go_to(2);
        let approved = submit_with_session(&sign_body(key));
        approve(approved);
        for id in [pending, approved] {
            assert_ok!(dispatch(origin(ALICE), Call::cancel { request: id }));
            assert_eq!(status(id), RequestStatus::Cancelled);
            assert_eq!(newest(id), AuditEvent::Cancelled);
            System::assert_last_event(Event::Cancelled { request: id }.into());
            assert!(!Payloads::<Test>::contains_key(id));
            assert!(!Offers::<Test>::contains_key(id));
        }
        assert_eq!(Open::<Test>::count(), 0);
        assert!(!OpenOf::<Test>::contains_key(0));
        assert_eq!(Deadlines::<Test>::iter().count(), 0);
    });
}

#[test]
fn cancel_by_another_fails() {
    run(|| {
        let id = approved();
        let call = Call::cancel { request: id };
        assert_noop!(dispatch(origin(BOB), call), Error::<Test>::NotRequester);
        let call = Call::cancel { request: RequestId::default() };
        assert_noop!(dispatch(origin(ALICE), call), Error::<Test>::UnknownRequest);
    });
}

#[test]
fn cancel_after_a_release_or_the_end_fails() {
    run(|| {
        let id = approved();
        let call = Call::<Test>::cancel { request: id };
        assert_ok!(note(release(id, 1, 0)));
        assert_noop!(dispatch(origin(ALICE), call.clone()), Error::<Test>::SharesReleased);
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt(id, 1, 0), None)));
        assert_noop!(dispatch(origin(ALICE), call), Error::<Test>::RequestOver);
    });
}

#[test]
fn late_releases_after_cancel_are_unaccounted() {
    run(|| {
        let id = approved();
        let late: Vec<_> = (0..3).map(|leaf| release(id, 1, leaf)).collect();
        assert_ok!(dispatch(origin(ALICE), Call::cancel { request: id }));
        for note_of_few in &late[..2] {
            assert_ok!(note(note_of_few.clone()));
            assert_eq!(status(id), RequestStatus::Cancelled, "nobody could have completed it");
        }
        assert_ok!(note(late[2].clone()));
        assert_eq!(status(id), RequestStatus::Failed, "now somebody could");
        let names: Vec<_> = history(id).into_iter().rev().take(5).collect();
        let [failed, third, second, unaccounted, first] = names.as_slice() else { unreachable!() };
        assert_eq!(*failed, AuditEvent::Failed);
        assert_eq!(*unaccounted, AuditEvent::Unaccounted, "once");
        for release in [first, second, third] {
            assert!(matches!(release, AuditEvent::ShareReleased { .. }));
        }
    });
}
