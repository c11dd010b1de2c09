use super::*;
use frame_support::traits::Authorize;
use regent_primitives::{agent_api::WorkItem, AgentNote};
use sp_core::Pair;
use sp_runtime::transaction_validity::{
    InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
};

fn authorize(note: AgentNote) -> Result<ValidTransaction, TransactionValidityError> {
    let call = RuntimeCall::Requests(Call::note { note: Box::new(note) });
    let authorized = call.authorize(TransactionSource::External).expect("needs authorization");
    authorized.map(|(validity, _)| validity)
}

fn refused(note: AgentNote, error: Error<Test>) {
    assert_eq!(Requests::check_note(&note).map_err(|e| e.as_str()), Err(error.as_str()));
    let expected = match error {
        Error::AlreadyNoted => InvalidTransaction::Stale,
        _ => InvalidTransaction::Call,
    };
    assert_eq!(authorize(note.clone()), Err(expected.into()));
    // Nor does the call itself accept it, should anything ever authorize it.
    let origin = RuntimeOrigin::from(frame_system::RawOrigin::Authorized);
    assert_noop!(dispatch(origin, Call::note { note: Box::new(note) }), error);
}

#[test]
fn release_is_noted() {
    run(|| {
        let id = approved();
        assert_ok!(note(release(id, 1, 0)));
        assert_eq!(status(id), RequestStatus::Executing);
        let AgentNote::Release(released) = release(id, 1, 0) else { unreachable!() };
        let (leaf, aad) = (released.leaf.clone(), released.aad);
        let event =
            AuditEvent::ShareReleased { attempt: 1, agent: agent(0), leaf: leaf.clone(), aad };
        assert_eq!(newest(id), event);
        System::assert_has_event(
            Event::ShareReleased { request: id, attempt: 1, agent: agent(0), leaf }.into(),
        );
        let releases = state(id).releases;
        assert_eq!(releases.len(), 1);
        assert_eq!((&releases[0].leaf, releases[0].aad), (&released.leaf, aad));

        assert_eq!(Requests::agent_work(agent(0)), []);
        let work = WorkItem::Release { request: id, attempt: 1 };
        assert_eq!(Requests::agent_work(agent(1)), [work]);
        for leaf in 1..5 {
            assert_ok!(note(release(id, 1, leaf)));
        }
        assert!(!Offers::<Test>::contains_key(id), "nobody is left");
        assert_eq!(state(id).releases.len(), 5);
    });
}

#[test]
fn release_twice_fails() {
    run(|| {
        let id = approved();
        assert_ok!(note(release(id, 1, 0)));
        refused(release(id, 1, 0), Error::AlreadyNoted);
        let AgentNote::Release(mut other) = release(id, 1, 0) else { unreachable!() };
        other.aad = H256::zero();
        other.signature = agent_pair(0).sign(other.message(GENESIS).as_bytes());
        refused(AgentNote::Release(other), Error::AlreadyNoted);
    });
}

#[test]
fn forged_release_fails() {
    run(|| {
        let id = approved();
        let AgentNote::Release(mut forged) = release(id, 1, 0) else { unreachable!() };
        forged.signature = agent_pair(1).sign(forged.message(GENESIS).as_bytes());
        let forged = AgentNote::Release(forged);
        assert_eq!(authorize(forged.clone()), Err(InvalidTransaction::BadProof.into()));
        assert_noop!(note(forged), DispatchError::Other("invalid"));
    });
}

#[test]
fn release_by_a_stranger_fails() {
    run(|| {
        let id = approved();
        // Agent 5 is registered and of the quorum, but no leaf of the key; agent 1 is another leaf.
        refused(release(id, 1, 5), Error::NotLeafOfAgent);
        let AgentNote::Release(mut other) = release(id, 1, 0) else { unreachable!() };
        other.agent = agent(1);
        other.signature = agent_pair(1).sign(other.message(GENESIS).as_bytes());
        refused(AgentNote::Release(other), Error::NotLeafOfAgent);
    });
}

#[test]
fn release_of_an_absent_leaf_fails() {
    run(|| {
        let (key, _) = active_key_without(&[4]);
        let id = submit_with_session(&sign_body(key));
        approve(id);
        refused(release(id, 1, 4), Error::NotLeafOfAgent);
        assert_eq!(Requests::agent_work(agent(4)), []);
        assert_ok!(note(release(id, 1, 3)));
    });
}

