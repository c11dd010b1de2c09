//! What nobody's word is taken for: payloads, approvals, receipts, tokens.

use regent_primitives::{
    enclave_api::Outcome, payload::payload_hash, receipt::result_hash, runtime_api::RequestState,
    Approval, Decision, KeyRecord, RequestBody, RequestId, Session, SignedApproval, H256,
};

use super::FlowError;

/// Checks what can be checked of a request before people are shown it: that a payload, if the state
/// holds one, is the one that the body fixes, and that each approval and denial is of this request, on
/// this chain, and signed by whoever it names. Whether it is in that person's stage is for the policy.
///
/// # Errors
/// [`FlowError::OtherPayload`], [`FlowError::ForgedApproval`].
pub fn check_request(genesis: H256, state: &RequestState) -> Result<(), FlowError> {
    let body = &state.record.body;
    let forged = |signed: &&SignedApproval| {
        let Approval { stage, decision, expires, .. } = signed.approval;
        let of_this = Approval::of(genesis, body, stage, decision, expires);
        signed.approval != of_this || !signed.verify()
    };
    if let Some(forged) = state.approvals.iter().find(forged) {
        return Err(FlowError::ForgedApproval { id: state.id, approver: forged.approver.clone() });
    }
    let format = body.operation.format();
    let other = |payload: &Vec<u8>| payload_hash(genesis, format, payload) != body.payload_hash;
    if state.payload.as_ref().is_some_and(other) {
        return Err(FlowError::OtherPayload(state.id));
    }
    Ok(())
}

/// Checks that whoever approves can have seen what is done: while a request is open, the chain holds its
/// payload.
pub(super) fn check_seen(state: &RequestState, decision: Decision) -> Result<(), FlowError> {
    let open = !state.record.status.is_over();
    if decision == Decision::Approve && open && state.payload.is_none() {
        return Err(FlowError::PayloadWithheld(state.id));
    }
    Ok(())
}

/// Checks that the session signed for this answer to this request.
pub(super) fn check_outcome(
    genesis: H256,
    id: RequestId,
    body: &RequestBody,
    session: &Session,
    outcome: &Outcome,
) -> Result<(), FlowError> {
    let receipt = &outcome.receipt.receipt;
    let makes_token = body.makes_token();
    let result = match &outcome.token {
        Some(token) => result_hash(genesis, token),
        None => result_hash(genesis, &outcome.result),
    };
    let fields = [
        (receipt.request == id, "request"),
        (receipt.attempt == session.attempt, "attempt"),
        (receipt.session == session.id, "session"),
        (receipt.key == body.key, "key"),
        (receipt.epoch == body.epoch, "epoch"),
        (receipt.operation == body.operation.kind(), "operation"),
        (receipt.payload_hash == body.payload_hash, "payload"),
        (receipt.policy == body.policy, "policy"),
        (outcome.token.is_some() == makes_token, "kind of result"),
        (receipt.result_hash == result, "result"),
        (outcome.receipt.verify(genesis, &session.signing_public), "signature"),
    ];
    match fields.into_iter().find(|(equal, _)| !equal) {
        Some((_, what)) => Err(FlowError::Receipt { id, what }),
        None => Ok(()),
    }
}

/// Checks that the key on chain is the one that the enclave enrolled.
pub(super) fn check_enrolled(
    id: RequestId,
    outcome: &Outcome,
    on_chain: &KeyRecord,
) -> Result<(), FlowError> {
    if outcome.token.as_ref() == Some(&on_chain.token) {
        return Ok(());
    }
    Err(FlowError::OtherToken(id))
}

#[cfg(test)]
mod tests {
    use regent_primitives::{
        release::RawSignature, AccessTree, AccountId, AgentId, Algorithm, Commitments, Effect,
        EnrolmentId, Evidence, EvidenceKind, KeyId, KeyState, Operation, OperationKind,
        PayloadFormat, PolicyHash, Receipt, RegenToken, SessionId, SignedReceipt,
    };
    use sp_core::{sr25519, Pair};

    use super::*;

    /// What makes a receipt another one.
    type Change = fn(&mut Receipt);

    const GENESIS: H256 = H256::repeat_byte(7);
    const ID: RequestId = RequestId(H256::repeat_byte(1));

    fn tree() -> AccessTree {
        AccessTree::threshold_of_agents(1, &[AgentId(H256::zero())]).expect("a tree")
    }

    fn token() -> RegenToken {
        RegenToken {
            key_id: KeyId(H256::repeat_byte(3)),
            algorithm: Algorithm::Ed25519,
            public_key: vec![9; 32].try_into().expect("short"),
            epoch: 0,
            window: 0,
            enrolment_id: EnrolmentId(H256::zero()),
            tree: tree(),
            policy_hash: PolicyHash(H256::zero()),
            commitments: Commitments::Seed { leaves: Default::default(), check: [0; 32] },
            corrections: Default::default(),
            wrapped: None,
        }
    }

