use super::*;
use regent_primitives::{
    BoundedVec, EnrolmentId, LeafPath, OperationKind, PolicyHash, Receipt, RegenToken,
    SignedReceipt,
};

fn refused(receipt: SignedReceipt, token: Option<RegenToken>, error: Error<Test>) {
    assert_noop!(dispatch(origin(ALICE), complete_call(receipt, token)), error);
}

#[test]
fn complete_works() {
    run(|| {
        let id = approved();
        for leaf in 0..3 {
            assert_ok!(note(release(id, 1, leaf)));
        }
        let signed = receipt(id, 1, b"signature");
        assert_ok!(dispatch(origin(BOB), complete_call(signed.clone(), None)));
        assert_eq!(status(id), RequestStatus::Completed);
        let receipt_hash = signed.receipt.message(GENESIS);
        assert_eq!(newest(id), AuditEvent::Completed { attempt: 1, receipt_hash });
        let event = Event::Completed { request: id, attempt: 1, receipt: receipt_hash };
        System::assert_last_event(event.into());
        let state = state(id);
        assert_eq!(state.receipt, Some(signed.clone()));
        assert_eq!(state.payload, None);
        assert!(!Open::<Test>::contains_key(id));
        assert_eq!(Requests::agent_work(agent(4)), []);
        refused(signed, None, Error::AlreadyCompleted);
    });
}

#[test]
fn complete_before_any_note_works() {
    run(|| {
        let id = approved();
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt(id, 1, 0), None)));
        assert_eq!(status(id), RequestStatus::Completed);
    });
}

#[test]
fn complete_by_the_second_attempt_works() {
    run(|| {
        let id = approved();
        go_to(12);
        open_session(id, 2);
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt(id, 2, 0), None)));
        assert!(matches!(newest(id), AuditEvent::Completed { attempt: 2, .. }));
    });
}

/// How often the log calls releases of a request unaccounted.
fn unaccounted(id: RequestId) -> usize {
    history(id).iter().filter(|event| **event == AuditEvent::Unaccounted).count()
}

/// An approved request in its second attempt, after these leaves were released for the first.
fn second_attempt(released: impl IntoIterator<Item = u16>) -> RequestId {
    let id = approved();
    for leaf in released {
        assert_ok!(note(release(id, 1, leaf)));
    }
    go_to(12);
    open_session(id, 2);
    id
}

#[test]
fn releases_of_an_attempt_without_a_receipt_are_unaccounted() {
    // Enough for its enclave to have done the operation, and too few.
    for released in [0..3, 0..1] {
        run(|| {
            let id = second_attempt(released);
            for leaf in 0..3 {
                assert_ok!(note(release(id, 2, leaf)));
            }
            assert_eq!(unaccounted(id), 0, "a receipt may come");
            assert_ok!(dispatch(origin(ALICE), complete_call(receipt(id, 2, 0), None)));
            let history = history(id);
            let [.., before, completed] = history.as_slice() else { unreachable!() };
            assert_eq!(*before, AuditEvent::Unaccounted);
            assert!(matches!(completed, AuditEvent::Completed { attempt: 2, .. }));
            assert_eq!(unaccounted(id), 1);
            // What comes later of either attempt says nothing new.
            assert_ok!(note(release(id, 2, 3)));
            assert_ok!(note(release(id, 1, 3)));
            assert_eq!(unaccounted(id), 1);
            assert_eq!(status(id), RequestStatus::Completed);
        });
    }
}

#[test]
fn late_releases_of_an_attempt_without_a_receipt_are_unaccounted() {
    run(|| {
        let id = second_attempt([]);
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt(id, 2, 0), None)));
        for leaf in 0..3 {
            assert_ok!(note(release(id, 2, leaf)));
        }
        assert_eq!(unaccounted(id), 0, "the receipt accounts for them");
        assert_ok!(note(release(id, 1, 0)));
        assert_eq!(newest(id), AuditEvent::Unaccounted);
        assert_ok!(note(release(id, 1, 1)));
        assert!(matches!(newest(id), AuditEvent::ShareReleased { attempt: 1, .. }));
        assert_eq!(unaccounted(id), 1, "once");
        assert_eq!(status(id), RequestStatus::Completed);
    });
}