#[test]
fn release_before_approval_or_for_nothing_fails() {
    run(|| {
        let (key, _) = active_key();
        let id = submit_with_session(&sign_body(key));
        refused(release(id, 1, 0), Error::NotApproved);
        approve(id);
        let AgentNote::Release(mut other) = release(id, 1, 0) else { unreachable!() };
        other.session = Default::default();
        other.signature = agent_pair(0).sign(other.message(GENESIS).as_bytes());
        refused(AgentNote::Release(other.clone()), Error::WrongSession);
        other.attempt = 2;
        refused(AgentNote::Release(other.clone()), Error::UnknownSession);
        other.request = RequestId::default();
        refused(AgentNote::Release(other), Error::UnknownRequest);
        let denied = {
            go_to(2);
            let id = submit_with_session(&sign_body(key));
            deny(id);
            id
        };
        refused(release(denied, 1, 0), Error::NotApproved);
    });
}

#[test]
fn releases_of_every_attempt_are_noted() {
    run(|| {
        let id = approved();
        let first = release(id, 1, 0);
        go_to(12);
        open_session(id, 2);
        assert_ok!(note(release(id, 2, 0)));
        assert_ok!(note(first));
        assert_eq!(state(id).releases.len(), 2);
        assert_eq!(Requests::agent_work(agent(0)), []);
    });
}

#[test]
fn release_after_the_receipt_is_noted() {
    run(|| {
        let id = approved();
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt(id, 1, 0), None)));
        assert_ok!(note(release(id, 1, 2)));
        assert_eq!(status(id), RequestStatus::Completed);
        assert!(matches!(newest(id), AuditEvent::ShareReleased { .. }));
        refused(release(id, 1, 2), Error::AlreadyNoted);
    });
}

#[test]
fn refusal_is_noted_once_an_attempt() {
    run(|| {
        let id = approved();
        assert_ok!(note(refusal(id, 1, 0)));
        assert_eq!(status(id), RequestStatus::Approved, "a refusal releases nothing");
        assert!(matches!(newest(id), AuditEvent::ReleaseRefused { attempt: 1, .. }));
        assert_eq!(state(id).refusals.len(), 1);
        assert_eq!(Requests::agent_work(agent(0)), [], "it has answered");
        refused(refusal(id, 1, 0), Error::AlreadyNoted);
        refused(refusal(id, 2, 0), Error::WrongAttempt);
        refused(refusal(id, 1, 5), Error::NotLeafOfAgent);
        assert_ok!(note(release(id, 1, 0)));
        go_to(12);
        open_session(id, 2);
        refused(refusal(id, 1, 1), Error::WrongAttempt);
        assert_ok!(note(refusal(id, 2, 0)));
    });
}

#[test]
fn refusal_of_what_is_not_open_fails() {
    run(|| {
        let (key, _) = active_key();
        let id = submit_with_session(&sign_body(key));
        refused(refusal(id, 1, 0), Error::NotApproved);
        deny(id);
        refused(refusal(id, 1, 0), Error::RequestOver);
        refused(refusal_of_nothing(), Error::UnknownRequest);
    });
}

fn refusal_of_nothing() -> AgentNote {
    refusal(RequestId::default(), 1, 0)
}

#[test]
fn confirmation_is_noted() {
    run(|| {
        create_policy();
        let id = submit_with_session(&enrol_body(1, tree(3, 5)));
        approve(id);
        let token = token(id, 1, &[]);
        let early = confirmation(&token, 0);
        assert_eq!(authorize(early.clone()), Err(InvalidTransaction::Call.into()));
        let authorized = RuntimeOrigin::from(frame_system::RawOrigin::Authorized);
        assert_noop!(
            dispatch(authorized, Call::note { note: Box::new(early) }),
            pallet_regent_keys::Error::<Test>::UnknownKey
        );
        let receipt = receipt(id, 1, &token);
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt, Some(token.clone()))));
        let work = WorkItem::Confirm { key: token.key_id, epoch: 0 };
        assert_eq!(Requests::agent_work(agent(0)), [work]);
        assert_ok!(note(confirmation(&token, 0)));
        assert_eq!(Requests::agent_work(agent(0)), []);
        let key = Keys::key(&token.key_id).expect("stored");
        assert!(key.is_confirmed(0) && !key.is_confirmed(1));
        assert_eq!(key.state, KeyState::Pending);
        let again = confirmation(&token, 0);
        assert_eq!(authorize(again), Err(InvalidTransaction::Call.into()));
    });
}

#[test]
fn authorization_is_bounded_and_deduplicates() {
    run(|| {
        let id = approved();
        let valid = authorize(release(id, 1, 0)).expect("valid");
        assert_eq!(valid.provides.len(), 1);
        assert!(valid.requires.is_empty());
        assert!(valid.longevity <= 64);
        assert!(valid.propagate);
        // sr25519 signs with fresh randomness: the same statement, other bytes, the same tag.
        let again = authorize(release(id, 1, 0)).expect("valid");
        assert_eq!(valid.provides, again.provides);
        let other_leaf = authorize(release(id, 1, 1)).expect("valid");
        let refused = authorize(refusal(id, 1, 0)).expect("valid");
        assert_ne!(valid.provides, other_leaf.provides);
        assert_ne!(valid.provides, refused.provides);
    });
}

