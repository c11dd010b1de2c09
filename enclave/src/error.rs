//! Why the enclave refuses. Every message names the field and what to do next; none holds a secret,
//! for none is made from one.

mod chain;

use regent_payload::PayloadError;
use regent_policy::Violation;
use regent_primitives::{
    bounds::MAX_ATTEMPTS, token::TokenShapeError, AccessTreeError, AgentId, Algorithm, Attempt,
    BlockNumber, LeafPath, Measurement, OperationKind, RequestId, SessionId, H256,
};
use regent_protocol::{
    seal::SealError, CombineError, EnrolmentError, OperationError, RefreshError, ReshareError,
};

pub use self::chain::ChainError;
use crate::{attester::AttesterError, phase::Phase};

/// Why no session is opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no such attempt.
    #[error("attempt: found {found}, expected 1 to {MAX_ATTEMPTS}; make a new request")]
    Attempt {
        /// The attempt asked for.
        found: Attempt,
    },
    /// It would live not at all, or too long.
    #[error("lifetime: found {found} blocks, expected 1 to {maximum}; choose another")]
    Lifetime {
        /// Blocks asked for.
        found: BlockNumber,
        /// Blocks allowed.
        maximum: BlockNumber,
    },
    /// All places are taken.
    #[error("sessions: {maximum} are open already; try again when one has ended")]
    Full {
        /// Sessions at a time.
        maximum: usize,
    },
    /// The process stops.
    #[error("the enclave is stopping; use another")]
    Stopping,
    /// No evidence.
    #[error(transparent)]
    Attester(#[from] AttesterError),
    /// No random bytes, or keys of an impossible length.
    #[error("the session's keys could not be made: the system gave no random bytes; try again")]
    Keys,
}

/// Why a delivery is not kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliverError {
    /// No such session.
    #[error(transparent)]
    Unknown(#[from] UnknownSession),
    /// The release is for another request, attempt or session.
    #[error("release.{field}: not this session's; seal to the session that the request names")]
    Binding {
        /// Which field.
        field: &'static str,
    },
    /// The release was signed over other sealed bytes.
    #[error("release.sealed_hash: not the hash of the sealed bytes; deliver what was signed")]
    SealedHash,
    /// The signature is not the agent's.
    #[error("release.signature: not agent {agent}'s over this release; sign it again")]
    Signature {
        /// The agent named.
        agent: AgentId,
    },
    /// The tree has no such leaf, or it took no part in the enrolment.
    #[error("release.leaf: {leaf} is no leaf of this key that took part in its enrolment")]
    UnknownLeaf {
        /// The leaf named.
        leaf: LeafPath,
    },
    /// The leaf is another participant's.
    #[error("release.agent: {found} does not hold leaf {leaf}; only its own participant delivers")]
    NotParticipant {
        /// The leaf.
        leaf: LeafPath,
        /// Who delivered.
        found: AgentId,
    },
    /// Sealed for something else.
    #[error(
        "release.aad: found {found:?}, expected {expected:?} for leaf {leaf}; this share was \
         released for another operation, payload or policy: verify the request again"
    )]
    Aad {
        /// The leaf.
        leaf: LeafPath,
        /// What the agent signed.
        found: H256,
        /// What the approved operation gives.
        expected: H256,
    },
    /// No place left.
    #[error(
        "deliveries: {maximum} are kept already, before an execution said which of them fit; deliver \
         again once one is under way"
    )]
    Full {
        /// Deliveries kept.
        maximum: usize,
    },
    /// The session ended without an outcome.
    #[error("session {session}: {phase}, its key is destroyed; deliver to the next attempt",
        phase = phase.name())]
    Ended {
        /// The session.
        session: SessionId,
        /// Its phase.
        phase: Phase,
    },
}

/// No session with this id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "session {0}: unknown, gave way to another, or wiped at its deadline; open the next attempt of \
     the request with enclave_openSession"
)]
pub struct UnknownSession(pub SessionId);

