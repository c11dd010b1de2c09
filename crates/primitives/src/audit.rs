//! Entries of the append-only log.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

use crate::{
    access_tree::LeafPath,
    hashing::{hash, Tag},
    ids::{AgentId, Epoch, InstitutionId, KeyId, PolicyHash, QuorumId, RequestId, SessionId},
    release::RefusalReason,
    request::{Attempt, OperationKind},
    session::Measurement,
    AccountId, BlockNumber,
};

/// What an entry is about. Entries of one subject are linked to each other too.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Subject {
    /// The consortium's members and trust.
    #[codec(index = 0)]
    Consortium,
    /// Agents and quorums.
    #[codec(index = 1)]
    Quorums,
    /// A policy.
    #[codec(index = 2)]
    Policy(PolicyHash),
    /// A key.
    #[codec(index = 3)]
    Key(KeyId),
    /// A request.
    #[codec(index = 4)]
    Request(RequestId),
    /// A contract.
    #[codec(index = 5)]
    Contract(AccountId),
}

/// What happened.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[allow(missing_docs)] // Fields are named after their types; each variant says what happened.
pub enum AuditEvent {
    /// An institution joined.
    #[codec(index = 0)]
    InstitutionRegistered { institution: InstitutionId },
    /// An institution was suspended: its accounts may not transact.
    #[codec(index = 1)]
    InstitutionSuspended { institution: InstitutionId },
    /// A suspended institution may transact again.
    #[codec(index = 2)]
    InstitutionResumed { institution: InstitutionId },
    /// An account may act for an institution.
    #[codec(index = 3)]
    MemberAdded { institution: InstitutionId, account: AccountId },
    /// An account may no longer act.
    #[codec(index = 4)]
    MemberRemoved { institution: InstitutionId, account: AccountId },
    /// An institution's validator seat was filled or emptied.
    #[codec(index = 5)]
    ValidatorSeatChanged { institution: InstitutionId, validator: Option<AccountId> },
    /// A measurement is trusted until a block.
    #[codec(index = 6)]
    MeasurementTrusted { measurement: Measurement, until: BlockNumber },
    /// A measurement is no longer trusted.
    #[codec(index = 7)]
    MeasurementRevoked { measurement: Measurement },
    /// An agent was registered.
    #[codec(index = 8)]
    AgentRegistered { agent: AgentId, institution: InstitutionId },
    /// An agent was removed: it may not join new quorums. It still serves keys that have it.
    #[codec(index = 9)]
    AgentRemoved { agent: AgentId },
    /// A quorum was created.
    #[codec(index = 10)]
    QuorumCreated { quorum: QuorumId, threshold: u16, agents: u16 },
    /// A policy was created.
    #[codec(index = 11)]
    PolicyCreated { predecessor: Option<PolicyHash>, by: AccountId },
    /// A key's token was stored.
    #[codec(index = 12)]
    KeyEnrolled { epoch: Epoch, token_hash: H256, request: RequestId },
    /// A participant confirmed its leaf.
    #[codec(index = 13)]
    KeyConfirmed { epoch: Epoch, leaf: LeafPath, agent: AgentId },
    /// Enough leaves are confirmed, or the owner accepted less.
    #[codec(index = 14)]
    KeyActivated { epoch: Epoch, accepted_by_owner: bool },
    /// A request was submitted.
    #[codec(index = 15)]
    Submitted {
        by: AccountId,
        key: KeyId,
        operation: OperationKind,
        payload_hash: H256,
        policy: PolicyHash,
    },
    /// A person's approval was accepted.
    #[codec(index = 16)]
    ApprovalGiven { approver: AccountId, stage: u8, approval_hash: H256 },
    /// Every stage is satisfied.
    #[codec(index = 17)]
    Approved,
    /// A member of a role denied the request.
    #[codec(index = 18)]
    Denied { approver: AccountId, approval_hash: H256 },
    /// An attempt was opened.
    #[codec(index = 19)]
    SessionOpened { attempt: Attempt, session: SessionId, evidence_hash: H256 },
    /// An agent released a leaf.
    #[codec(index = 20)]
    ShareReleased { attempt: Attempt, agent: AgentId, leaf: LeafPath, aad: H256 },
    /// An agent refused.
    #[codec(index = 21)]
    ReleaseRefused { attempt: Attempt, agent: AgentId, reason: RefusalReason },
    /// The receipt is on chain.
    #[codec(index = 22)]
    Completed { attempt: Attempt, receipt_hash: H256 },
    /// The deadline passed, and no attempt had enough releases for anyone to complete it.
    #[codec(index = 23)]
    Expired,
    /// The requester withdrew it.
    #[codec(index = 24)]
    Cancelled,
    /// It ended with shares released for an attempt of which there is no receipt: the chain does not know
    /// what its enclave did with them, and takes nothing back. Which releases these are the entries of
    /// this request say: all, or if it was completed those of another attempt than the receipt's. Stands
    /// once, before the entry that says how it ended, or after the first such release that came later.
    #[codec(index = 25)]
    Unaccounted,
    /// The weight an institution may use a window was changed, in picoseconds of reference time.
    #[codec(index = 26)]
    QuotaSet { institution: InstitutionId, quota: u64 },
    /// An agent is reached elsewhere.
    #[codec(index = 27)]
    AgentEndpointUpdated { agent: AgentId },
    /// It ended without a receipt though an attempt had enough releases, or with every attempt used
    /// up before its deadline.
    #[codec(index = 28)]
    Failed,
    /// A later epoch is active: this one releases nothing any more.
    #[codec(index = 29)]
    KeyRetiring { epoch: Epoch },
    /// A participant destroyed what regenerates its leaves of an epoch.
    #[codec(index = 30)]
    KeyPunctured { epoch: Epoch, agent: AgentId, rollback_protected: bool },
    /// No set of participants that satisfies the epoch's tree can regenerate its shares.
    #[codec(index = 31)]
    KeyRetired { epoch: Epoch },
    /// Control of the key changed hands, with this epoch.
    #[codec(index = 32)]
    ControlTransferred { epoch: Epoch, from: AccountId, to: AccountId, policy: PolicyHash },
    /// The key's epoch the request was made for is over: nothing is released for it any more.
    #[codec(index = 33)]
    EpochEnded { epoch: Epoch },
    /// An account may deploy contracts.
    #[codec(index = 40)]
    DeployerAdmitted { account: AccountId },
    /// An account may no longer deploy contracts.
    #[codec(index = 41)]
    DeployerRemoved { account: AccountId },
    /// An institution may keep more bytes in contracts' storage.
    #[codec(index = 42)]
    CreditsGranted { institution: InstitutionId, amount: u128 },
    /// An institution may keep fewer.
    #[codec(index = 43)]
    CreditsRevoked { institution: InstitutionId, amount: u128 },
    /// A key was frozen, by this owner or else by governance: nothing is requested for it.
    #[codec(index = 44)]
    KeyFrozen { by: Option<AccountId> },
    /// A freeze was lifted, by this owner or else by governance.
    #[codec(index = 45)]
    KeyUnfrozen { by: Option<AccountId> },
    /// What the subject's entry before this one says was done by this contract, in a transaction of
    /// this person.
    #[codec(index = 46)]
    CalledByContract { contract: AccountId, person: AccountId },
    /// What the subject's entry before this one says was decided by governance, in the place of a contract
    /// that ended and owned the key.
    #[codec(index = 50)]
    DecidedByGovernance,
    /// A pending epoch was given up by the key's owner: it never serves.
    #[codec(index = 47)]
    EpochWithdrawn { epoch: Epoch },
    /// The contract declared that a condition is met, and by what evidence.
    #[codec(index = 48)]
    ConditionFulfilled { condition: H256, evidence: H256 },
    /// The contract took that back.
    #[codec(index = 49)]
    ConditionWithdrawn { condition: H256 },
    /// An institution may issue cash, up to so many units outstanding at one time.
    #[codec(index = 51)]
    CashIssuerSet { issuer: InstitutionId, ceiling: u128 },
    /// The issuer's administrator issued cash to a member.
    #[codec(index = 52)]
    CashIssued { by: AccountId, to: AccountId, amount: u128 },
    /// A holder redeemed cash; the issuer pays it out by the instruction with this hash.
    #[codec(index = 53)]
    CashRedeemed { by: AccountId, amount: u128, reference: H256 },
    /// Governance moved all that a person who is a member no more, or a contract that ended, held to a
    /// member.
    #[codec(index = 54)]
    CashRecovered { from: AccountId, to: AccountId, amount: u128 },
    /// An institution's administrator sits on the council that governs.
    #[codec(index = 55)]
    CouncilMemberAdded { account: AccountId },
    /// An account no longer sits on the council.
    #[codec(index = 56)]
    CouncilMemberRemoved { account: AccountId },
    /// From this block on a validator authors and finalises with the session keys that have this hash.
    #[codec(index = 57)]
    SessionKeysChanged { validator: AccountId, keys: H256 },
    /// What the entries before this one say was decided by the council: by the motion with this hash, for
    /// which so many of its seats voted.
    #[codec(index = 58)]
    MotionEnacted { motion: H256, ayes: u32, seats: u32 },
    /// An institution is administered by another account.
    #[codec(index = 59)]
    AdministratorReplaced {
        institution: InstitutionId,
        former: AccountId,
        administrator: AccountId,
    },
    /// The runtime whose code has this hash, as the chain hashes, may take the present one's place.
    #[codec(index = 60)]
    UpgradeAuthorized { code_hash: H256 },
}

/// One entry of the log.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AuditEntry {
    /// Position in the log, from 0.
    pub index: u64,
    /// The block that appended it.
    pub block: BlockNumber,
    /// Hash of the entry before it; zero for the first.
    pub previous: H256,
    /// What it is about.
    pub subject: Subject,
    /// Hash of the subject's entry before it; zero for the subject's first.
    pub subject_previous: H256,
    /// What happened.
    pub event: AuditEvent,
}

impl AuditEntry {
    /// What the next entry links to.
    pub fn hash(&self, genesis: H256) -> H256 {
        hash(Tag::AuditEntry, genesis, self)
    }
}
