//! A request and its life.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::{
    access_tree::AccessTree,
    algorithm::Algorithm,
    bounds::XWING_PUBLIC_KEY_BYTES,
    hashing::{hash, Tag},
    ids::{Epoch, KeyId, PolicyHash, QuorumId, RequestId},
    payload::{Effect, PayloadFormat},
    AccountId, BlockNumber,
};

/// Number of an attempt, from 1 (section 5).
pub type Attempt = u8;

/// An X-Wing public key to which a secret result is sealed.
pub type ResultKey = BoundedVec<u8, ConstU32<XWING_PUBLIC_KEY_BYTES>>;

/// Kinds of operation, as policies name them.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum OperationKind {
    /// Create a key.
    #[codec(index = 0)]
    Enrol,
    /// Sign a payload.
    #[codec(index = 1)]
    Sign,
    /// Decrypt or decapsulate a ciphertext.
    #[codec(index = 2)]
    Decrypt,
    /// New shares of a native key, which nobody sees.
    #[codec(index = 3)]
    Refresh,
    /// The same key for another quorum or tree.
    #[codec(index = 4)]
    Reshare,
    /// The same key for another owner and policy.
    #[codec(index = 5)]
    Transfer,
}

impl OperationKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Enrol, Self::Sign, Self::Decrypt, Self::Refresh, Self::Reshare, Self::Transfer];

    /// The name a person reads and types.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Sign => "sign",
            Self::Decrypt => "decrypt",
            Self::Refresh => "refresh",
            Self::Reshare => "reshare",
            Self::Transfer => "transfer",
        }
    }
}

/// What is to be done.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Operation {
    /// Create the key (section 6).
    #[codec(index = 0)]
    Enrol {
        /// What the key is for.
        algorithm: Algorithm,
        /// The quorum its agents come from.
        quorum: QuorumId,
        /// Who must take part.
        tree: AccessTree,
    },
    /// Sign the payload.
    #[codec(index = 1)]
    Sign {
        /// How the payload is read.
        format: PayloadFormat,
    },
    /// Decrypt the payload; the result leaves the enclave only sealed to this key.
    #[codec(index = 2)]
    Decrypt {
        /// X-Wing public key, 1,216 bytes.
        result_key: ResultKey,
    },
    /// Make the next epoch of a native key for the same tree (section 11).
    #[codec(index = 3)]
    Refresh,
    /// Make the next epoch for another quorum or tree.
    #[codec(index = 4)]
    Reshare {
        /// The quorum its agents come from.
        quorum: QuorumId,
        /// Who must take part from then on.
        tree: AccessTree,
    },
    /// Prepare the next epoch for another owner and policy. It stays pending until the owner
    /// transfers control.
    #[codec(index = 5)]
    Transfer {
        /// The quorum its agents come from.
        quorum: QuorumId,
        /// Who must take part from then on.
        tree: AccessTree,
        /// The next owner.
        owner: AccountId,
        /// The policy the next token commits to.
        policy: PolicyHash,
    },
}

impl Operation {
    /// Its kind.
    pub const fn kind(&self) -> OperationKind {
        match self {
            Operation::Enrol { .. } => OperationKind::Enrol,
            Operation::Sign { .. } => OperationKind::Sign,
            Operation::Decrypt { .. } => OperationKind::Decrypt,
            Operation::Refresh => OperationKind::Refresh,
            Operation::Reshare { .. } => OperationKind::Reshare,
            Operation::Transfer { .. } => OperationKind::Transfer,
        }
    }

    /// How its payload is read.
    pub const fn format(&self) -> PayloadFormat {
        match self {
            Operation::Enrol { .. }
            | Operation::Refresh
            | Operation::Reshare { .. }
            | Operation::Transfer { .. } => PayloadFormat::Empty,
            Operation::Sign { format } => *format,
            Operation::Decrypt { .. } => PayloadFormat::Raw,
        }
    }

    /// Whether it makes the next epoch of a key (section 11).
    pub const fn is_succession(&self) -> bool {
        matches!(self, Operation::Refresh | Operation::Reshare { .. } | Operation::Transfer { .. })
    }