/// Why an operation is refused before any share is opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The body is another request's.
    #[error("body: its id is {found}, and the session serves {expected}; bring that request")]
    Request {
        /// Id of the body.
        found: RequestId,
        /// The session's.
        expected: RequestId,
    },
    /// An operation without a token.
    #[error("token: missing; bring the key's token")]
    TokenMissing,
    /// An enrolment with a token.
    #[error("token: present, and an enrolment makes one; leave it out")]
    TokenNotExpected,
    /// The token is of another key or epoch.
    #[error("token.{field}: not the request's; bring the token of its key and epoch")]
    TokenMismatch {
        /// Which field.
        field: &'static str,
    },
    /// The token's lengths and counts do not fit.
    #[error("token: wrong shape ({0:?}); bring it as the chain keeps it")]
    TokenShape(TokenShapeError),
    /// The chain does not prove that this is to be done.
    #[error("chain: {0}")]
    Chain(#[from] ChainError),
    /// A rule of the policy, its lineage or the approvals is broken.
    #[error("{0}")]
    Rule(#[from] Violation),
    /// Rules of the policy that the request breaks.
    #[error("the policy refuses the request: {}", join(.0))]
    Policy(Vec<Violation>),
    /// The policy does not accept this enclave.
    #[error(
        "policy.measurements: this enclave measures {found:?}, which the policy does not accept; \
         use an enclave it accepts"
    )]
    Measurement {
        /// What this enclave measures.
        found: Measurement,
    },
    /// The payload is not the approved one.
    #[error("payload: its hash is {found:?}, approved was {expected:?}; bring the exact payload")]
    PayloadHash {
        /// Hash of the payload.
        found: H256,
        /// Hash that was approved.
        expected: H256,
    },
    /// The payload cannot be read, or does something else than declared.
    #[error("payload: {0}")]
    Payload(#[from] PayloadError),
    /// The algorithm has no such operation.
    #[error(
        "operation: a key of {} does not {operation:?}; use another key", algorithm.name()
    )]
    Algorithm {
        /// The operation.
        operation: OperationKind,
        /// The key's algorithm.
        algorithm: Algorithm,
    },
    /// The key cannot be refreshed.
    #[error("operation: {0}")]
    Refresh(RefreshError),
    /// The key cannot be reshared.
    #[error("operation: {0}")]
    Reshare(ReshareError),
    /// The trees of a reshare are too large together.
    #[error("operation.tree: the {0}, together with the token's; choose a smaller one")]
    Trees(AccessTreeError),
    /// The result could not be sealed.
    #[error("operation.result_key: {0}; make a new request with an X-Wing public key")]
    ResultKey(SealError),
}

fn join(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Why there is no outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExecuteError {
    /// No such session.
    #[error(transparent)]
    Unknown(#[from] UnknownSession),
    /// A check failed; no share was opened.
    #[error(transparent)]
    Refused(#[from] VerifyError),
    /// Too few shares in time: while whoever asked had patience, and the chain proof was not too old. The
    /// session goes on.
    #[error(
        "shares: {present} of {leaves} leaves delivered{}, too few for the tree; wait for more \
         agents and execute again, with a new proof, before the session's deadline",
        named(.faulty)
    )]
    TooFewShares {
        /// Leaves that delivered a share not known to be wrong.
        present: usize,
        /// Leaves of the tree.
        leaves: usize,
        /// Leaves whose share was wrong.
        faulty: Vec<LeafPath>,
    },
    /// The shares are good and the token is not. The session goes on.
    #[error("token: {0}; bring it as the chain keeps it")]
    Inconsistent(CombineError),
    /// The session served another execution.
    #[error(
        "session {0}: it served another execution of this request and its key is destroyed; ask \
         for that one again, or open the next attempt"
    )]
    Served(SessionId),
    /// The session ended without an outcome.
    #[error("session {session}: ended, {reason}; its key is destroyed, open the next attempt")]
    Ended {
        /// The session.
        session: SessionId,
        /// Why.
        reason: String,
    },
    /// The operation failed, for good.
    #[error("{0}; the session's key is destroyed, open the next attempt")]
    Failed(#[from] Failure),
}

fn named(faulty: &[LeafPath]) -> String {
    if faulty.is_empty() {
        return String::new();
    }
    let paths: Vec<_> = faulty.iter().map(ToString::to_string).collect();
    format!(" (wrong: leaf {})", paths.join(", leaf "))
}

/// What went wrong while the key existed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The operation gave no result.
    #[error("operation: {0}")]
    Operation(#[from] OperationError),
    /// The enrolment gave no token.
    #[error("enrolment: {0}")]
    Enrolment(#[from] EnrolmentError),
    /// The refresh gave no token.
    #[error("refresh: {0}")]
    Refresh(#[from] RefreshError),
    /// The reshare gave no token.
    #[error("reshare: {0}")]
    Reshare(#[from] ReshareError),
    /// The result could not be sealed.
    #[error("operation.result_key: {0}")]
    Seal(#[from] SealError),
    /// More leaves than a receipt holds, which no tree has.
    #[error("receipt: more leaves than a tree has")]
    Receipt,
    /// The operation's thread died.
    #[error("the enclave failed during the operation; see its log")]
    Internal,
}
