//! One value at least of every type; see `variants.rs` for enumerations.

use crate::sample::{sent, stored, Sample};
use regent_primitives::{
    access_tree::{AccessTree, LeafPath, Participant, TreeNode},
    agent_api::{LocalAgent, Wake, WorkItem},
    cash_api::{CashRecord, CashTerms},
    chain_proof::{ChainProof, JustifiedHeader, Origin},
    enclave_api::{Delivery, EnclaveInfo, Execution, OpenSession, Outcome, PolicyStep},
    policy::{ChangeSignature, ChangeSignatures},
    release::RawSignature,
    runtime_api::{
        AgentRecord, ConsortiumStatus, InstitutionRecord, PolicyRecord, QuorumRecord, RequestState,
    },
    AccountId, AgentId, AgentNote, Algorithm, Approval, Asset, AssetLimit, AuditEntry, AuditEvent,
    BitcoinNetwork, BoundedVec, Commitments, Condition, Confirmation, Decision, Effect,
    EnrolmentId, EpochRecord, EpochStatus, Evidence, EvidenceKind, Fee, KeyEntry, KeyId, KeyRecord,
    KeyState, Measurement, Operation, OperationKind, PayloadFormat, Policy, PolicyHash, Puncture,
    Receipt, Refusal, RefusalReason, RegenToken, Release, RequestBody, RequestId, RequestRecord,
    RequestStatus, Role, SealedShare, Session, SessionId, SessionRecord, Signature, SignedApproval,
    SignedReceipt, Stage, Subject, Transfer, H256, U256,
};

pub const GENESIS: H256 = H256([0x47; 32]);
pub const HASH: H256 = H256([0x11; 32]);
const OTHER: H256 = H256([0x22; 32]);
pub const KEY: KeyId = KeyId(H256([0x4b; 32]));
pub const REQUEST: RequestId = RequestId(H256([0x52; 32]));
pub const POLICY: PolicyHash = PolicyHash(H256([0x50; 32]));
pub const SESSION: SessionId = SessionId(H256([0x53; 32]));
const ENROLMENT: EnrolmentId = EnrolmentId(H256([0x45; 32]));
pub const AGENT: AgentId = AgentId(H256([0xa1; 32]));

fn bounded<T, S: sp_core::Get<u32>>(items: Vec<T>) -> BoundedVec<T, S> {
    BoundedVec::try_from(items).ok().expect("within its bound")
}

pub fn account(number: u8) -> AccountId {
    AccountId::new([number; 32])
}

fn raw(number: u8) -> RawSignature {
    RawSignature::from_raw([number; 64])
}

pub fn path(children: &[u16]) -> LeafPath {
    LeafPath(bounded(children.to_vec()))
}

/// "2 of 3 agents AND a device".
fn tree() -> AccessTree {
    let agent = |number| TreeNode::Leaf(Participant::Agent(AgentId(H256([number; 32]))));
    AccessTree::new(vec![
        TreeNode::Gate { threshold: 2, children: 2 },
        TreeNode::Gate { threshold: 2, children: 3 },
        agent(0xa1),
        agent(0xa2),
        agent(0xa3),
        TreeNode::Leaf(Participant::Device(H256([0xd1; 32]))),
    ])
    .unwrap()
}

fn effect() -> Effect {
    let transfers = vec![
        Transfer {
            recipient: bounded(vec![0xb0; 20]),
            asset: Asset::Ether { chain_id: 1 },
            amount: U256::exp10(18),
        },
        Transfer {
            recipient: bounded(vec![0x51; 34]),
            asset: Asset::Bitcoin { network: BitcoinNetwork::Test },
            amount: U256::from(60_000),
        },
    ];
    let asset = Asset::Erc20 { chain_id: 10, contract: [0xc0; 20] };
    Effect { transfers: bounded(transfers), fee: Some(Fee { asset, amount: U256::MAX }) }
}