    fn body(operation: Operation) -> RequestBody {
        RequestBody {
            requester: AccountId::new([1; 32]),
            salt: [2; 32],
            key: token().key_id,
            epoch: 0,
            operation,
            payload_hash: H256::repeat_byte(4),
            effect: Effect::default(),
            policy: PolicyHash(H256::repeat_byte(5)),
            expires: 100,
        }
    }

    fn signer() -> sr25519::Pair {
        sr25519::Pair::from_seed(&[6; 32])
    }

    fn session() -> Session {
        Session {
            id: SessionId(H256::repeat_byte(8)),
            request: ID,
            attempt: 2,
            kem_public: Default::default(),
            signing_public: signer().public().0,
            finalised_hash: H256::zero(),
            evidence: Evidence { kind: EvidenceKind::Simulated, bytes: Default::default() },
            endpoint: Default::default(),
            lifetime: 10,
        }
    }

    fn signed(receipt: Receipt, by: &sr25519::Pair) -> SignedReceipt {
        let signature = by.sign(receipt.message(GENESIS).as_bytes());
        SignedReceipt { receipt, signature: RawSignature::from_raw(signature.0) }
    }

    fn outcome(body: &RequestBody, result: Vec<Vec<u8>>, token: Option<RegenToken>) -> Outcome {
        let result_hash = match &token {
            Some(token) => result_hash(GENESIS, token),
            None => result_hash(GENESIS, &result),
        };
        let receipt = Receipt {
            request: ID,
            attempt: 2,
            key: body.key,
            epoch: body.epoch,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            result_hash,
            leaves: Default::default(),
            faulty: Default::default(),
            policy: body.policy,
            session: session().id,
            finalised_hash: H256::zero(),
            previous: H256::zero(),
        };
        Outcome { result, token, receipt: signed(receipt, &signer()), faulty: vec![] }
    }

    fn differs(body: &RequestBody, outcome: &Outcome) -> &'static str {
        match check_outcome(GENESIS, ID, body, &session(), outcome) {
            Err(FlowError::Receipt { id, what }) if id == ID => what,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_that_the_session_did_not_sign_for_is_refused() {
        let body = body(Operation::Sign { format: PayloadFormat::Raw });
        let good = outcome(&body, vec![vec![1; 64]], None);
        check_outcome(GENESIS, ID, &body, &session(), &good).expect("covered");

        let mut other = good.clone();
        other.result = vec![vec![2; 64]];
        assert_eq!(differs(&body, &other), "result");
        let mut other = good.clone();
        other.receipt = signed(good.receipt.receipt.clone(), &sr25519::Pair::from_seed(&[7; 32]));
        assert_eq!(differs(&body, &other), "signature");
        let mut other = good.clone();
        other.token = Some(token());
        assert_eq!(differs(&body, &other), "kind of result");
        let changes: [(Change, &str); 8] = [
            (|receipt| receipt.request = RequestId(H256::zero()), "request"),
            (|receipt| receipt.attempt = 1, "attempt"),
            (|receipt| receipt.session = SessionId(H256::zero()), "session"),
            (|receipt| receipt.key = KeyId(H256::zero()), "key"),
            (|receipt| receipt.epoch = 1, "epoch"),
            (|receipt| receipt.operation = OperationKind::Decrypt, "operation"),
            (|receipt| receipt.payload_hash = H256::zero(), "payload"),
            (|receipt| receipt.policy = PolicyHash(H256::zero()), "policy"),
        ];
        for (change, what) in changes {
            let mut receipt = good.receipt.receipt.clone();
            change(&mut receipt);
            let other = Outcome { receipt: signed(receipt, &signer()), ..good.clone() };
            assert_eq!(differs(&body, &other), what);
        }
    }

    #[test]
    fn the_key_on_chain_is_the_one_that_the_enclave_made() {
        let algorithm = Algorithm::Ed25519;
        let body = body(Operation::Enrol { algorithm, quorum: 0, tree: tree() });
        let good = outcome(&body, vec![], Some(token()));
        check_outcome(GENESIS, ID, &body, &session(), &good).expect("covered");
        let mut other = good.clone();
        other.token = None;
        assert_eq!(differs(&body, &other), "kind of result");

        let mut on_chain = KeyRecord {
            token: token(),
            owner: body.requester.clone(),
            quorum: 0,
            state: KeyState::Active,
            chain_authority: false,
            newest: 0,
            enrolled_at: 0,
            confirmed: [0; 32],
        };
        check_enrolled(ID, &good, &on_chain).expect("the same");
        on_chain.token.public_key = vec![8; 32].try_into().expect("short");
        let refused = check_enrolled(ID, &good, &on_chain);
        assert!(matches!(refused, Err(FlowError::OtherToken(id)) if id == ID), "{refused:?}");
    }
}
