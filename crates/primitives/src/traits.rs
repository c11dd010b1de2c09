//! How pallets talk to each other: never through another pallet's storage.

use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
    access_tree::AccessTree,
    agent_api::WorkItem,
    audit::{AuditEvent, Subject},
    ids::{AgentId, Epoch, InstitutionId, KeyId, PolicyHash, QuorumId, RequestId},
    policy::Policy,
    release::{Confirmation, Puncture},
    request::Attempt,
    runtime_api::PolicyRecord,
    session::{Session, SessionRecord},
    token::{EpochRecord, KeyRecord, RegenToken},
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
    /// The institution the account is a member of, in good standing or not.
    fn membership_of(account: &AccountId) -> Option<InstitutionId>;
    /// Whether the account administers this institution.
    fn is_administrator(account: &AccountId, institution: InstitutionId) -> bool;
    /// Whether the institution exists, in good standing or not.
    fn is_institution(institution: InstitutionId) -> bool;
}

/// The council that governs by its votes.
pub trait CouncilRegistry {
    /// Who sits on it.
    fn members() -> alloc::vec::Vec<AccountId>;
    /// Replaces them, in any order. Votes of those who no longer sit on it are withdrawn.
    fn set_members(members: alloc::vec::Vec<AccountId>);
    /// What that costs at the most, in picoseconds of reference time.
    fn change_time() -> u64;
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
    /// The key in its current epoch: the active one, or a first one that is pending.
    fn key(key: &KeyId) -> Option<KeyRecord>;
    /// The key in one of its epochs, whatever its state.
    fn epoch(key: &KeyId, epoch: Epoch) -> Option<EpochRecord>;
    /// The epoch that waits to take the current one's place.
    fn pending_epoch(key: &KeyId) -> Option<Epoch>;
    /// The window of the device roots' labels that a block falls into (section 3).
    fn window_at(block: BlockNumber) -> u32;
    /// Whether a key of this owner under this policy outlives its owner: if that is a contract, whether a
    /// person beside it can have the key transferred once the contract ended. True of an unknown policy.
    fn is_recoverable(owner: &AccountId, policy: &PolicyHash) -> bool;
    /// Checks and stores a new token as `Pending`.
    fn enrol(
        token: RegenToken,
        owner: AccountId,
        quorum: QuorumId,
        request: RequestId,
    ) -> DispatchResult;
    /// Checks and stores the token of an active key's next epoch as `Pending`. Without a quorum it keeps
    /// the current one's; with an owner it waits for a transfer of control.
    fn succeed(
        token: RegenToken,
        quorum: Option<QuorumId>,
        transfer_to: Option<AccountId>,
        request: RequestId,
    ) -> DispatchResult;
    /// Checks (registered leaf, epoch, not yet confirmed; not the signature) and stores a
    /// confirmation. Returns the key's owner, how many leaves were looked at, and what the epoch before
    /// held if this one took its place.
    fn confirm(confirmation: &Confirmation) -> Result<Confirmed, DispatchError>;
    /// The same, if this confirmation would be accepted; nothing is stored.
    fn awaits(confirmation: &Confirmation) -> Option<(AccountId, u32)>;
    /// Checks (epoch over, leaf of the agent, not yet punctured; not the signature) and records a
    /// puncture. Returns the key's owner, and how many leaves were looked at.
    fn puncture(puncture: &Puncture) -> Result<(AccountId, u32), DispatchError>;
    /// The same, if this puncture would be accepted; nothing is stored.
    fn awaits_puncture(puncture: &Puncture) -> Option<(AccountId, u32)>;
    /// Epochs of which this agent has a leaf to confirm or to puncture, at most `limit`.
    fn awaiting(agent: &AgentId, limit: u32) -> alloc::vec::Vec<WorkItem>;
}

/// What a confirmation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The key's owner.
    pub owner: AccountId,
    /// Leaves looked at.
    pub leaves: u32,
    /// If it made its epoch take another's place: what that one held.
    pub ended: Option<EndedEpoch>,
}

/// What an epoch held when another took its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedEpoch {
    /// Leaves of its tree.
    pub leaves: u32,
    /// Requests for it that were open.
    pub requests: u32,
}

/// Requests, as keys see them.
pub trait KeyRequests {
    /// Ends every open request for this or an earlier epoch of the key: nothing is released for it any
    /// more. Returns how many there were.
    fn end_epoch(key: &KeyId, epoch: Epoch) -> u32;
    /// What that costs at the most, in picoseconds of reference time.
    fn ending_time() -> u64;
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
