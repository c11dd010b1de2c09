//! Why a request would be refused: every reason, with what was found and what was expected. The
//! call refuses with the error of the first one; the runtime API gives them all.

use alloc::{string::ToString, vec::Vec};
use core::fmt::{Display, Formatter, Result as FmtResult};

use regent_policy::Violation;
use regent_primitives::{
    bounds::{MAX_OPEN_OF_KEY, MAX_OPEN_REQUESTS, MAX_PAYLOAD_BYTES, SUCCESSION_PLACES},
    AccessTreeError, AccountId, Algorithm, Epoch, InstitutionId, KeyId, KeyState, PolicyHash,
    QuorumId, RequestBody, RequestId, H256,
};

use crate::{Config, Error, Pallet};

/// One reason to refuse a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Fields are named after what they hold; each variant says what is wrong.
pub enum Fault {
    /// The requester acts for no institution in good standing.
    NotMember { requester: AccountId },
    /// It was submitted before.
    RequestExists { request: RequestId },
    /// The chain holds as many open requests as it can.
    TooManyOpenRequests,
    /// The institution has as many open requests as it may.
    TooManyOpenOfInstitution { institution: InstitutionId, maximum: u32 },
    /// The key has as many open requests as it may.
    TooManyOpenOfKey { key: KeyId },
    /// The payload is too long.
    PayloadTooLong { found: usize },
    /// The payload has another hash.
    PayloadMismatch { found: H256, expected: H256 },
    /// There is no such policy.
    UnknownPolicy { policy: PolicyHash },
    /// The policy does not allow it.
    Policy(Violation),
    /// The policy waits for a contract.
    ConditionNotFulfilled { contract: AccountId, condition: H256 },
    /// The key to enrol exists.
    KeyExists { key: KeyId },
    /// There is no such key.
    UnknownKey { key: KeyId },
    /// The key is not active.
    KeyNotActive { key: KeyId, state: KeyState },
    /// The key is frozen.
    KeyFrozen { key: KeyId },
    /// A contract owns the key, and another asks.
    KeyOwnedByContract { key: KeyId, contract: AccountId },
    /// The epoch is not the key's.
    WrongEpoch { found: Epoch, expected: Epoch },
    /// The policy does not descend from the one the key commits to.
    PolicyNotDescended { policy: PolicyHash, committed: PolicyHash },
    /// Another policy has taken its place.
    PolicySuperseded { policy: PolicyHash, successor: PolicyHash },
    /// A key of this algorithm cannot do that.
    OperationNotOfKey { algorithm: Algorithm },
    /// The key's next epoch is pending already.
    SuccessorPending { key: KeyId, epoch: Epoch },
    /// The key's tree and the new one together are more than one request can serve.
    TreesTooLarge { error: AccessTreeError },
    /// The quorum does not admit the tree.
    TreeNotAdmitted { quorum: QuorumId },
    /// A leaf is not an agent's.
    UnsupportedParticipant { leaf: usize },
    /// The key would be lost with the contract that is to own it.
    NoRecovery { policy: PolicyHash, contract: AccountId },
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::NotMember { requester } => {
                write!(f, "requester: {requester:?} acts for no institution in good standing")
            }
            Self::RequestExists { request } => {
                write!(f, "request {request} was submitted before; use a fresh salt")
            }
            Self::TooManyOpenRequests => write!(
                f,
                "the chain holds {MAX_OPEN_REQUESTS} open requests, its maximum; wait until some \
                 are over"
            ),
            Self::TooManyOpenOfInstitution { institution, maximum } => write!(
                f,
                "institution {institution} has {maximum} open requests, its maximum; cancel or \
                 complete some"
            ),
            Self::TooManyOpenOfKey { key } => write!(
                f,
                "key {key} has as many open requests as it may, {MAX_OPEN_OF_KEY}, of which \
                 {SUCCESSION_PLACES} are kept for its next epoch; cancel or complete some"
            ),
            Self::SuccessorPending { key, epoch } => write!(
                f,
                "key {key}: epoch {epoch} is pending; have it confirmed, or accept what is confirmed"
            ),
            Self::TreesTooLarge { error } => {
                write!(f, "tree: the {error}, together with the key's present one")
            }
            Self::PayloadTooLong { found } => {
                write!(f, "payload: found {found} bytes, expected at most {MAX_PAYLOAD_BYTES}")
            }
            Self::PayloadMismatch { found, expected } => {
                write!(f, "payload_hash: the payload's is {found:?}, the request's {expected:?}")
            }
            Self::UnknownPolicy { policy } => write!(f, "policy {policy} is not on this chain"),
            Self::Policy(violation) => violation.fmt(f),
            Self::ConditionNotFulfilled { contract, condition } => write!(
                f,
                "conditions: contract {contract:?} has not declared {condition:?} met; the policy \
                 waits for it"
            ),
            Self::KeyExists { key } => write!(f, "key {key} exists; enrol with a fresh salt"),
            Self::UnknownKey { key } => write!(f, "key {key} is not on this chain"),
            Self::KeyNotActive { key, state } => {
                write!(f, "key {key}: found {}, expected active", state.name())
            }
            Self::KeyFrozen { key } => {
                write!(f, "key {key} is frozen; whoever froze it has to lift that")
            }
            Self::KeyOwnedByContract { key, contract } => write!(
                f,
                "requester: key {key} belongs to contract {contract:?}, which alone may ask until it \
                 ends; have the contract make the request"
            ),
            Self::WrongEpoch { found, expected } => {
                write!(f, "epoch: found {found}, expected the key's, {expected}")
            }
            Self::PolicyNotDescended { policy, committed } => write!(
                f,
                "policy {policy} does not descend from {committed}, to which the key commits; \
                 request under one that does"
            ),
            Self::PolicySuperseded { policy, successor } => {
                write!(f, "policy {policy} was changed; request under {successor} or a later one")
            }
            Self::OperationNotOfKey { algorithm } => {
                write!(f, "operation: a key for {} cannot do it", algorithm.name())
            }
            Self::TreeNotAdmitted { quorum } => write!(
                f,
                "tree: quorum {quorum} does not admit it; name registered agents of the quorum \
                 only, and at least as many as its threshold"
            ),
            Self::UnsupportedParticipant { leaf } => {
                write!(f, "tree: leaf {leaf} is not an agent; only agents are served yet")
            }
            Self::NoRecovery { policy, contract } => write!(
                f,
                "policy {policy} leaves nobody to have the key transferred once contract \
                 {contract:?} has ended; name a person as requester beside it, allow `transfer`, \
                 and name other people enough to approve"
            ),
        }
    }
}

