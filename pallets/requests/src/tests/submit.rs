use super::*;
use regent_primitives::{
    bounds::{MAX_OPEN_OF_KEY, SUCCESSION_PLACES},
    payload::payload_hash,
    AccessTree, BoundedVec, Effect, Evidence, EvidenceKind, KeyId, Operation, Participant,
    PayloadFormat, PolicyHash, Session, TreeNode,
};

/// Refused by the call, and foreseen by `evaluate`.
fn refused(body: &RequestBody, error: Error<Test>) {
    assert!(!Requests::evaluate(body, PAYLOAD).is_empty());
    assert_noop!(dispatch(origin(ALICE), submit_call(body, None)), error);
}

#[test]
fn submit_works() {
    run(|| {
        let (key, _) = active_key();
        go_to(5);
        let body = sign_body(key);
        assert_eq!(Requests::evaluate(&body, PAYLOAD), []);
        let id = submit(&body);

        let state = state(id);
        assert_eq!(state.record.body, body);
        assert_eq!(state.record.status, RequestStatus::Pending { stage: 0 });
        assert_eq!(state.record.submitted_at, 5);
        assert_eq!(state.record.attempts, 0);
        assert_eq!(state.payload.as_deref(), Some(PAYLOAD));
        assert_eq!(state.policy, policy());
        assert_eq!(state.lineage.len(), 1);
        let submitted = AuditEvent::Submitted {
            by: ALICE.to_account_id(),
            key,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            policy: body.policy,
        };
        assert_eq!(newest(id), submitted);
        let event = Event::Submitted {
            request: id,
            requester: ALICE.to_account_id(),
            key,
            expires: body.expires,
        };
        System::assert_last_event(event.into());
        let open = Open::<Test>::get(id).expect("open");
        assert_eq!((open.institution, open.queued_at), (0, body.expires + 1));
        assert_eq!(OpenOf::<Test>::get(0), 1);
    });
}

#[test]
fn submit_with_session_opens_the_first_attempt() {
    run(|| {
        let (key, _) = active_key();
        let id = submit_with_session(&sign_body(key));
        let state = state(id);
        assert_eq!(state.record.attempts, 1);
        assert_eq!(state.sessions.len(), 1);
        assert!(matches!(newest(id), AuditEvent::SessionOpened { attempt: 1, .. }));
        assert_eq!(Requests::agent_work(agent(0)), [], "nothing is offered before approval");
    });
}

#[test]
fn submit_twice_fails() {
    run(|| {
        let (key, _) = active_key();
        let body = sign_body(key);
        submit(&body);
        refused(&body, Error::RequestExists);
    });
}

#[test]
fn submit_for_another_fails() {
    run(|| {
        let (key, _) = active_key();
        let call = submit_call(&sign_body(key), None);
        assert_noop!(dispatch(origin(CHARLIE), call.clone()), Error::<Test>::NotRequester);
        assert_noop!(dispatch(RuntimeOrigin::root(), call.clone()), DispatchError::BadOrigin);
        assert_noop!(dispatch(RuntimeOrigin::none(), call), DispatchError::BadOrigin);
    });
}

#[test]
fn submit_by_stranger_fails() {
    run(|| {
        let (key, _) = active_key();
        let body = RequestBody { requester: FERDIE.to_account_id(), ..sign_body(key) };
        let call = submit_call(&body, None);
        assert_noop!(dispatch(origin(FERDIE), call), Error::<Test>::NotMember);
    });
}

#[test]
fn submit_of_another_payload_fails() {
    run(|| {
        let (key, _) = active_key();
        let mut body = sign_body(key);
        body.payload_hash = payload_hash(GENESIS, PayloadFormat::Raw, b"pay somebody else");
        refused(&body, Error::PayloadMismatch);
    });
}

#[test]
fn submit_under_unknown_policy_fails() {
    run(|| {
        let (key, _) = active_key();
        let body = RequestBody { policy: PolicyHash::default(), ..sign_body(key) };
        refused(&body, Error::UnknownPolicy);
    });
}

#[test]
fn submit_against_the_policy_fails() {
    run(|| {
        let (key, _) = active_key();
        let requester = BOB.to_account_id();
        let body = RequestBody { requester, ..sign_body(key) };
        let call = submit_call(&body, None);
        assert_noop!(dispatch(origin(BOB), call), Error::<Test>::RequesterNotInRole);

        refused(&transfer_body(key, 11, 0), Error::AmountOverLimit);
        refused(&transfer_body(key, 10, 2), Error::FeeOverLimit);
        let mut stranger = transfer_body(key, 1, 0);
        stranger.effect.transfers[0].recipient = BoundedVec::truncate_from(vec![2; 20]);
        refused(&stranger, Error::RecipientNotAllowed);
        let mut other_asset = transfer_body(key, 1, 0);
        other_asset.effect.transfers[0].asset = regent_primitives::Asset::Ether { chain_id: 2 };
        refused(&other_asset, Error::AssetNotAllowed);
        let nothing = RequestBody { effect: Effect::default(), ..transfer_body(key, 1, 0) };
        refused(&nothing, Error::InvalidEffect);
        submit(&transfer_body(key, 10, 1));
    });
}

