//! Why an operation is refused by what the chain proves, or by what is not proven of it.

use core::fmt::{Display, Formatter, Result as FmtResult};

use regent_primitives::{BlockNumber, SessionId, H256};
use regent_proof::{HeadError, StateError};

/// Why an operation is refused by what the chain proves, or by what is not proven of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChainError {
    /// The head is not proven, or may not be acted on.
    Head(HeadError),
    /// There is no such request.
    NoRequest,
    /// The chain's request has another body.
    OtherRequest,
    /// Its approvals are not complete, or it is over.
    NotApproved {
        /// Where it stands.
        status: &'static str,
    },
    /// It is approved, and its record names no entry of the log that says so.
    NotLogged,
    /// The attempt has no session on chain.
    NoSession,
    /// The attempt's session on chain is not the one made here.
    OtherSession {
        /// The chain's.
        found: SessionId,
        /// The one made here, under which something else may be written on chain.
        expected: SessionId,
    },
    /// Agents may release to the session no more.
    DeadlinePassed {
        /// The head.
        found: BlockNumber,
        /// The last block of the session.
        deadline: BlockNumber,
    },
    /// The key to be enrolled exists.
    KeyEnrolled,
    /// There is no such key, or no such epoch of it.
    NoKey,
    /// The key is frozen.
    KeyFrozen,
    /// The epoch serves no operations.
    KeyNotActive {
        /// Where it stands.
        state: &'static str,
    },
    /// The chain keeps another token.
    OtherToken {
        /// BLAKE2b-256 of the one that was brought.
        found: H256,
        /// BLAKE2b-256 of the chain's.
        expected: H256,
    },
    /// The key's epochs are used up.
    NoEpochLeft,
}

impl ChainError {
    /// The name of the rule that was broken, for messages and logs.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Head(error) => error.rule(),
            Self::NoRequest => "no-request",
            Self::OtherRequest => "other-request",
            Self::NotApproved { .. } => "not-approved",
            Self::NotLogged => "not-logged",
            Self::NoSession => "no-session",
            Self::OtherSession { .. } => "other-session",
            Self::DeadlinePassed { .. } => "deadline-passed",
            Self::KeyEnrolled => "key-enrolled",
            Self::NoKey => "no-key",
            Self::KeyFrozen => "key-frozen",
            Self::KeyNotActive { .. } => "key-not-active",
            Self::OtherToken { .. } => "other-token",
            Self::NoEpochLeft => "no-epoch-left",
        }
    }

    /// Whether a newer proof helps: another requester's was of a later head.
    pub const fn is_behind(&self) -> bool {
        matches!(self, Self::Head(HeadError::Behind { .. }))
    }
}

impl From<HeadError> for ChainError {
    fn from(error: HeadError) -> Self {
        Self::Head(error)
    }
}

impl From<StateError> for ChainError {
    fn from(error: StateError) -> Self {
        Self::Head(error.into())
    }
}

impl Display for ChainError {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        write!(f, "{}: ", self.rule())?;
        match self {
            Self::Head(error) => Display::fmt(error, f),
            Self::NoRequest => {
                f.write_str("the chain has no such request; wait until it is final, or submit it")
            }
            Self::OtherRequest => {
                f.write_str("the chain's request has another body; bring it as the chain keeps it")
            }
            Self::NotApproved { status } => write!(
                f,
                "the request is {status}, expected approved or executing; wait for its approvals, \
                 or make a new one"
            ),
            Self::NotLogged => f.write_str(
                "the request's record names no entry of its approval; the runtime is of another \
                 version, update this program",
            ),
            Self::NoSession => f.write_str(
                "the attempt has no session on chain; open the one that enclave_openSession gave, \
                 and wait until it is final",
            ),
            Self::OtherSession { found, expected } => write!(
                f,
                "the attempt's session on chain is {found}, or differs from {expected} as it was \
                 made here; open the next attempt"
            ),
            Self::DeadlinePassed { found, deadline } => write!(
                f,
                "the session's last block is {deadline}, now is {found}; open the next attempt"
            ),
            Self::KeyEnrolled => {
                f.write_str("the chain has this key already; request an operation of it")
            }
            Self::NoKey => f.write_str(
                "the chain has no such epoch of the key; make a request for the one it has",
            ),
            Self::KeyFrozen => f.write_str("the key is frozen; whoever froze it has to lift that"),
            Self::KeyNotActive { state } => write!(
                f,
                "the key's epoch is {state}, expected active; make a request for the active one"
            ),
            Self::OtherToken { found, expected } => write!(
                f,
                "the token hashes to {found:?}, the chain's to {expected:?}; bring it as the chain \
                 keeps it"
            ),
            Self::NoEpochLeft => f.write_str("the key's epochs are used up; enrol another key"),
        }
    }
}

impl core::error::Error for ChainError {}