impl<T> From<Fault> for Error<T> {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotMember { .. } => Self::NotMember,
            Fault::RequestExists { .. } => Self::RequestExists,
            Fault::TooManyOpenRequests => Self::TooManyOpenRequests,
            Fault::TooManyOpenOfInstitution { .. } => Self::TooManyOpenOfInstitution,
            Fault::TooManyOpenOfKey { .. } => Self::TooManyOpenOfKey,
            Fault::SuccessorPending { .. } => Self::SuccessorPending,
            Fault::TreesTooLarge { .. } => Self::TreesTooLarge,
            Fault::PayloadTooLong { .. } => Self::PayloadTooLong,
            Fault::PayloadMismatch { .. } => Self::PayloadMismatch,
            Fault::UnknownPolicy { .. } => Self::UnknownPolicy,
            Fault::Policy(violation) => violation.into(),
            Fault::ConditionNotFulfilled { .. } => Self::ConditionNotFulfilled,
            Fault::KeyExists { .. } => Self::KeyExists,
            Fault::UnknownKey { .. } => Self::UnknownKey,
            Fault::KeyNotActive { .. } => Self::KeyNotActive,
            Fault::KeyFrozen { .. } => Self::KeyFrozen,
            Fault::KeyOwnedByContract { .. } => Self::KeyOwnedByContract,
            Fault::WrongEpoch { .. } => Self::WrongEpoch,
            Fault::PolicyNotDescended { .. } => Self::PolicyNotDescended,
            Fault::PolicySuperseded { .. } => Self::PolicySuperseded,
            Fault::OperationNotOfKey { .. } => Self::OperationNotOfKey,
            Fault::TreeNotAdmitted { .. } => Self::TreeNotAdmitted,
            Fault::UnsupportedParticipant { .. } => Self::UnsupportedParticipant,
            Fault::NoRecovery { .. } => Self::NoRecovery,
        }
    }
}

impl<T> From<Violation> for Error<T> {
    fn from(violation: Violation) -> Self {
        match violation {
            Violation::PolicyMismatch { .. } => Self::UnknownPolicy,
            Violation::RequesterNotInRole { .. } => Self::RequesterNotInRole,
            Violation::OperationNotAllowed { .. } => Self::OperationNotAllowed,
            Violation::RawNotAllowed { .. } => Self::RawNotAllowed,
            Violation::FormatNotForOperation { .. } => Self::FormatNotForOperation,
            Violation::RequestExpired { .. } => Self::RequestExpired,
            Violation::LifetimeTooLong { .. } => Self::LifetimeTooLong,
            Violation::EnrolmentKeyMismatch { .. } => Self::WrongKeyId,
            Violation::EnrolmentEpoch { .. } => Self::WrongEpoch,
            Violation::EnrolmentPayload { .. } => Self::PayloadNotEmpty,
            Violation::ResultKeyLength { .. } => Self::InvalidResultKey,
            Violation::EffectNotEmpty { .. } | Violation::EffectEmpty { .. } => Self::InvalidEffect,
            Violation::AssetWithoutLimit { .. } => Self::AssetNotAllowed,
            Violation::AmountOverLimit { .. } | Violation::AmountOverflow { .. } => {
                Self::AmountOverLimit
            }
            Violation::FeeOverLimit { .. } => Self::FeeOverLimit,
            Violation::RecipientNotAllowed { .. } => Self::RecipientNotAllowed,
            Violation::ApprovalNotBound { .. } => Self::ApprovalNotBound,
            Violation::ApprovalExpired { .. } => Self::ApprovalExpired,
            Violation::WrongStage { .. } | Violation::UnknownStage { .. } => Self::WrongStage,
            Violation::ApproverNotInRole { .. } => Self::ApproverNotInRole,
            Violation::AlreadyApproved { .. } => Self::AlreadyApproved,
            Violation::RequesterApproves { .. } => Self::RequesterApproves,
            Violation::InvalidSignature { .. } => Self::InvalidSignature,
            Violation::AlreadyDecided { .. } | Violation::RequestDenied { .. } => {
                Self::AlreadyDecided
            }
            _ => Self::PolicyViolated,
        }
    }
}

impl<T: Config> Pallet<T> {
    /// [`Pallet::evaluate`] in words, as the runtime API gives it.
    pub fn reasons(body: &RequestBody, payload: &[u8]) -> Vec<Vec<u8>> {
        let faults = Self::evaluate(body, payload);
        faults.iter().map(|fault| fault.to_string().into_bytes()).collect()
    }
}