#[test]
fn submit_checks_the_deadline() {
    run(|| {
        let (key, _) = active_key();
        go_to(10);
        refused(&RequestBody { expires: 9, ..sign_body(key) }, Error::RequestExpired);
        refused(&RequestBody { expires: 111, ..sign_body(key) }, Error::LifetimeTooLong);
        submit(&RequestBody { expires: 110, ..sign_body(key) });
        submit(&RequestBody { expires: 10, ..sign_body(key) });
    });
}

#[test]
fn submit_for_unknown_key_fails() {
    run(|| {
        active_key();
        refused(&sign_body(KeyId::default()), Error::UnknownKey);
    });
}

#[test]
fn submit_for_pending_key_fails() {
    run(|| {
        create_policy();
        let body = enrol_body(1, tree(3, 5));
        let id = submit_with_session(&body);
        approve(id);
        let token = token(id, 1, &[]);
        let receipt = receipt(id, 1, &token);
        assert_ok!(dispatch(origin(ALICE), complete_call(receipt, Some(token))));
        refused(&sign_body(body.key), Error::KeyNotActive);
    });
}

#[test]
fn submit_for_another_epoch_fails() {
    run(|| {
        let (key, _) = active_key();
        refused(&RequestBody { epoch: 1, ..sign_body(key) }, Error::WrongEpoch);
    });
}

#[test]
fn submit_for_what_the_key_cannot_do_fails() {
    run(|| {
        let (key, _) = active_key();
        let result_key = BoundedVec::truncate_from(vec![1; 1_216]);
        let operation = Operation::Decrypt { result_key };
        refused(&RequestBody { operation, ..sign_body(key) }, Error::OperationNotOfKey);
        let short = Operation::Decrypt { result_key: BoundedVec::default() };
        refused(&RequestBody { operation: short, ..sign_body(key) }, Error::InvalidResultKey);
    });
}

#[test]
fn submit_under_a_successor_works_and_under_a_stranger_fails() {
    run(|| {
        let (key, _) = active_key();
        let before = submit(&sign_body(key));
        let mut successor = policy();
        successor.predecessor = Some(policy().hash(GENESIS));
        successor.maximum_lifetime = 50;
        let message = regent_primitives::policy::change_message(
            GENESIS,
            policy().hash(GENESIS),
            successor.hash(GENESIS),
        );
        let signature = regent_primitives::policy::ChangeSignature {
            signer: DAVE.to_account_id(),
            signature: DAVE.sign(message.as_bytes()).into(),
        };
        let change = pallet_regent_policies::Call::change {
            policy: Box::new(successor.clone()),
            signatures: BoundedVec::truncate_from(vec![signature]),
        };
        assert_ok!(dispatch(origin(ALICE), change));
        // What was changed is not requested under any more; what was requested before keeps it.
        refused(&RequestBody { salt: [9; 32], ..sign_body(key) }, Error::PolicySuperseded);
        refused_enrolment(enrol_body(2, tree(3, 5)), Error::PolicySuperseded);
        assert_eq!(state(before).record.body.policy, policy().hash(GENESIS));
        approve(before);
        let id = submit(&RequestBody { policy: successor.hash(GENESIS), ..sign_body(key) });
        let lineage = state(id).lineage;
        let hashes: Vec<_> = lineage.iter().map(|record| record.policy.hash(GENESIS)).collect();
        assert_eq!(hashes, [policy().hash(GENESIS), successor.hash(GENESIS)]);

        let mut stranger = policy();
        stranger.maximum_lifetime = 51;
        let create = pallet_regent_policies::Call::create { policy: Box::new(stranger.clone()) };
        assert_ok!(dispatch(origin(ALICE), create));
        let body = RequestBody { policy: stranger.hash(GENESIS), ..sign_body(key) };
        refused(&body, Error::PolicyNotDescended);
    });
}

#[test]
fn submit_of_enrolment_checks_key_and_tree() {
    run(|| {
        let (key, _) = active_key();
        refused_enrolment(enrol_body(1, tree(3, 5)), Error::RequestExists);
        let again = RequestBody { expires: 60, ..enrol_body(1, tree(3, 5)) };
        assert_eq!(again.key, key);
        refused_enrolment(again, Error::KeyExists);
        let other_key = RequestBody { key, ..enrol_body(2, tree(3, 5)) };
        refused_enrolment(other_key, Error::WrongKeyId);
        refused_enrolment(RequestBody { epoch: 1, ..enrol_body(2, tree(3, 5)) }, Error::WrongEpoch);

        let strangers = [0, 1, AGENTS].map(agent);
        let strange = AccessTree::threshold_of_agents(2, &strangers).expect("a tree");
        refused_enrolment(enrol_body(2, strange), Error::TreeNotAdmitted);
        let of_no_quorum = [0, 1, AGENTS - 1].map(agent);
        let strange = AccessTree::threshold_of_agents(2, &of_no_quorum).expect("a tree");
        refused_enrolment(enrol_body(2, strange), Error::TreeNotAdmitted);
        let nodes = vec![
            TreeNode::Gate { threshold: 1, children: 2 },
            TreeNode::Leaf(Participant::Agent(agent(0))),
            TreeNode::Leaf(Participant::ClientSecret(H256::zero())),
        ];
        let secret = AccessTree::new(nodes).expect("a tree");
        refused_enrolment(enrol_body(2, secret), Error::UnsupportedParticipant);
        submit(&enrol_body(2, tree(3, 5)));
    });
}

