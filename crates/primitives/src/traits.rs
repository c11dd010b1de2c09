//! How pallets talk to each other: never through another pallet's storage.

use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
    access_tree::AccessTree,
    audit::{AuditEvent, Subject},
    ids::{AgentId, InstitutionId, KeyId, PolicyHash, QuorumId, RequestId},
    policy::Policy,
    release::Confirmation,
    request::Attempt,
    runtime_api::PolicyRecord,
    session::{Session, SessionRecord},
    token::{KeyRecord, RegenToken},
    AccountId, BlockNumber,
};

/// The append-only log.
pub trait AuditLog {
    /// Appends an entry and returns its hash.
    fn append(subject: Subject, event: AuditEvent) -> H256;
}

/// Who may act, and for whom.
pub trait MemberInspect {
    /// The institution an account acts for, if both are in good standing.
    fn institution_of(account: &AccountId) -> Option<InstitutionId>;
    /// Whether the account administers this institution.
    fn is_administrator(account: &AccountId, institution: InstitutionId) -> bool;
}

/// Agents and quorums.
pub trait QuorumInspect {
    /// Whether the agent is registered.
    fn is_agent(agent: &AgentId) -> bool;
    /// Whether every agent leaf of the tree belongs to the quorum, and no set that satisfies the
    /// tree has fewer agents than the quorum's threshold.
    fn admits(quorum: QuorumId, tree: &AccessTree) -> bool;
}

/// Policies by content.
pub trait PolicyInspect {
    /// The policy with this hash.
    fn policy(hash: &PolicyHash) -> Option<Policy>;
    /// The policy that took this one's place, if one did: nothing new is requested under it then.
    fn successor(hash: &PolicyHash) -> Option<PolicyHash>;
    /// Whether `successor` is `ancestor` or descends from it by valid changes.
    fn descends(successor: &PolicyHash, ancestor: &PolicyHash) -> bool;
    /// The policies from `ancestor` (first) to `successor` (last), each with the signatures of the
    /// change that made it; `None` unless [`PolicyInspect::descends`].
    fn lineage(
        ancestor: &PolicyHash,
        successor: &PolicyHash,
    ) -> Option<alloc::vec::Vec<PolicyRecord>>;
}

/// Keys.
pub trait KeyRegistry {
    /// The key.
    fn key(key: &KeyId) -> Option<KeyRecord>;
    /// The window of the device roots' labels that a block falls into (section 3).
    fn window_at(block: BlockNumber) -> u32;
    /// Checks and stores a new token as `Pending`.
    fn enrol(
        token: RegenToken,
        owner: AccountId,
        quorum: QuorumId,
        request: RequestId,
    ) -> DispatchResult;
    /// Checks (registered leaf, epoch, not yet confirmed; not the signature) and stores a
    /// confirmation. Returns the key's owner, and how many leaves were looked at.
    fn confirm(confirmation: &Confirmation) -> Result<(AccountId, u32), DispatchError>;
    /// The same, if this confirmation would be accepted; nothing is stored.
    fn awaits(confirmation: &Confirmation) -> Option<(AccountId, u32)>;
    /// Keys with a leaf of this agent that awaits confirmation, at most `limit`.
    fn awaiting(agent: &AgentId, limit: u32) -> alloc::vec::Vec<(KeyId, crate::ids::Epoch)>;
}

/// Enclave sessions.
pub trait SessionRegistry {
    /// Verifies the evidence against trusted measurements and stores the session for this attempt.
    /// Returns its record.
    fn open(session: Session) -> Result<SessionRecord, DispatchError>;
    /// The session of an attempt.
    fn session(request: RequestId, attempt: Attempt) -> Option<SessionRecord>;
}

/// Genesis hash and height, as every pallet reads them.
pub trait ChainInfo {
    /// Hash of block 0.
    fn genesis() -> H256;
    /// Height of the block being built.
    fn block_number() -> BlockNumber;
}