pub fn measurement() -> Measurement {
    Measurement { kind: EvidenceKind::Simulated, digest: OTHER }
}

fn policy() -> Policy {
    Policy {
        name: bounded(b"payments".to_vec()),
        predecessor: Some(POLICY),
        roles: bounded(vec![
            Role { name: bounded(b"desk".to_vec()), members: bounded(vec![account(1)]) },
            Role {
                name: bounded(b"board".to_vec()),
                members: bounded(vec![account(2), account(3)]),
            },
        ]),
        requesters: 0,
        stages: bounded(vec![Stage { role: 0, threshold: 1 }, Stage { role: 1, threshold: 2 }]),
        operations: bounded(vec![OperationKind::Sign, OperationKind::Decrypt]),
        limits: bounded(vec![AssetLimit {
            asset: Asset::Ether { chain_id: 1 },
            maximum: U256::exp10(19),
            maximum_fee: U256::exp10(16),
        }]),
        recipients: Some(bounded(vec![bounded(vec![0xb0; 20])])),
        allow_raw: true,
        maximum_lifetime: 14_400,
        measurements: bounded(vec![measurement()]),
        change_rule: Stage { role: 1, threshold: 2 },
        conditions: bounded(vec![Condition {
            id: OTHER,
            contract: account(9),
            operations: bounded(vec![OperationKind::Sign]),
        }]),
    }
}

fn open_policy() -> Policy {
    Policy { predecessor: None, recipients: None, allow_raw: false, ..policy() }
}

fn change_signatures() -> ChangeSignatures {
    bounded(vec![ChangeSignature { signer: account(2), signature: Signature::Sr25519(raw(9)) }])
}

pub fn body(operation: Operation) -> RequestBody {
    RequestBody {
        requester: account(1),
        salt: [0x5a; 32],
        key: KEY,
        epoch: 3,
        operation,
        payload_hash: HASH,
        effect: effect(),
        policy: POLICY,
        expires: 70_000,
    }
}

pub fn sign() -> RequestBody {
    body(Operation::Sign { format: PayloadFormat::EthereumTransaction })
}

pub fn decrypt() -> RequestBody {
    let body = body(Operation::Decrypt { result_key: bounded(vec![0x99; 70]) });
    RequestBody { effect: Effect::default(), ..body }
}

pub fn enrol() -> RequestBody {
    let algorithm = Algorithm::EcdsaSecp256k1;
    let operation = Operation::Enrol { algorithm, quorum: 7, tree: tree() };
    RequestBody { effect: Effect::default(), epoch: 0, ..body(operation) }
}

fn approval() -> Approval {
    Approval::of(GENESIS, &sign(), 1, Decision::Approve, 65_000)
}

fn signed_approval() -> SignedApproval {
    let signature = Signature::Sr25519(raw(4));
    SignedApproval { approval: approval(), approver: account(2), signature }
}

fn evidence() -> Evidence {
    Evidence { kind: EvidenceKind::Simulated, bytes: bounded(vec![0xee; 3]) }
}

pub fn session() -> Session {
    Session {
        id: SESSION,
        request: REQUEST,
        attempt: 2,
        kem_public: bounded(vec![0x7e; 65]),
        signing_public: [0x5e; 32],
        finalised_hash: HASH,
        evidence: evidence(),
        endpoint: bounded(b"http://127.0.0.1:9000".to_vec()),
        lifetime: 600,
    }
}

fn session_record() -> SessionRecord {
    let (opened_at, deadline) = (100, 700);
    SessionRecord { session: session(), measurement: measurement(), opened_at, deadline }
}

