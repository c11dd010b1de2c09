//! What the tests are made of: a policy, a key, requests, approvals, sessions, notes and receipts.

use frame_support::assert_ok;
use regent_primitives::{
    payload::payload_hash, receipt::result_hash, runtime_api::RequestState, AccessTree, AgentNote,
    Algorithm, Approval, Asset, Attempt, BoundedVec, Commitments, Confirmation, Decision, Effect,
    Epoch, Evidence, EvidenceKind, Fee, KeyId, Operation, OperationKind, PayloadFormat, Policy,
    PolicyHash, Receipt, Refusal, RefusalReason, RegenToken, Release, RequestBody, RequestId,
    RequestRecord, RequestStatus, Role, Session, SessionId, SignedApproval, SignedReceipt, Stage,
    Transfer, U256,
};
use sp_core::{sr25519, Pair};
use sp_keyring::Sr25519Keyring;

use crate::{mock::*, Call};

/// The payload of every request that has one.
pub const PAYLOAD: &[u8] = b"pay the invoice";
/// Blocks a request lives.
pub const LIFETIME: u32 = 40;

fn bytes<const N: u32>(text: &[u8]) -> BoundedVec<u8, regent_primitives::ConstU32<N>> {
    BoundedVec::truncate_from(text.to_vec())
}

/// Alice and Charlie request; Bob or Charlie approves, then Dave; Dave alone changes it.
pub fn policy() -> Policy {
    let role = |name: &[u8], members: &[Sr25519Keyring]| Role {
        name: bytes(name),
        members: BoundedVec::truncate_from(members.iter().map(|who| who.to_account_id()).collect()),
    };
    let limit = regent_primitives::AssetLimit {
        asset: Asset::Ether { chain_id: 1 },
        maximum: U256::from(10),
        maximum_fee: U256::from(1),
    };
    Policy {
        name: bytes(b"treasury"),
        predecessor: None,
        roles: BoundedVec::truncate_from(vec![
            role(b"requesters", &[ALICE, CHARLIE]),
            role(b"treasury", &[BOB, CHARLIE]),
            role(b"board", &[DAVE]),
        ]),
        requesters: 0,
        stages: BoundedVec::truncate_from(vec![
            Stage { role: 1, threshold: 1 },
            Stage { role: 2, threshold: 1 },
        ]),
        operations: BoundedVec::truncate_from(vec![
            OperationKind::Enrol,
            OperationKind::Sign,
            OperationKind::Decrypt,
            OperationKind::Refresh,
            OperationKind::Reshare,
            OperationKind::Transfer,
        ]),
        limits: BoundedVec::truncate_from(vec![limit]),
        recipients: Some(BoundedVec::truncate_from(vec![bytes(&[1; 20])])),
        allow_raw: true,
        maximum_lifetime: 100,
        measurements: BoundedVec::truncate_from(vec![measurement(1)]),
        change_rule: Stage { role: 2, threshold: 1 },
        conditions: Default::default(),
    }
}

pub fn origin(who: Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(who.to_account_id())
}

/// Puts [`policy`] onto the chain.
pub fn create_policy() -> PolicyHash {
    let call = pallet_regent_policies::Call::create { policy: Box::new(policy()) };
    assert_ok!(dispatch(origin(ALICE), call));
    policy().hash(GENESIS)
}

/// `threshold` of agents 0 to `count - 1`.
pub fn tree(threshold: u16, count: u16) -> AccessTree {
    let agents: Vec<_> = (0..count).map(agent).collect();
    AccessTree::threshold_of_agents(threshold, &agents).expect("a tree")
}

/// Alice's request to enrol a key with this tree.
pub fn enrol_body(salt: u8, tree: AccessTree) -> RequestBody {
    let (requester, salt) = (ALICE.to_account_id(), [salt; 32]);
    let operation = Operation::Enrol { algorithm: Algorithm::Ed25519, quorum: QUORUM, tree };
    RequestBody {
        key: KeyId::derive(GENESIS, &requester, &salt),
        requester,
        salt,
        epoch: 0,
        payload_hash: payload_hash(GENESIS, PayloadFormat::Empty, &[]),
        operation,
        effect: Effect::default(),
        policy: policy().hash(GENESIS),
        expires: System::block_number() + LIFETIME,
    }
}