fn refused_enrolment(body: RequestBody, error: Error<Test>) {
    assert!(!Requests::evaluate(&body, &[]).is_empty());
    assert_noop!(dispatch(origin(ALICE), submit_call(&body, None)), error);
}

#[test]
fn submit_of_enrolment_with_payload_fails() {
    run(|| {
        create_policy();
        let format = PayloadFormat::Empty;
        let body = RequestBody {
            payload_hash: payload_hash(GENESIS, format, PAYLOAD),
            ..enrol_body(1, tree(3, 5))
        };
        let payload = BoundedVec::truncate_from(PAYLOAD.to_vec());
        let call = Call::submit { body: Box::new(body), payload, session: None };
        assert_noop!(dispatch(origin(ALICE), call), Error::<Test>::PayloadNotEmpty);
    });
}

#[test]
fn submit_with_wrong_session_fails() {
    run(|| {
        let (key, _) = active_key();
        let body = sign_body(key);
        let id = body.id(GENESIS);
        let evidence = |bytes: &[u8]| Evidence {
            kind: EvidenceKind::Simulated,
            bytes: BoundedVec::truncate_from(bytes.to_vec()),
        };
        let cases: [(Session, DispatchError); 4] = [
            (session(RequestId::default(), 1), Error::<Test>::WrongSession.into()),
            (session(id, 2), Error::<Test>::WrongAttempt.into()),
            (
                Session { evidence: evidence(b"bad"), ..session(id, 1) },
                DispatchError::Other("evidence"),
            ),
            (
                Session { evidence: evidence(OTHER_EVIDENCE), ..session(id, 1) },
                Error::<Test>::MeasurementNotAccepted.into(),
            ),
        ];
        for (session, error) in cases {
            assert_noop!(dispatch(origin(ALICE), submit_call(&body, Some(session))), error);
        }
    });
}

#[test]
fn one_institution_cannot_fill_the_chain() {
    run(|| {
        let (key, _) = active_key();
        for salt in 0..MaxOpenPerInstitution::get() {
            submit(&RequestBody { salt: seed(b"flood", salt), ..sign_body(key) });
        }
        refused(&sign_body(key), Error::TooManyOpenOfInstitution);
        let requester = CHARLIE.to_account_id();
        let body = RequestBody { requester, ..sign_body(key) };
        assert_ok!(dispatch(origin(CHARLIE), submit_call(&body, None)));
    });
}

#[test]
fn operations_leave_room_for_the_keys_next_epoch() {
    run(|| {
        let (key, _) = active_key();
        let full = MAX_OPEN_OF_KEY - SUCCESSION_PLACES;
        let fill = |count: u32| {
            let ids = (0..count).map(|n| RequestId(seed(b"other", n).into())).collect::<Vec<_>>();
            crate::OpenOfKey::<Test>::insert(key, BoundedVec::truncate_from(ids));
        };
        fill(full);
        refused(&sign_body(key), Error::TooManyOpenOfKey);
        let next = next_body(key, 0, regent_primitives::Operation::Refresh);
        let id = submit(&next);
        fill(MAX_OPEN_OF_KEY);
        refused(&RequestBody { salt: [9; 32], ..next }, Error::TooManyOpenOfKey);
        crate::OpenOfKey::<Test>::insert(key, BoundedVec::truncate_from(vec![id]));
    });
}

#[test]
fn open_requests_are_bounded() {
    run(|| {
        let (key, _) = active_key();
        let full = regent_primitives::bounds::MAX_OPEN_REQUESTS;
        let counter = Open::<Test>::counter_storage_final_key();
        frame_support::storage::unhashed::put(&counter, &full);
        refused(&sign_body(key), Error::TooManyOpenRequests);
        frame_support::storage::unhashed::put(&counter, &0u32);
    });
}

#[test]
fn evaluate_names_every_reason() {
    run(|| {
        let (key, _) = active_key();
        let mut body = transfer_body(key, 11, 2);
        body.epoch = 3;
        body.requester = FERDIE.to_account_id();
        let reasons = Requests::reasons(&body, b"another payload");
        let reasons: Vec<_> =
            reasons.into_iter().map(|text| String::from_utf8(text).expect("UTF-8")).collect();
        for part in ["no institution", "payload_hash", "epoch", "fee", "11"] {
            assert!(reasons.iter().any(|reason| reason.contains(part)), "{part}: {reasons:?}");
        }
        assert!(reasons.len() >= 6, "{reasons:?}");
        let long = vec![0; 16_385];
        assert!(Requests::reasons(&sign_body(key), &long)
            .iter()
            .any(|reason| reason.starts_with(b"payload: found 16385 bytes")));
    });
}