    /// The quorum and tree it names, if it names any.
    pub const fn named_tree(&self) -> Option<(QuorumId, &AccessTree)> {
        match self {
            Operation::Enrol { quorum, tree, .. }
            | Operation::Reshare { quorum, tree }
            | Operation::Transfer { quorum, tree, .. } => Some((*quorum, tree)),
            Operation::Sign { .. } | Operation::Decrypt { .. } | Operation::Refresh => None,
        }
    }

    /// Who owns the key once the epoch is active that it prepares, if that is to be another.
    pub const fn next_owner(&self) -> Option<&AccountId> {
        match self {
            Operation::Transfer { owner, .. } => Some(owner),
            _ => None,
        }
    }
}

/// Everything a requester asks for, fixed by [`RequestBody::id`].
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RequestBody {
    /// Who asks.
    pub requester: AccountId,
    /// Fresh random bytes.
    pub salt: [u8; 32],
    /// Which key; for an enrolment `KeyId::derive(genesis, requester, salt)`.
    pub key: KeyId,
    /// Which epoch of it; 0 for an enrolment.
    pub epoch: Epoch,
    /// What.
    pub operation: Operation,
    /// `payload_hash(genesis, operation.format(), payload)`.
    pub payload_hash: H256,
    /// What the payload does, as the requester declares it.
    pub effect: Effect,
    /// The policy it is made under.
    pub policy: PolicyHash,
    /// The last block at which it can be approved or released.
    pub expires: BlockNumber,
}

impl RequestBody {
    /// Its id, known before it is submitted.
    pub fn id(&self, genesis: H256) -> RequestId {
        RequestId(hash(Tag::Request, genesis, self))
    }

    /// The policy that the token it makes commits to.
    pub const fn next_policy(&self) -> PolicyHash {
        match &self.operation {
            Operation::Transfer { policy, .. } => *policy,
            _ => self.policy,
        }
    }

    /// Whether it makes a token: a key's first, or that of its next epoch.
    pub const fn makes_token(&self) -> bool {
        matches!(self.operation, Operation::Enrol { .. }) || self.operation.is_succession()
    }
}

/// Where a request stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum RequestStatus {
    /// Collecting approvals.
    #[codec(index = 0)]
    Pending {
        /// The stage that is open.
        stage: u8,
    },
    /// Every stage is satisfied; nothing was released yet.
    #[codec(index = 1)]
    Approved,
    /// At least one share was released.
    #[codec(index = 2)]
    Executing,
    /// A receipt is on the log.
    #[codec(index = 3)]
    Completed,
    /// A member of a role denied it.
    #[codec(index = 4)]
    Denied,
    /// Its deadline passed, and no attempt had enough releases for anyone to complete it.
    #[codec(index = 5)]
    Expired,
    /// The requester withdrew it before any release was noted.
    #[codec(index = 6)]
    Cancelled,
    /// An attempt had enough releases and no receipt came, or every attempt was used up before the
    /// deadline (section 8).
    #[codec(index = 7)]
    Failed,
}

impl RequestStatus {
    /// Whether nothing can happen to it any more.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Pending { .. } | Self::Approved | Self::Executing)
    }

    /// Whether agents may release for it.
    pub const fn may_release(self) -> bool {
        matches!(self, Self::Approved | Self::Executing)
    }

    /// The name a person reads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Approved => "approved",
            Self::Executing => "executing",
            Self::Completed => "completed",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

/// A request as the chain keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RequestRecord {
    /// What was asked.
    pub body: RequestBody,
    /// Where it stands.
    pub status: RequestStatus,
    /// When it was submitted.
    pub submitted_at: BlockNumber,
    /// Attempts opened so far, at most [`crate::bounds::MAX_ATTEMPTS`].
    pub attempts: Attempt,
    /// Hash of its `Approved` audit entry, once approved: the receipt's `previous`.
    pub approved_entry: Option<H256>,
    /// Hash of its newest audit entry.
    pub last_entry: H256,
}
