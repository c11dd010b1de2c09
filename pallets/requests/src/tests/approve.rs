use super::*;
use regent_primitives::{Decision, SignedApproval};

fn refused(approval: SignedApproval, error: Error<Test>) {
    let call = Call::approve { approval: Box::new(approval) };
    assert_noop!(dispatch(origin(BOB), call), error);
}

fn pending() -> RequestId {
    let (key, _) = active_key();
    submit_with_session(&sign_body(key))
}

#[test]
fn approve_works_stage_by_stage() {
    run(|| {
        let id = pending();
        let first = decision(id, BOB, 0, Decision::Approve);
        let approval_hash = first.approval.message();
        assert_ok!(dispatch(origin(ALICE), Call::approve { approval: Box::new(first.clone()) }));
        assert_eq!(status(id), RequestStatus::Pending { stage: 1 });
        let approver = BOB.to_account_id();
        let given =
            AuditEvent::ApprovalGiven { approver: approver.clone(), stage: 0, approval_hash };
        assert_eq!(newest(id), given);
        System::assert_last_event(Event::ApprovalGiven { request: id, approver, stage: 0 }.into());

        assert_ok!(dispatch(origin(ALICE), approve_call(id, DAVE, 1)));
        let record = record(id);
        assert_eq!(record.status, RequestStatus::Approved);
        assert_eq!(newest(id), AuditEvent::Approved);
        assert_eq!(record.approved_entry, Some(record.last_entry));
        let entry = record.last_entry;
        System::assert_last_event(Event::Approved { request: id, entry }.into());
        let approvals = state(id).approvals;
        assert_eq!(approvals.len(), 2);
        assert_eq!(approvals[0], first);
        let body = record.body;
        regent_policy::verify_release(GENESIS, &policy(), &body, &approvals, 1).expect("verifies");
        assert_eq!(Offers::<Test>::get(id).expect("offered").agents.len(), 5);
    });
}

#[test]
fn deny_ends_the_request() {
    run(|| {
        let id = pending();
        deny(id);
        assert_eq!(status(id), RequestStatus::Denied);
        assert!(matches!(newest(id), AuditEvent::Denied { .. }));
        let approver = DAVE.to_account_id();
        System::assert_last_event(Event::Denied { request: id, approver }.into());
        assert!(!Payloads::<Test>::contains_key(id));
        assert!(!Open::<Test>::contains_key(id));
        refused(decision(id, BOB, 0, Decision::Approve), Error::AlreadyDecided);
    });
}

#[test]
fn approve_out_of_order_fails() {
    run(|| {
        let id = pending();
        refused(decision(id, DAVE, 1, Decision::Approve), Error::WrongStage);
        refused(decision(id, DAVE, 0, Decision::Approve), Error::ApproverNotInRole);
        refused(decision(id, ALICE, 0, Decision::Approve), Error::RequesterApproves);
    });
}

#[test]
fn approve_of_own_request_fails_even_in_role() {
    run(|| {
        let (key, _) = active_key();
        let requester = CHARLIE.to_account_id();
        let body = RequestBody { requester, ..sign_body(key) };
        assert_ok!(dispatch(origin(CHARLIE), submit_call(&body, None)));
        let id = body.id(GENESIS);
        refused(decision(id, CHARLIE, 0, Decision::Approve), Error::RequesterApproves);
    });
}

#[test]
fn approve_with_wrong_signature_fails() {
    run(|| {
        let id = pending();
        let mut forged = decision(id, BOB, 0, Decision::Approve);
        forged.signature = CHARLIE.sign(forged.approval.message().as_bytes()).into();
        refused(forged, Error::InvalidSignature);
        let mut late = decision(id, BOB, 0, Decision::Approve);
        late.approval.expires += 1;
        refused(late, Error::InvalidSignature);
    });
}

#[test]
fn approve_of_something_else_fails() {
    run(|| {
        let id = pending();
        let mut other = decision(id, BOB, 0, Decision::Approve);
        other.approval.payload_hash = H256::zero();
        refused(other, Error::ApprovalNotBound);
        let mut unknown = decision(id, BOB, 0, Decision::Approve);
        unknown.approval.request = RequestId::default();
        refused(unknown, Error::UnknownRequest);
    });
}

#[test]
fn approve_after_deadlines_fails() {
    run(|| {
        let id = pending();
        let mut short = decision(id, BOB, 0, Decision::Approve);
        short.approval.expires = 1;
        short.signature = BOB.sign(short.approval.message().as_bytes()).into();
        System::set_block_number(2);
        refused(short, Error::ApprovalExpired);
        System::set_block_number(LIFETIME + 2);
        refused(decision(id, BOB, 0, Decision::Approve), Error::RequestExpired);
    });
}

#[test]
fn approve_carried_by_stranger_fails() {
    run(|| {
        let id = pending();
        let call = approve_call(id, BOB, 0);
        assert_noop!(dispatch(origin(FERDIE), call), Error::<Test>::NotMember);
    });
}

#[test]
fn approve_after_approval_fails() {
    run(|| {
        let id = approved();
        refused(decision(id, CHARLIE, 0, Decision::Approve), Error::AlreadyDecided);
        refused(decision(id, CHARLIE, 0, Decision::Deny), Error::AlreadyDecided);
    });
}