/// Alice's request to have [`PAYLOAD`] signed.
pub fn sign_body(key: KeyId) -> RequestBody {
    let format = PayloadFormat::Raw;
    RequestBody {
        requester: ALICE.to_account_id(),
        salt: seed(b"salt", System::block_number()),
        key,
        epoch: 0,
        operation: Operation::Sign { format },
        payload_hash: payload_hash(GENESIS, format, PAYLOAD),
        effect: Effect::default(),
        policy: policy().hash(GENESIS),
        expires: System::block_number() + LIFETIME,
    }
}

/// Alice's request for a next epoch of a key.
pub fn next_body(key: KeyId, epoch: Epoch, operation: Operation) -> RequestBody {
    RequestBody {
        epoch,
        operation,
        payload_hash: payload_hash(GENESIS, PayloadFormat::Empty, &[]),
        ..sign_body(key)
    }
}

/// Alice's request for an Ethereum transaction that pays these amounts to the allowed recipient.
pub fn transfer_body(key: KeyId, amount: u64, fee: u64) -> RequestBody {
    let format = PayloadFormat::EthereumTransaction;
    let asset = Asset::Ether { chain_id: 1 };
    let transfer = Transfer { recipient: bytes(&[1; 20]), asset, amount: U256::from(amount) };
    RequestBody {
        operation: Operation::Sign { format },
        payload_hash: payload_hash(GENESIS, format, PAYLOAD),
        effect: Effect {
            transfers: BoundedVec::truncate_from(vec![transfer]),
            fee: Some(Fee { asset, amount: U256::from(fee) }),
        },
        ..sign_body(key)
    }
}

/// The call that submits a body with the payload it is made for.
pub fn submit_call(body: &RequestBody, session: Option<Session>) -> Call<Test> {
    let empty = body.operation.format() == PayloadFormat::Empty;
    let payload = if empty { &[] } else { PAYLOAD };
    Call::submit {
        body: Box::new(body.clone()),
        payload: bytes(payload),
        session: session.map(Box::new),
    }
}

/// Submits it and returns its id.
pub fn submit(body: &RequestBody) -> RequestId {
    assert_ok!(dispatch(origin(ALICE), submit_call(body, None)));
    body.id(GENESIS)
}

/// Submits it with the session of its first attempt.
pub fn submit_with_session(body: &RequestBody) -> RequestId {
    let id = body.id(GENESIS);
    assert_ok!(dispatch(origin(ALICE), submit_call(body, Some(session(id, 1)))));
    id
}

/// The key that signs an attempt's receipt.
pub fn session_pair(id: RequestId, attempt: Attempt) -> sr25519::Pair {
    sr25519::Pair::from_seed(&seed(id.0.as_bytes(), u32::from(attempt)))
}

/// A session of 10 blocks.
pub fn session(id: RequestId, attempt: Attempt) -> Session {
    Session {
        id: SessionId(seed(&id.0 .0, u32::from(attempt) + 100).into()),
        request: id,
        attempt,
        kem_public: bytes(&[attempt; 1_216]),
        signing_public: session_pair(id, attempt).public().0,
        finalised_hash: GENESIS,
        evidence: Evidence { kind: EvidenceKind::Simulated, bytes: bytes(GOOD_EVIDENCE) },
        endpoint: bytes(b"http://enclave"),
        lifetime: 10,
    }
}

pub fn open_session(id: RequestId, attempt: Attempt) {
    let call = Call::open_session { session: Box::new(session(id, attempt)) };
    assert_ok!(dispatch(origin(ALICE), call));
}

/// Somebody's decision, signed, carried by Bob.
pub fn decision(
    id: RequestId,
    who: Sr25519Keyring,
    stage: u8,
    decision: Decision,
) -> SignedApproval {
    let body = record(id).body;
    let approval = Approval::of(GENESIS, &body, stage, decision, body.expires);
    let signature = who.sign(approval.message().as_bytes()).into();
    SignedApproval { approval, approver: who.to_account_id(), signature }
}