#[test]
fn a_receipt_of_an_earlier_attempt_counts_and_the_later_ones_is_refused_by_name() {
    run(|| {
        let id = second_attempt(0..3);
        let (first, second) = (receipt(id, 1, 0), receipt(id, 2, 0));
        assert_ok!(note(release(id, 2, 0)));
        assert_ok!(dispatch(origin(ALICE), complete_call(first.clone(), None)));
        let history = history(id);
        let [.., before, completed] = history.as_slice() else { unreachable!() };
        assert_eq!(*before, AuditEvent::Unaccounted, "the second attempt's release is");
        assert!(matches!(completed, AuditEvent::Completed { attempt: 1, .. }));
        assert_eq!(Requests::agent_work(agent(1)), [], "nothing more is released for the second");
        refused(second, None, Error::AlreadyCompleted);
        assert_eq!(state(id).receipt, Some(first));
    });
}

#[test]
fn a_receipt_of_an_earlier_attempt_after_the_later_ones_is_refused_by_name() {
    run(|| {
        let id = second_attempt(0..3);
        let (first, second) = (receipt(id, 1, 0), receipt(id, 2, 0));
        assert_ok!(dispatch(origin(ALICE), complete_call(second.clone(), None)));
        assert_eq!(unaccounted(id), 1, "the first attempt's releases are");
        refused(first, None, Error::AlreadyCompleted);
        assert_eq!(state(id).receipt, Some(second));
    });
}

#[test]
fn a_receipt_counts_after_the_deadline_of_its_attempt_until_the_request_is_over() {
    run(|| {
        let id = approved();
        for leaf in 0..3 {
            assert_ok!(note(release(id, 1, leaf)));
        }
        let signed = receipt(id, 1, 0);
        // The session ended at 11, the request at 41.
        go_to(LIFETIME + 1);
        assert_ok!(dispatch(origin(ALICE), complete_call(signed, None)));
        assert!(matches!(newest(id), AuditEvent::Completed { attempt: 1, .. }));
        assert_eq!(unaccounted(id), 0);
    });
}

#[test]
fn complete_before_approval_fails() {
    run(|| {
        let (key, _) = active_key();
        let id = submit_with_session(&sign_body(key));
        refused(receipt(id, 1, 0), None, Error::NotApproved);
        let unknown = Receipt { request: RequestId::default(), ..receipt(id, 1, 0).receipt };
        refused(sign_receipt(unknown), None, Error::UnknownRequest);
    });
}

#[test]
fn complete_by_stranger_fails() {
    run(|| {
        let id = approved();
        let call = complete_call(receipt(id, 1, 0), None);
        assert_noop!(dispatch(origin(FERDIE), call), Error::<Test>::NotMember);
    });
}

#[test]
fn receipt_of_another_session_fails() {
    run(|| {
        let id = approved();
        refused(receipt(id, 2, 0), None, Error::UnknownSession);
        let other = Receipt { session: Default::default(), ..receipt(id, 1, 0).receipt };
        refused(sign_receipt(other), None, Error::WrongSession);
        let mut forged = receipt(id, 1, 0);
        forged.signature = receipt(id, 1, 1).signature;
        refused(forged, None, Error::InvalidSignature);
    });
}

#[test]
fn receipt_of_another_operation_fails() {
    run(|| {
        let id = approved();
        let right = || receipt(id, 1, 0).receipt;
        let wrong = [
            Receipt { key: Default::default(), ..right() },
            Receipt { epoch: 1, ..right() },
            Receipt { operation: OperationKind::Decrypt, ..right() },
            Receipt { payload_hash: H256::zero(), ..right() },
            Receipt { policy: PolicyHash::default(), ..right() },
        ];
        for receipt in wrong {
            refused(sign_receipt(receipt), None, Error::ReceiptMismatch);
        }
        let unlinked = Receipt { previous: H256::zero(), ..right() };
        refused(sign_receipt(unlinked), None, Error::ReceiptNotLinked);
    });
}

