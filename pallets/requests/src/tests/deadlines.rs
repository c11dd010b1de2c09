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
fn enough_released_and_never_accounted_for_fails() {
    run(|| {
        let id = approved();
        for leaf in 0..3 {
            assert_ok!(note(release(id, 1, leaf)));
        }
        go_to(LIFETIME + 1);
        assert_eq!(status(id), RequestStatus::Executing);
        go_to(LIFETIME + 2);
        assert_eq!(status(id), RequestStatus::Failed);
        assert_eq!(newest(id), AuditEvent::Failed);
        assert!(history(id).contains(&AuditEvent::Unaccounted));
        System::assert_last_event(Event::Failed { request: id }.into());
        assert_noop!(
            dispatch(origin(ALICE), complete_call(receipt(id, 1, 0), None)),
            Error::<Test>::RequestOver
        );
    });
}

#[test]
fn too_few_released_in_every_attempt_expires() {
    run(|| {
        let id = approved();
        // Together three leaves, and in neither attempt: no enclave had enough.
        assert_ok!(note(release(id, 1, 0)));
        assert_ok!(note(release(id, 1, 1)));
        go_to(12);
        open_session(id, 2);
        assert_ok!(note(release(id, 2, 1)));
        assert_ok!(note(release(id, 2, 2)));
        go_to(LIFETIME + 2);
        assert_eq!(status(id), RequestStatus::Expired);
        assert_eq!(newest(id), AuditEvent::Expired);
        System::assert_last_event(Event::Expired { request: id }.into());
        let unaccounted = |event: &&AuditEvent| **event == AuditEvent::Unaccounted;
        assert_eq!(history(id).iter().filter(unaccounted).count(), 1);
    });
}

#[test]
fn enrolment_without_a_leaf_to_spare_expires() {
    run(|| {
        create_policy();
        let id = submit_with_session(&enrol_body(1, tree(3, 5)));
        approve(id);
        for leaf in 0..3 {
            assert_ok!(note(release(id, 1, leaf)));
        }
        let last = release(id, 1, 3);
        go_to(LIFETIME + 2);
        assert_eq!(status(id), RequestStatus::Expired, "the chain takes no token of three leaves");
        assert_ok!(note(last));
        assert_eq!(status(id), RequestStatus::Failed);
    });
}

#[test]
fn used_up_attempts_fail() {
    run(|| {
        let id = approved();
        for (attempt, block) in [(2, 12), (3, 23)] {
            go_to(block);
            open_session(id, attempt);
        }
        // The third ended at 33, the request could have been completed up to 41.
        let late = release(id, 3, 0);
        go_to(LIFETIME + 1);
        assert_eq!(status(id), RequestStatus::Approved);
        go_to(LIFETIME + 2);
        assert_eq!(status(id), RequestStatus::Failed);
        assert_eq!(newest(id), AuditEvent::Failed);
        assert!(!history(id).contains(&AuditEvent::Unaccounted), "nothing was released");
        assert_ok!(note(late));
        assert_eq!(newest(id), AuditEvent::Unaccounted);
        assert_eq!(status(id), RequestStatus::Failed);
    });
}

#[test]
fn third_attempt_cut_short_by_the_deadline_expires() {
    run(|| {
        let id = approved();
        for (attempt, block) in [(2, 20), (3, LIFETIME)] {
            go_to(block);
            open_session(id, attempt);
        }
        go_to(LIFETIME + 2 + NoteGrace::get());
        assert_eq!(status(id), RequestStatus::Expired);
    });
}

#[test]
fn attempts_used_up_before_approval_expire() {
    run(|| {
        let (key, _) = active_key();
        let id = submit_with_session(&sign_body(key));
        for (attempt, block) in [(2, 12), (3, 23)] {
            go_to(block);
            open_session(id, attempt);
        }
        go_to(LIFETIME + 2);
        assert_eq!(status(id), RequestStatus::Expired, "it was never approved");
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
        for leaf in 0..3 {
            assert_ok!(note(release(id, 1, leaf)));
        }
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
fn late_releases_turn_expired_into_failed_once_they_are_enough() {
    run(|| {
        let id = approved();
        let late: Vec<_> = (0..4).map(|leaf| release(id, 1, leaf)).collect();
        go_to(LIFETIME + 2);
        assert_eq!(status(id), RequestStatus::Expired);
        let expected = [
            (RequestStatus::Expired, AuditEvent::Unaccounted),
            (RequestStatus::Expired, newest_release(1)),
            (RequestStatus::Failed, AuditEvent::Failed),
            (RequestStatus::Failed, newest_release(3)),
        ];
        for (late, (after, entry)) in late.into_iter().zip(expected) {
            assert_ok!(note(late));
            check();
            assert_eq!((status(id), newest(id)), (after, entry));
        }
    });
}

/// The entry of the release of a leaf by the agent of the same number, in the first attempt.
fn newest_release(leaf: u16) -> AuditEvent {
    AuditEvent::ShareReleased {
        attempt: 1,
        agent: agent(leaf),
        leaf: tree(1, leaf + 1).leaves().remove(usize::from(leaf)).0,
        aad: seed(b"aad", u32::from(leaf)).into(),
    }
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
        let weight = |settled| {
            <() as WeightInfo>::settle_closing(settled)
                .max(<() as WeightInfo>::settle_waiting(settled))
        };
        assert_eq!(Requests::on_initialize(2), weight(0));
        System::set_block_number(LIFETIME + 2);
        assert_eq!(Requests::on_initialize(LIFETIME + 2), weight(1));
        assert!(weight(1).ref_time() > weight(0).ref_time());
    });
}