fn native_token() -> RegenToken {
    RegenToken {
        key_id: KEY,
        algorithm: Algorithm::Bip340,
        public_key: bounded(vec![2; 33]),
        epoch: 3,
        window: 12,
        enrolment_id: ENROLMENT,
        tree: tree(),
        policy_hash: POLICY,
        commitments: Commitments::Native {
            gates: bounded(vec![bounded(vec![3; 33]); 4]),
            leaves: bounded(vec![bounded(vec![2; 33]); 4]),
        },
        corrections: bounded(vec![Some([1; 32]), None, Some([3; 32]), Some([4; 32])]),
        wrapped: None,
    }
}

fn seed_token() -> RegenToken {
    RegenToken {
        algorithm: Algorithm::Aes256Gcm,
        public_key: bounded(vec![]),
        commitments: Commitments::Seed { leaves: bounded(vec![HASH; 4]), check: [0xcc; 32] },
        wrapped: Some(bounded(vec![0x77; 60])),
        ..native_token()
    }
}

fn key_record() -> KeyRecord {
    let mut record = KeyRecord {
        token: native_token(),
        owner: account(1),
        quorum: 7,
        state: KeyState::Active,
        chain_authority: false,
        newest: 4,
        enrolled_at: 90,
        confirmed: [0; 32],
    };
    record.confirm(0);
    record.confirm(9);
    record
}

pub fn sealed() -> SealedShare {
    SealedShare { version: 1, encapsulated: bounded(vec![6; 70]), ciphertext: bounded(vec![7; 48]) }
}

pub fn release() -> Release {
    Release {
        request: REQUEST,
        attempt: 1,
        session: SESSION,
        leaf: path(&[1, 2]),
        agent: AGENT,
        aad: HASH,
        sealed_hash: OTHER,
        finalised_hash: H256([0x33; 32]),
        signature: raw(5),
    }
}

pub fn refusal(reason: RefusalReason) -> Refusal {
    let (request, attempt, agent) = (REQUEST, 1, AGENT);
    Refusal { request, attempt, agent, reason, finalised_hash: HASH, signature: raw(6) }
}

pub fn refresh() -> RequestBody {
    body(Operation::Refresh)
}

pub fn reshare() -> RequestBody {
    body(Operation::Reshare { quorum: 7, tree: tree() })
}

pub fn transfer_of_control() -> RequestBody {
    let (owner, policy) = (account(2), POLICY);
    body(Operation::Transfer { quorum: 7, tree: tree(), owner, policy })
}

pub fn puncture() -> Puncture {
    Puncture {
        key: KEY,
        epoch: 3,
        enrolment_id: ENROLMENT,
        agent: AGENT,
        rollback_protected: true,
        signature: RawSignature::from_raw([8; 64]),
    }
}

pub fn confirmation() -> Confirmation {
    Confirmation {
        key: KEY,
        epoch: 3,
        enrolment_id: ENROLMENT,
        leaf: path(&[1, 1]),
        agent: AGENT,
        signature: raw(7),
    }
}

pub fn receipt() -> Receipt {
    Receipt {
        request: REQUEST,
        attempt: 1,
        key: KEY,
        epoch: 3,
        operation: OperationKind::Sign,
        payload_hash: HASH,
        result_hash: OTHER,
        leaves: bounded(vec![path(&[1, 1]), path(&[1, 3]), path(&[2])]),
        faulty: bounded(vec![path(&[1, 2])]),
        policy: POLICY,
        session: SESSION,
        finalised_hash: H256([0x33; 32]),
        previous: H256([0x44; 32]),
    }
}

fn signed_receipt() -> SignedReceipt {
    SignedReceipt { receipt: receipt(), signature: raw(8) }
}

fn record(status: RequestStatus) -> RequestRecord {
    let (approved_entry, last_entry) = (Some(HASH), OTHER);
    RequestRecord {
        body: sign(),
        status,
        submitted_at: 99,
        attempts: 1,
        approved_entry,
        last_entry,
    }
}

fn institution() -> InstitutionRecord {
    InstitutionRecord {
        name: bounded(b"First Bank".to_vec()),
        administrator: account(1),
        active: true,
        quota: 500_000_000_000,
        validator: Some(account(8)),
    }
}