#[test]
fn receipt_needs_distinct_leaves_that_satisfy() {
    run(|| {
        let id = approved();
        let right = receipt(id, 1, 0).receipt;
        let path = |child: u16| LeafPath(BoundedVec::truncate_from(vec![child]));
        for leaves in [
            vec![],
            vec![path(1), path(2)],
            vec![path(1), path(2), path(2)],
            vec![path(1), path(2), path(3), path(3)],
            vec![path(1), path(2), path(6)],
            vec![path(1), path(2), path(3), path(6)],
        ] {
            let leaves = BoundedVec::truncate_from(leaves);
            let receipt = Receipt { leaves, ..right.clone() };
            refused(sign_receipt(receipt), None, Error::ReceiptLeaves);
        }
        let all = BoundedVec::truncate_from((1..=5).map(path).collect());
        let signed = sign_receipt(Receipt { leaves: all, ..right });
        assert_ok!(dispatch(origin(ALICE), complete_call(signed, None)));
    });
}

#[test]
fn receipt_with_absent_leaf_fails() {
    run(|| {
        let (key, _) = active_key_without(&[1]);
        let id = submit_with_session(&sign_body(key));
        approve(id);
        refused(receipt(id, 1, 0), None, Error::ReceiptLeaves);
    });
}

#[test]
fn token_without_enrolment_fails() {
    run(|| {
        let (key, token) = active_key();
        let id = submit_with_session(&sign_body(key));
        approve(id);
        refused(receipt(id, 1, &token), Some(token), Error::TokenNotExpected);
    });
}

fn enrolment() -> RequestId {
    create_policy();
    go_to(25);
    let id = submit_with_session(&enrol_body(1, tree(3, 5)));
    approve(id);
    id
}

#[test]
fn complete_of_enrolment_stores_the_token() {
    run(|| {
        let id = enrolment();
        let token = token(id, 1, &[4]);
        let signed = receipt(id, 1, &token);
        assert_ok!(dispatch(origin(ALICE), complete_call(signed, Some(token.clone()))));
        let key = Keys::key(&token.key_id).expect("stored");
        assert_eq!(key.token, token);
        assert_eq!(key.owner, ALICE.to_account_id());
        assert_eq!(key.quorum, QUORUM);
        assert_eq!(key.state, KeyState::Pending);
        assert_eq!(key.token.window, 2);
        let state = state(id);
        assert_eq!(state.record.status, RequestStatus::Completed);
        assert_eq!(state.key, Some(key));
        assert_eq!(state.lineage.len(), 1);
    });
}

#[test]
fn complete_of_enrolment_needs_its_token() {
    run(|| {
        let id = enrolment();
        let right = token(id, 1, &[]);
        refused(receipt(id, 1, &right), None, Error::TokenMissing);
        let wrong = [
            RegenToken { key_id: Default::default(), ..right.clone() },
            RegenToken { window: 1, ..right.clone() },
            RegenToken { enrolment_id: EnrolmentId::default(), ..right.clone() },
            RegenToken { policy_hash: PolicyHash::default(), ..right.clone() },
            RegenToken { tree: tree(2, 5), ..right.clone() },
            RegenToken { algorithm: regent_primitives::Algorithm::Sr25519, ..right.clone() },
        ];
        for token in wrong {
            refused(receipt(id, 1, &token), Some(token), Error::TokenMismatch);
        }
        let later = RegenToken { epoch: 1, ..right.clone() };
        assert_noop!(
            dispatch(origin(ALICE), complete_call(receipt(id, 1, &later), Some(later))),
            pallet_regent_keys::Error::<Test>::NotFirstEpoch
        );
        // Right in itself, but not what the session signed.
        let other = token(id, 1, &[4]);
        refused(receipt(id, 1, &right), Some(other), Error::TokenMismatch);
    });
}

#[test]
fn complete_of_enrolment_with_too_few_leaves_fails() {
    run(|| {
        let id = enrolment();
        let token = token(id, 1, &[3, 4]);
        assert_noop!(
            dispatch(origin(ALICE), complete_call(receipt(id, 1, &token), Some(token))),
            pallet_regent_keys::Error::<Test>::TooFewLeaves
        );
        assert_eq!(status(id), RequestStatus::Approved);
    });
}
