//! Runtime APIs: no client decodes storage by hand.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

use crate::{
    agent_api::WorkItem,
    approval::SignedApproval,
    audit::AuditEntry,
    ids::{AgentId, Epoch, InstitutionId, KeyId, PolicyHash, QuorumId, RequestId},
    policy::{ChangeSignatures, Name, Policy},
    receipt::SignedReceipt,
    release::{Refusal, Release},
    request::{RequestBody, RequestRecord},
    session::{Endpoint, Measurement, SessionRecord},
    token::{EpochRecord, KeyRecord},
    AccountId, BlockNumber,
};

/// A policy with the signatures that made it a successor.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, codec::MaxEncodedLen, TypeInfo)]
pub struct PolicyRecord {
    /// The policy.
    pub policy: Policy,
    /// Signatures of its predecessor's change role; empty without a predecessor.
    pub signatures: ChangeSignatures,
    /// Who created it.
    pub created_by: AccountId,
    /// When.
    pub created_at: BlockNumber,
}

/// All the chain knows of a request.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RequestState {
    /// Its id.
    pub id: RequestId,
    /// The request.
    pub record: RequestRecord,
    /// Its payload, while it is not over.
    pub payload: Option<Vec<u8>>,
    /// The policy it was made under.
    pub policy: Policy,
    /// From the policy the key's token commits to (first) to `policy` (last): each with the
    /// signatures of the change that made it. One item when they are the same.
    pub lineage: Vec<PolicyRecord>,
    /// Approvals, in the order they were accepted.
    pub approvals: Vec<SignedApproval>,
    /// Sessions, by attempt from 1.
    pub sessions: Vec<SessionRecord>,
    /// Releases noted.
    pub releases: Vec<Release>,
    /// Refusals noted.
    pub refusals: Vec<Refusal>,
    /// The key in the request's epoch; none before its enrolment.
    pub key: Option<KeyRecord>,
    /// The receipt, once completed.
    pub receipt: Option<SignedReceipt>,
}

/// A registered agent.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    codec::DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
)]
pub struct AgentRecord {
    /// The institution that runs it.
    pub institution: InstitutionId,
    /// Where its public endpoint is.
    pub endpoint: Endpoint,
    /// When it was registered.
    pub registered_at: BlockNumber,
}

/// A quorum of agents.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    codec::DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
)]
pub struct QuorumRecord {
    /// How many must take part, at least.
    pub threshold: u16,
    /// Its agents.
    pub agents: sp_runtime::BoundedVec<
        AgentId,
        sp_runtime::traits::ConstU32<{ crate::bounds::MAX_QUORUM_AGENTS }>,
    >,
}

/// A member of the consortium.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    codec::DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
)]
pub struct InstitutionRecord {
    /// Its name.
    pub name: Name,
    /// The account that administers it.
    pub administrator: AccountId,
    /// Whether its accounts may transact.
    pub active: bool,
    /// Weight its accounts may use per window, in picoseconds of reference time.
    pub quota: u64,
    /// The validator in its seat.
    pub validator: Option<AccountId>,
}

/// The chain at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ConsortiumStatus {
    /// Hash of block 0.
    pub genesis: H256,
    /// Institutions.
    pub institutions: Vec<(InstitutionId, InstitutionRecord)>,
    /// Measurements trusted now, with the block they expire at.
    pub measurements: Vec<(Measurement, BlockNumber)>,
    /// Entries of the audit log.
    pub audit_entries: u64,
    /// Hash of the newest audit entry.
    pub audit_head: H256,
    /// Blocks of a window of the device roots' labels.
    pub window_blocks: BlockNumber,
}

sp_api::decl_runtime_apis! {
    /// What clients, agents and enclave ask of the chain.
    pub trait RegentApi {
        /// All of one request.
        fn request(id: RequestId) -> Option<RequestState>;
        /// Requests by id after `after`, at most `limit` (and 256).
        fn requests(after: Option<RequestId>, limit: u32) -> Vec<(RequestId, RequestRecord)>;
        /// Dry run: the reasons for which this request would be refused now; empty if none.
        fn evaluate(body: RequestBody, payload: Vec<u8>) -> Vec<Vec<u8>>;
        /// A policy.
        fn policy(hash: PolicyHash) -> Option<PolicyRecord>;
        /// The newest policy of the lineage that this one belongs to.
        fn newest_policy(hash: PolicyHash) -> Option<PolicyHash>;
        /// Policies after `after`, at most `limit` (and 256).
        fn policies(after: Option<PolicyHash>, limit: u32) -> Vec<PolicyHash>;
        /// A key with the token of its current epoch: the active one, or a first one that is pending.
        fn key(id: KeyId) -> Option<KeyRecord>;
        /// One epoch of a key, whatever its state.
        fn epoch(id: KeyId, epoch: Epoch) -> Option<EpochRecord>;
        /// Keys after `after`, at most `limit` (and 256).
        fn keys(after: Option<KeyId>, limit: u32) -> Vec<KeyId>;
        /// Audit entries from an index, at most `count` (and 256).
        fn audit_entries(from: u64, count: u32) -> Vec<AuditEntry>;
        /// Agents after `after`, at most `limit` (and 256).
        fn agents(after: Option<AgentId>, limit: u32) -> Vec<(AgentId, AgentRecord)>;
        /// A quorum.
        fn quorum(id: QuorumId) -> Option<QuorumRecord>;
        /// How many quorums there are: they are numbered from 0.
        fn quorum_count() -> QuorumId;
        /// What waits for an agent.
        fn agent_work(agent: AgentId) -> Vec<WorkItem>;
        /// The chain at a glance.
        fn status() -> ConsortiumStatus;
    }
}