fn policy_record() -> PolicyRecord {
    let (signatures, created_by, created_at) = (change_signatures(), account(1), 50);
    PolicyRecord { policy: policy(), signatures, created_by, created_at }
}

pub fn audit_entry() -> AuditEntry {
    AuditEntry {
        index: 1 << 40,
        block: 77,
        previous: HASH,
        subject: Subject::Request(REQUEST),
        subject_previous: OTHER,
        event: AuditEvent::Approved,
    }
}

/// Of types that the chain stores.
pub fn what_is_stored() -> Vec<Sample> {
    vec![
        stored("Participant::Agent", Participant::Agent(AGENT)),
        stored("Participant::Device", Participant::Device(HASH)),
        stored("Participant::ClientSecret", Participant::ClientSecret(HASH)),
        stored("TreeNode::Leaf", TreeNode::Leaf(Participant::Agent(AGENT))),
        stored("TreeNode::Gate", TreeNode::Gate { threshold: 3, children: 300 }),
        stored("LeafPath", path(&[1, 2, 3, 300])),
        stored("AccessTree", tree()),
        stored("Approval", approval()),
        stored("SignedApproval", signed_approval()),
        stored("Subject::Consortium", Subject::Consortium),
        stored("Subject::Quorums", Subject::Quorums),
        stored("Subject::Policy", Subject::Policy(POLICY)),
        stored("Subject::Key", Subject::Key(KEY)),
        stored("Subject::Request", Subject::Request(REQUEST)),
        stored("AuditEntry", audit_entry()),
        stored("RequestId", REQUEST),
        stored("KeyId", KEY),
        stored("PolicyHash", POLICY),
        stored("SessionId", SESSION),
        stored("EnrolmentId", ENROLMENT),
        stored("AgentId", AGENT),
        stored("Effect", effect()),
        stored("Effect::none", Effect::default()),
        stored("Policy", policy()),
        stored("Policy::open", open_policy()),
        stored("ChangeSignatures", change_signatures()),
        stored("Receipt", receipt()),
        stored("SignedReceipt", signed_receipt()),
        stored("SealedShare", sealed()),
        stored("AgentNote::Release", AgentNote::Release(release())),
        stored("AgentNote::Refusal", AgentNote::Refusal(refusal(RefusalReason::StaleHead))),
        stored("AgentNote::Confirmation", AgentNote::Confirmation(confirmation())),
        stored("AgentNote::Puncture", AgentNote::Puncture(puncture())),
        stored("RequestBody::refresh", refresh()),
        stored("RequestBody::reshare", reshare()),
        stored("RequestBody::transfer", transfer_of_control()),
        stored("RequestBody::enrol", enrol()),
        stored("RequestBody::sign", sign()),
        stored("RequestBody::decrypt", decrypt()),
        stored("RequestRecord", record(RequestStatus::Executing)),
        stored("Evidence", evidence()),
        stored("Measurement", measurement()),
        stored("Session", session()),
        stored("SessionRecord", session_record()),
        stored("RegenToken::native", native_token()),
        stored("RegenToken::seed", seed_token()),
        stored("KeyRecord", key_record()),
        stored(
            "EpochRecord",
            EpochRecord {
                key: key_record(),
                request: REQUEST,
                transfer_to: Some(account(2)),
                punctured: [5; 32],
                punctured_for_good: [4; 32],
            },
        ),
        stored(
            "KeyEntry",
            KeyEntry { owner: account(1), chain_authority: true, current: 3, newest: 4 },
        ),
        stored(
            "EpochStatus",
            EpochStatus {
                quorum: 2,
                state: KeyState::Pending,
                request: REQUEST,
                enrolled_at: 9,
                transfer_to: Some(account(2)),
                confirmed: [6; 32],
                punctured: [5; 32],
                punctured_for_good: [4; 32],
            },
        ),
        stored(
            "AgentRecord",
            AgentRecord {
                institution: 5,
                endpoint: bounded(b"https://agent.example".to_vec()),
                registered_at: 9,
            },
        ),
        stored("QuorumRecord", QuorumRecord { threshold: 3, agents: bounded(vec![AGENT; 5]) }),
        stored("InstitutionRecord", institution()),
    ]
}

