//! One value at least of every type; see `variants.rs` for enumerations.

mod ids;
mod keys;
mod notes;
mod policies;
mod requests;
mod sessions;

use regent_primitives::{
    access_tree::{Participant, TreeNode},
    agent_api::{LocalAgent, Wake, WorkItem},
    cash_api::{CashRecord, CashTerms},
    chain_proof::{ChainProof, JustifiedHeader, Origin},
    enclave_api::{Delivery, EnclaveInfo, Execution, OpenSession, Outcome, PolicyStep},
    runtime_api::{AgentRecord, ConsortiumStatus, InstitutionRecord, QuorumRecord, RequestState},
    AgentNote, AuditEntry, AuditEvent, Effect, EpochRecord, EpochStatus, KeyEntry, KeyState,
    LogLeaf, RefusalReason, RequestStatus, SessionKeys, Subject, H256,
};

pub use self::{ids::*, keys::*, notes::*, policies::*, requests::*, sessions::*};
use crate::sample::{sent, stored, Sample};

fn institution() -> InstitutionRecord {
    InstitutionRecord {
        name: bounded(b"First Bank".to_vec()),
        administrator: account(1),
        active: true,
        quota: 500_000_000_000,
        validator: Some(account(8)),
    }
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

fn log_leaf() -> LogLeaf {
    let (hash, head, entries_root) = (HASH, OTHER, H256([0x33; 32]));
    LogLeaf { block: 77, hash, count: 256, head, entries_root }
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
        stored("LogLeaf", log_leaf()),
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
        stored("SessionKeys", SessionKeys { aura: [0x61; 32], grandpa: [0x67; 32] }),
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
            EnclaveInfo {
                genesis: GENESIS,
                origin: HASH,
                followed: 1_200,
                measurement: measurement(),
                sessions: 2,
            },
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