pub fn approve_call(id: RequestId, who: Sr25519Keyring, stage: u8) -> Call<Test> {
    Call::approve { approval: Box::new(decision(id, who, stage, Decision::Approve)) }
}

/// Bob approves, then Dave.
pub fn approve(id: RequestId) {
    assert_ok!(dispatch(origin(BOB), approve_call(id, BOB, 0)));
    assert_ok!(dispatch(origin(BOB), approve_call(id, DAVE, 1)));
}

pub fn deny(id: RequestId) {
    let denial = decision(id, DAVE, 1, Decision::Deny);
    assert_ok!(dispatch(origin(BOB), Call::approve { approval: Box::new(denial) }));
}

pub fn record(id: RequestId) -> RequestRecord {
    state(id).record
}

pub fn state(id: RequestId) -> RequestState {
    Requests::state(id).expect("request exists")
}

pub fn status(id: RequestId) -> RequestStatus {
    record(id).status
}

/// The release of a leaf by the agent of the same number.
pub fn release(id: RequestId, attempt: Attempt, leaf: u16) -> AgentNote {
    let session = state(id).sessions.iter().find(|s| s.session.attempt == attempt).cloned();
    let mut note = Release {
        request: id,
        attempt,
        session: session.map(|session| session.session.id).unwrap_or_default(),
        leaf: tree(1, leaf + 1).leaves().remove(usize::from(leaf)).0,
        agent: agent(leaf),
        aad: seed(b"aad", u32::from(leaf)).into(),
        sealed_hash: seed(b"sealed", u32::from(leaf)).into(),
        finalised_hash: GENESIS,
        signature: Default::default(),
    };
    note.signature = agent_pair(leaf).sign(note.message(GENESIS).as_bytes());
    AgentNote::Release(note)
}

pub fn refusal(id: RequestId, attempt: Attempt, index: u16) -> AgentNote {
    let mut note = Refusal {
        request: id,
        attempt,
        agent: agent(index),
        reason: RefusalReason::StaleHead,
        finalised_hash: GENESIS,
        signature: Default::default(),
    };
    note.signature = agent_pair(index).sign(note.message(GENESIS).as_bytes());
    AgentNote::Refusal(note)
}

pub fn confirmation(token: &RegenToken, index: u16) -> AgentNote {
    let mut note = Confirmation {
        key: token.key_id,
        epoch: token.epoch,
        enrolment_id: token.enrolment_id,
        leaf: token.tree.leaves().remove(usize::from(index)).0,
        agent: agent(index),
        signature: Default::default(),
    };
    note.signature = agent_pair(index).sign(note.message(GENESIS).as_bytes());
    AgentNote::Confirmation(note)
}

/// Applies a note as the transaction that the offchain worker makes of it.
pub fn note(note: AgentNote) -> frame_support::dispatch::DispatchResult {
    use frame_support::dispatch::GetDispatchInfo;
    use frame_system::offchain::CreateAuthorizedTransaction;
    use sp_runtime::{
        traits::{Applyable, Checkable},
        transaction_validity::TransactionSource,
    };

    let call = Call::<Test>::note { note: Box::new(note) };
    let transaction =
        <Test as CreateAuthorizedTransaction<Call<Test>>>::create_authorized_transaction(
            call.into(),
        );
    let info = transaction.get_dispatch_info();
    let checked = Checkable::check(transaction, &frame_system::ChainContext::<Test>::default())
        .expect("general transactions carry no signature");
    append_only(|| {
        checked
            .validate::<Test>(TransactionSource::External, &info, 0)
            .map_err(|_| sp_runtime::DispatchError::Other("invalid"))?;
        let outcome = checked.apply::<Test>(&info, 0);
        outcome.expect("validated before").map(drop).map_err(|error| error.error)
    })
}