fn justified(number: u8) -> JustifiedHeader {
    JustifiedHeader { header: bounded(vec![number; 3]), justification: bounded(vec![number, 0x6a]) }
}

fn chain_proof() -> ChainProof {
    ChainProof {
        origin: Origin {
            header: bounded(vec![0; 3]),
            nodes: bounded(vec![bounded(vec![0x4e; 4])]),
        },
        handoffs: bounded(vec![justified(1), justified(2)]),
        head: justified(3),
        nodes: bounded(vec![bounded(vec![0x4f; 2]), bounded(vec![])]),
    }
}

/// Of types that are only sent.
pub fn what_is_sent() -> Vec<Sample> {
    let release_item = WorkItem::Release { request: REQUEST, attempt: 1 };
    let confirm_item = WorkItem::Confirm { key: KEY, epoch: 3 };
    let execution = Execution {
        session: SESSION,
        body: sign(),
        payload: vec![1, 2, 3],
        policy: open_policy(),
        lineage: vec![PolicyStep { policy: policy(), signatures: change_signatures() }],
        approvals: vec![signed_approval()],
        token: Some(native_token()),
        chain: chain_proof(),
        patience_milliseconds: 2_000,
    };
    let outcome = Outcome {
        result: vec![vec![1; 65], vec![]],
        token: None,
        receipt: signed_receipt(),
        faulty: vec![path(&[1, 2])],
    };
    let state = RequestState {
        id: REQUEST,
        record: record(RequestStatus::Pending { stage: 1 }),
        payload: Some(vec![1, 2, 3]),
        policy: policy(),
        lineage: vec![policy_record()],
        approvals: vec![signed_approval()],
        sessions: vec![session_record()],
        releases: vec![release()],
        refusals: vec![refusal(RefusalReason::LabelUsed)],
        key: Some(key_record()),
        receipt: Some(signed_receipt()),
    };
    let status = ConsortiumStatus {
        genesis: GENESIS,
        institutions: vec![(5, institution())],
        measurements: vec![(measurement(), 900)],
        audit_entries: 12,
        audit_head: HASH,
        window_blocks: 1_024,
    };
    let terms =
        CashTerms { issuer: 5, ceiling: 1_000, name: bounded(b"EUR".to_vec()), decimals: 2 };
    let cash = CashRecord { terms, issued: 900, redeemed: 300, outstanding: 600 };
    vec![
        sent("LocalAgent", LocalAgent { id: AGENT, url: b"http://127.0.0.1:9100".to_vec() }),
        sent("WorkItem::Release", release_item.clone()),
        sent("WorkItem::Confirm", confirm_item.clone()),
        sent("WorkItem::Puncture", WorkItem::Puncture { key: KEY, epoch: 3 }),
        sent("Wake", Wake { agent: AGENT, work: vec![release_item, confirm_item] }),
        sent(
            "EnclaveInfo",
            EnclaveInfo { genesis: GENESIS, origin: HASH, measurement: measurement(), sessions: 2 },
        ),
        sent(
            "OpenSession",
            OpenSession { request: REQUEST, attempt: 1, finalised_hash: HASH, lifetime: 600 },
        ),
        sent("Delivery", Delivery { release: release(), sealed: sealed() }),
        sent("ChainProof", chain_proof()),
        sent("Execution", execution),
        sent("Outcome", outcome),
        sent("PolicyRecord", policy_record()),
        sent("RequestState", state),
        sent("ConsortiumStatus", status),
        sent("CashRecord", cash),
    ]
}
