//! Where this chain keeps what agents and verifiers read: keys with the types of their values.
//!
//! # Which runtime
//!
//! The code is known by its hash: BLAKE2b-256 of the value of `:code`, as the trie's leaf has it. The
//! alternative, `System::LastRuntimeUpgrade`, states a name and a version that any code can claim,
//! and is written a block later. What executed a block is the code in its *parent's* state; a head's
//! code is what executes the next block, so an upgrade is refused in the block that enacts it.
//!
//! A node that proves `:code` itself sends the code, some hundred kilobytes, with every proof. Nodes
//! are therefore asked to prove [`CODE_PROBE`], a key below it that never exists: the way there
//! passes the same leaf, which holds the hash, and ends before the value.

use alloc::{string::String, vec::Vec};

use codec::Compact;
use regent_primitives::{
    access_tree::LeafPath,
    bounds::MAX_APPROVALS,
    cash_api::CashTerms,
    payload::PayloadBytes,
    runtime_api::{AgentRecord, PolicyRecord, QuorumRecord},
    AccountId, AgentId, Attempt, AuditEntry, BlockNumber, BoundedVec, ConstU32, Epoch, EpochStatus,
    InstitutionId, KeyEntry, KeyId, PolicyHash, QuorumId, Refusal, RegenToken, Release,
    ReleasedLeaves, RequestId, RequestRecord, SessionKeys, SessionRecord, SignedApproval,
    SignedReceipt, Subject, H256,
};
use sp_consensus_grandpa::{AuthorityList, SetId};

use crate::state::{Query, StateKey};

/// The runtime's code.
pub const CODE: &[u8] = b":code";
/// A key that never exists and whose absence is proven by the nodes that prove the code's hash.
pub const CODE_PROBE: &[u8] = b":code\0";

/// Asks for the hash of the runtime's code.
pub fn code_hash() -> Query {
    Query::Hash(CODE.to_vec())
}

/// What every reader of a head asks beside what it wants to know: the code, and the chain.
pub fn always_read() -> [Query; 2] {
    [code_hash(), block_hash(0).query()]
}

/// The version and the name that the runtime gave itself when it was enacted, a block after its code.
/// Any code can claim them.
pub fn runtime_version() -> StateKey<(Compact<u32>, String)> {
    StateKey::value("System", "LastRuntimeUpgrade")
}

/// The hash of a block that this chain's state remembers: always the first, and some thousand recent.
pub fn block_hash(number: BlockNumber) -> StateKey<H256> {
    StateKey::value("System", "BlockHash").twox64(&number)
}

/// Where a state says who finalises what follows it.
pub struct AuthorityKeys {
    /// The authorities.
    pub authorities: StateKey<AuthorityList>,
    /// The set's number.
    pub set_id: StateKey<SetId>,
    /// A change that is not in effect yet.
    pub pending: StateKey<Vec<u8>>,
}

impl AuthorityKeys {
    /// Asks for all of them.
    pub fn queries(&self) -> [Query; 3] {
        [self.authorities.query(), self.set_id.query(), self.pending.query()]
    }
}

/// Who finalises what follows a block.
pub fn authorities() -> AuthorityKeys {
    AuthorityKeys {
        authorities: StateKey::value("Grandpa", "Authorities"),
        set_id: StateKey::value("Grandpa", "CurrentSetId"),
        pending: StateKey::value("Grandpa", "PendingChange"),
    }
}

/// Blocks of a session of validators.
pub fn session_length() -> StateKey<BlockNumber> {
    StateKey::value("Consortium", "SessionLength")
}

/// The validators of this session, in the order of Aura's and GRANDPA's authorities.
pub fn validators() -> StateKey<Vec<AccountId>> {
    StateKey::value("Session", "Validators")
}

/// The validators of the next session, with the keys that they will have.
pub fn next_validators() -> StateKey<Vec<(AccountId, SessionKeys)>> {
    StateKey::value("Session", "QueuedKeys")
}

/// The keys that an account set last: for the session after the next one.
pub fn session_keys(account: &AccountId) -> StateKey<SessionKeys> {
    StateKey::value("Session", "NextKeys").twox64(account)
}

/// What governance decided of cash.
pub fn cash_terms() -> StateKey<CashTerms> {
    StateKey::value("Cash", "Terms")
}