#[test]
fn note_is_for_authorized_transactions_only() {
    run(|| {
        let id = approved();
        let call = || Call::<Test>::note { note: Box::new(release(id, 1, 0)) };
        for origin in [origin(ALICE), RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(dispatch(origin, call()), DispatchError::BadOrigin);
        }
    });
}

#[test]
fn small_trees_cost_less_than_the_bound() {
    use crate::WeightInfo;
    use frame_support::dispatch::GetDispatchInfo;
    use sp_runtime::traits::Dispatchable;

    run(|| {
        let id = approved();
        let call = RuntimeCall::Requests(Call::note { note: Box::new(release(id, 1, 0)) });
        let info = call.get_dispatch_info();
        let (_, refund) =
            call.authorize(TransactionSource::External).expect("authorized").expect("valid");
        assert_eq!(
            info.extension_weight
                .saturating_sub(refund)
                .ref_time()
                .saturating_sub(<() as WeightInfo>::authorize_release(5).ref_time()),
            0
        );
        let origin = RuntimeOrigin::from(frame_system::RawOrigin::Authorized);
        let post = call.dispatch(origin).expect("noted");
        assert_eq!(post.actual_weight, Some(<() as WeightInfo>::note_release(5)));
        assert_eq!(info.call_weight, <() as WeightInfo>::note_release(256));
    });
}

#[test]
fn notes_of_one_institution_leave_room_for_those_of_others() {
    run(|| {
        let (key, token) = active_key();
        let mine = submit_with_session(&sign_body(key));
        approve(mine);
        // Charlie is of another institution than Alice.
        let requester = CHARLIE.to_account_id();
        let body = RequestBody { requester: requester.clone(), ..sign_body(key) };
        let theirs = body.id(GENESIS);
        let call = submit_call(&body, Some(session(theirs, 1)));
        assert_ok!(dispatch(origin(CHARLIE), call));
        assert_ok!(dispatch(origin(BOB), approve_call(theirs, BOB, 0)));
        assert_ok!(dispatch(origin(BOB), approve_call(theirs, DAVE, 1)));

        // A block has room for two notes of each institution on a tree of five leaves.
        go_to(2);
        let cost = Requests::release_weight(token.tree.leaf_count() as u32).ref_time();
        NoteAllowance::set(2 * cost);
        for leaf in 0..2 {
            assert_ok!(note(release(mine, 1, leaf)));
        }
        let full = Err(InvalidTransaction::ExhaustsResources.into());
        assert_eq!(authorize(release(mine, 1, 2)), full);
        assert_eq!(authorize(refusal(mine, 1, 3)), full);
        assert_eq!(NotesOf::<Test>::get(Some(0)).used, 2 * cost);

        // Others' notes are let in, and the rest waits for the next block.
        assert_ok!(note(release(theirs, 1, 0)));
        assert_eq!(NotesOf::<Test>::get(Some(1)).used, cost);
        go_to(3);
        assert_ok!(note(release(mine, 1, 2)));
        assert_eq!(NotesOf::<Test>::get(Some(0)).used, cost);
        NoteAllowance::set(u64::MAX);
    });
}

#[test]
fn notes_about_keys_are_charged_to_who_owns_them() {
    run(|| {
        active_key();
        let used = NotesOf::<Test>::get(Some(0));
        assert_eq!(used.block, 1);
        assert_eq!(used.used, 5 * Requests::confirmation_weight(5).ref_time());
    });
}

#[test]
fn notes_stand_behind_members_with_quota_left() {
    run(|| {
        let id = approved();
        let valid = authorize(release(id, 1, 0)).expect("valid");
        // `CheckMembership::FULL_PRIORITY` is 1,000,000,000.
        assert_eq!(valid.priority, 100_000_000);
    });
}

#[test]
fn what_a_removed_agent_did_is_noted() {
    run(|| {
        let id = approved();
        without_agent(0, || {
            let named = submit_call(&enrol_body(2, tree(3, 5)), None);
            assert_noop!(dispatch(origin(ALICE), named), Error::<Test>::TreeNotAdmitted);
            assert_ok!(note(release(id, 1, 0)));
        });
        let noted: Vec<_> = state(id).releases.iter().map(|release| release.agent).collect();
        assert_eq!(noted, [agent(0)]);
        let released = |event: &AuditEvent| {
            matches!(event, AuditEvent::ShareReleased { attempt: 1, agent: who, .. }
                if *who == agent(0))
        };
        assert!(released(&newest(id)));
    });
}
