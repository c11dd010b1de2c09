use super::*;

#[test]
fn pending_request_expires_after_its_deadline() {
    run(|| {
        let (key, _) = active_key();
        let id = submit_with_session(&sign_body(key));
        go_to(LIFETIME + 1);
        assert_eq!(status(id), RequestStatus::Pending { stage: 0 }, "the last block counts");
        go_to(LIFETIME + 2);
        assert_eq!(status(id), RequestStatus::Expired);
        assert_eq!(newest(id), AuditEvent::Expired);
        System::assert_last_event(Event::Expired { request: id }.into());
        assert_eq!(Open::<Test>::count(), 0);
        assert!(!Payloads::<Test>::contains_key(id));
    });
}

#[test]
fn approved_request_expires_when_nothing_can_come_any_more() {
    run(|| {
        let (key, _) = active_key();
        let without = submit(&sign_body(key));
        approve(without);
        go_to(2);
        let with = submit(&sign_body(key));
        approve(with);
        // Its session outlives it: shares count until the request's own deadline, 42.
        go_to(40);
        open_session(with, 1);
        go_to(LIFETIME + 2);
        assert_eq!(status(without), RequestStatus::Expired);
        go_to(LIFETIME + 2 + NoteGrace::get());
        assert_eq!(status(with), RequestStatus::Approved, "a note may still come");
        go_to(LIFETIME + 3 + NoteGrace::get());
        assert_eq!(status(with), RequestStatus::Expired);
    });
}

#[test]
fn released_and_never_accounted_for_fails() {
    run(|| {
        let id = approved();
        assert_ok!(note(release(id, 1, 0)));
        go_to(LIFETIME + 1);
        assert_eq!(status(id), RequestStatus::Executing);
        go_to(LIFETIME + 2);
        assert_eq!(status(id), RequestStatus::Failed);
        assert_eq!(newest(id), AuditEvent::Unaccounted);
        System::assert_last_event(Event::Failed { request: id }.into());
        assert_noop!(
            dispatch(origin(ALICE), complete_call(receipt(id, 1, 0), None)),
            Error::<Test>::RequestOver
        );
    });
}

#[test]
fn executing_request_waits_for_its_open_session() {
    run(|| {
        let id = approved();
        assert_ok!(note(release(id, 1, 0)));
        go_to(LIFETIME);
        open_session(id, 2);
        let deadline = LIFETIME + 10;
        go_to(deadline + NoteGrace::get());
        assert_eq!(status(id), RequestStatus::Executing);
        assert_eq!(Requests::agent_work(agent(1)), [], "but nothing is released any more");
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt(id, 2, 0), None)));
        assert_eq!(status(id), RequestStatus::Completed);
        go_to(deadline + NoteGrace::get() + 5);
        assert_eq!(status(id), RequestStatus::Completed);
    });
}

#[test]
fn executing_request_fails_after_its_last_session() {
    run(|| {
        let id = approved();
        assert_ok!(note(release(id, 1, 0)));
        go_to(LIFETIME);
        open_session(id, 2);
        let last = LIFETIME + 10 + NoteGrace::get();
        go_to(last);
        assert_eq!(status(id), RequestStatus::Executing);
        check();
        go_to(last + 1);
        assert_eq!(status(id), RequestStatus::Failed);
    });
}

#[test]
fn late_release_turns_expired_into_failed() {
    run(|| {
        let id = approved();
        let late = release(id, 1, 0);
        go_to(LIFETIME + 2);
        assert_eq!(status(id), RequestStatus::Expired);
        assert_ok!(note(late));
        assert_eq!(status(id), RequestStatus::Failed);
        let history = history(id);
        let [.., expired, released, unaccounted] = history.as_slice() else { unreachable!() };
        assert_eq!(*expired, AuditEvent::Expired);
        assert!(matches!(released, AuditEvent::ShareReleased { .. }));
        assert_eq!(*unaccounted, AuditEvent::Unaccounted);
    });
}

#[test]
fn a_burst_of_deadlines_is_spread_over_blocks() {
    run(|| {
        let (key, _) = active_key();
        let submit = |salt: u32| {
            let body = RequestBody { salt: seed(b"burst", salt), ..sign_body(key) };
            submit(&body)
        };
        let ids: Vec<_> = (0..4).map(submit).collect();
        let at = LIFETIME + 2;
        assert_eq!(Deadlines::<Test>::get(at).len(), 2);
        assert_eq!(Deadlines::<Test>::get(at + 1).len(), 2);
        let expired = || ids.iter().filter(|id| status(**id) == RequestStatus::Expired).count();
        go_to(at);
        assert_eq!(expired(), 2);
        check();
        // What waits in the queue is past its deadline all the same.
        let late = ids.iter().find(|id| !status(**id).is_over()).expect("two wait");
        assert_noop!(
            dispatch(origin(BOB), approve_call(*late, BOB, 0)),
            Error::<Test>::RequestExpired
        );
        go_to(at + 1);
        assert_eq!(expired(), 4);
        assert_eq!(Deadlines::<Test>::iter().count(), 0);
    });
}

#[test]
fn weight_of_the_hook_grows_with_what_it_settles() {
    use crate::WeightInfo;
    use frame_support::traits::Hooks;

    run(|| {
        let (key, _) = active_key();
        submit(&sign_body(key));
        let none = <() as WeightInfo>::on_deadlines(0);
        assert_eq!(Requests::on_initialize(2), none);
        System::set_block_number(LIFETIME + 2);
        let one = Requests::on_initialize(LIFETIME + 2);
        assert_eq!(one, <() as WeightInfo>::on_deadlines(1));
        assert!(one.all_gt(none) || one.ref_time() > none.ref_time());
    });
}