/// Count of the audit log's entries.
pub fn audit_count() -> StateKey<u64> {
    StateKey::value("Audit", "Count")
}

/// Hash of the newest entry.
pub fn audit_head() -> StateKey<H256> {
    StateKey::value("Audit", "Head")
}

/// An entry by its index.
pub fn audit_entry(index: u64) -> StateKey<AuditEntry> {
    StateKey::value("Audit", "Entries").twox64(&index)
}

/// Hash of the newest entry about a subject.
pub fn audit_subject_head(subject: &Subject) -> StateKey<H256> {
    StateKey::value("Audit", "SubjectHead").blake2(subject)
}

/// Root of the Merkle mountain range over the leaves of all blocks before the state's own.
pub fn mmr_root() -> StateKey<H256> {
    StateKey::value("Mmr", "RootHash")
}

/// Count of its leaves, which is the number of the state's block.
pub fn mmr_leaves() -> StateKey<u64> {
    StateKey::value("Mmr", "NumberOfLeaves")
}

/// A request and where it stands.
pub fn request(id: RequestId) -> StateKey<RequestRecord> {
    StateKey::value("Requests", "Requests").identity(&id)
}

/// The payload of a request that is not over.
pub fn payload(id: RequestId) -> StateKey<PayloadBytes> {
    StateKey::value("Requests", "Payloads").identity(&id)
}

/// A request's approvals, in the order they were accepted.
pub fn approvals(id: RequestId) -> StateKey<BoundedVec<SignedApproval, ConstU32<MAX_APPROVALS>>> {
    StateKey::value("Requests", "Approvals").identity(&id)
}

/// Which leaves of a request were released.
pub fn released(id: RequestId) -> StateKey<ReleasedLeaves> {
    StateKey::value("Requests", "Released").identity(&id)
}

/// An agent's release of a leaf.
pub fn release(id: RequestId, attempt: Attempt, leaf: LeafPath) -> StateKey<Release> {
    StateKey::value("Requests", "Releases").identity(&id).blake2(&(attempt, leaf))
}

/// An agent's refusal of an attempt.
pub fn refusal(id: RequestId, attempt: Attempt, agent: AgentId) -> StateKey<Refusal> {
    StateKey::value("Requests", "Refusals").identity(&id).blake2(&(attempt, agent))
}

/// The receipt of a completed request.
pub fn receipt(id: RequestId) -> StateKey<SignedReceipt> {
    StateKey::value("Requests", "Receipts").identity(&id)
}

/// The enclave session of an attempt.
pub fn session(id: RequestId, attempt: Attempt) -> StateKey<SessionRecord> {
    StateKey::value("Enclaves", "Sessions").blake2(&id).twox64(&attempt)
}

/// The token of a key's epoch.
pub fn token(id: KeyId, epoch: Epoch) -> StateKey<RegenToken> {
    StateKey::value("Keys", "Tokens").identity(&id).twox64(&epoch)
}

/// A key, for all its epochs.
pub fn key_entry(id: KeyId) -> StateKey<KeyEntry> {
    StateKey::value("Keys", "Entries").identity(&id)
}

/// Where an epoch of a key stands.
pub fn epoch_status(id: KeyId, epoch: Epoch) -> StateKey<EpochStatus> {
    StateKey::value("Keys", "Statuses").identity(&id).twox64(&epoch)
}

/// Who froze a key, its owner and governance; present only while somebody does.
pub fn freeze(id: KeyId) -> StateKey<(bool, bool)> {
    StateKey::value("Keys", "Freezes").identity(&id)
}

/// A policy.
pub fn policy(hash: PolicyHash) -> StateKey<PolicyRecord> {
    StateKey::value("Policies", "Policies").identity(&hash)
}

/// The policy that replaced one.
pub fn successor(hash: PolicyHash) -> StateKey<PolicyHash> {
    StateKey::value("Policies", "Successors").identity(&hash)
}

/// The institution that a member acts for.
pub fn member(account: &AccountId) -> StateKey<InstitutionId> {
    StateKey::value("Consortium", "Members").blake2(account)
}

/// A registered agent.
pub fn agent(id: AgentId) -> StateKey<AgentRecord> {
    StateKey::value("Quorums", "Agents").blake2(&id)
}

/// A quorum.
pub fn quorum(id: QuorumId) -> StateKey<QuorumRecord> {
    StateKey::value("Quorums", "Quorums").twox64(&id)
}