/// What the session of an attempt signs when leaves 0 to 2 were combined.
pub fn receipt(id: RequestId, attempt: Attempt, result: impl codec::Encode) -> SignedReceipt {
    let record = record(id);
    sign_receipt(Receipt {
        request: id,
        attempt,
        key: record.body.key,
        epoch: record.body.epoch,
        operation: record.body.operation.kind(),
        payload_hash: record.body.payload_hash,
        result_hash: result_hash(GENESIS, &result),
        leaves: BoundedVec::truncate_from(
            tree(3, 5).leaves().into_iter().take(3).map(|(path, _)| path).collect(),
        ),
        faulty: BoundedVec::default(),
        policy: record.body.policy,
        session: session(id, attempt).id,
        finalised_hash: GENESIS,
        previous: record.approved_entry.unwrap_or_default(),
    })
}

pub fn sign_receipt(receipt: Receipt) -> SignedReceipt {
    let pair = session_pair(receipt.request, receipt.attempt);
    let signature = pair.sign(receipt.message(GENESIS).as_bytes());
    SignedReceipt { receipt, signature }
}

pub fn complete_call(receipt: SignedReceipt, token: Option<RegenToken>) -> Call<Test> {
    Call::complete { receipt: Box::new(receipt), token: token.map(Box::new) }
}

/// The token an attempt of an enrolment makes, with every leaf present but these.
pub fn token(id: RequestId, attempt: Attempt, absent: &[usize]) -> RegenToken {
    let record = record(id);
    let Operation::Enrol { algorithm, tree, .. } = record.body.operation else {
        unreachable!("an enrolment")
    };
    let session = session(id, attempt);
    let point = || bytes(&[2; 32]);
    let leaves = tree.leaf_count();
    let corrections = (0..leaves).map(|leaf| (!absent.contains(&leaf)).then_some([7; 32]));
    RegenToken {
        key_id: record.body.key,
        algorithm,
        public_key: bytes(&[3; 32]),
        epoch: Epoch::default(),
        window: record.submitted_at / WindowBlocks::get(),
        enrolment_id: session.enrolment_of(GENESIS, id),
        policy_hash: record.body.policy,
        commitments: Commitments::Native {
            gates: BoundedVec::truncate_from(
                (0..tree.commitment_count()).map(|_| point()).collect(),
            ),
            leaves: BoundedVec::truncate_from((0..leaves).map(|_| point()).collect()),
        },
        corrections: BoundedVec::truncate_from(corrections.collect()),
        wrapped: None,
        tree,
    }
}

/// The token that an attempt makes of the one before.
pub fn successor(id: RequestId, attempt: Attempt, old: &RegenToken) -> RegenToken {
    let record = record(id);
    let session = session(id, attempt);
    let tree = record.body.operation.named_tree().map_or(&old.tree, |(_, tree)| tree).clone();
    let point = || bytes(&[2; 32]);
    let leaves = tree.leaf_count();
    RegenToken {
        epoch: old.epoch + 1,
        window: record.submitted_at / WindowBlocks::get(),
        enrolment_id: session.enrolment_of(GENESIS, id),
        policy_hash: record.body.next_policy(),
        commitments: Commitments::Native {
            gates: BoundedVec::truncate_from(
                (0..tree.commitment_count()).map(|_| point()).collect(),
            ),
            leaves: BoundedVec::truncate_from((0..leaves).map(|_| point()).collect()),
        },
        corrections: BoundedVec::truncate_from(vec![Some([7; 32]); leaves]),
        tree,
        ..old.clone()
    }
}

/// A chain with a policy and an active 3-of-5 key, enrolled by calls alone.
pub fn active_key() -> (KeyId, RegenToken) {
    active_key_without(&[])
}

/// As [`active_key`], with leaves that were absent at its enrolment.
pub fn active_key_without(absent: &[usize]) -> (KeyId, RegenToken) {
    create_policy();
    let body = enrol_body(1, tree(3, 5));
    let id = submit_with_session(&body);
    approve(id);
    let token = token(id, 1, absent);
    let receipt = receipt(id, 1, &token);
    assert_ok!(dispatch(origin(ALICE), complete_call(receipt, Some(token.clone()))));
    for index in (0..5).filter(|index| !absent.contains(&usize::from(*index))) {
        assert_ok!(note(confirmation(&token, index)));
    }
    (body.key, token)
}

/// A request for [`active_key`], approved, with its first session open.
pub fn approved() -> RequestId {
    let (key, _) = active_key();
    let id = submit_with_session(&sign_body(key));
    approve(id);
    id
}
