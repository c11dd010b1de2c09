//! Why there is no bundle.

use regent_evidence::{DiffError, Failure};
use regent_primitives::{BlockNumber, RequestId, H256};
use regent_proof::{AuditError, FinalityError, HeadError, MmrError, StateError};

use crate::{error::ClientError, proofs::ProofError};

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The node could not be asked.
    #[error(transparent)]
    Node(#[from] ClientError),
    /// What it said is not proven.
    #[error("the node's answer is not proven: {0}")]
    Unproven(HeadError),
    /// Entries of the audit log that it said are not those of the proven log.
    #[error(
        "the node's audit log is not the one that its state commits to: {0}; use another node"
    )]
    Log(AuditError),
    /// Blocks that it said are not those of the proven commitment.
    #[error("the node's blocks are not those that its state commits to: {0}; use another node")]
    Commitment(MmrError),
    /// It answered with other blocks than it was asked for.
    #[error("the node shows other blocks or entries than it was asked for; use another node")]
    OtherLeaves,
    /// The node cannot prove it.
    #[error("the node does not prove {what}: {reason}; use one that keeps every block")]
    NoProof {
        /// Of what.
        what: &'static str,
        /// What it says.
        reason: String,
    },
    /// An entry of the head's own block cannot be shown by itself.
    #[error("entry {0} of the audit log is of the head's own block; export at a later block")]
    TooNew(u64),
    /// The head is not after that of the earlier bundle.
    #[error("the head is block {found}, expected at least {expected}, the one after the earlier bundle's head; export at a later block")]
    NotLater {
        /// The head's height.
        found: BlockNumber,
        /// The lowest that is later.
        expected: u64,
    },
    /// The chain does not extend that of the earlier bundle.
    #[error("what the node proved does not extend the earlier bundle: {0}")]
    NotExtended(DiffError),
    /// The node is of another chain.
    #[error("the node's chain is {found:?}, expected {expected:?}; use a node of that chain")]
    OtherGenesis {
        /// Hash of its first block.
        found: H256,
        /// Hash of the expected one.
        expected: H256,
    },
    /// The block is not of the chain that the node proves to be final.
    #[error("block {0:?} is not final on the node's chain; wait some blocks, or check where the hash is from")]
    NotFinal(H256),
    /// No such request in the state of the head.
    #[error("there is no request {0} in the state of the head; see `regent request list`, or export at a later block")]
    UnknownRequest(RequestId),
    /// Nothing was selected.
    #[error("no operation was selected; see `regent request list` for what there is")]
    NothingSelected,
    /// The state lacks what must be there.
    #[error("the state of the head lacks {what} of {of}; this client and the node's runtime are of different versions")]
    Missing {
        /// What.
        what: &'static str,
        /// Of what.
        of: String,
    },
    /// The log has fewer entries than are to be left out.
    #[error("the log has {found} entries, expected at least {expected}; begin earlier, or export at a later block")]
    LogTooShort {
        /// Entries of the log.
        found: u64,
        /// The first one that is wanted.
        expected: u64,
    },
    /// More than one bundle holds, or than is looked at for it.
    #[error(
        "{found} {what}, expected at most {limit}; select fewer operations, or begin the log later"
    )]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// How much there may be.
        limit: u64,
    },
    /// More of the log would have to be read than is read for one selection, whatever its length.
    #[error("{found} entries of the audit log would be read, expected at most {limit}; narrow the selection to fewer blocks with --from and --to, or name operations with --request")]
    LongLog {
        /// Entries from the first block that matters to the last.
        found: u64,
        /// How many are read.
        limit: u64,
    },
    /// The verifier refuses the bundle as a whole: the node lied.
    #[error("what the node proved makes no bundle: {0}; use another node")]
    Refused(Failure),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Randomness(String),
}

impl ExportError {
    /// Whether the node said what cannot be true.
    pub fn is_lie(&self) -> bool {
        match self {
            Self::Node(error) => error.is_lie(),
            Self::Unproven(_)
            | Self::Log(_)
            | Self::Commitment(_)
            | Self::OtherLeaves
            | Self::NotExtended(_)
            | Self::OtherGenesis { .. }
            | Self::Refused(_) => true,
            _ => false,
        }
    }
}

impl From<ProofError> for ExportError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Node(error) => Self::Node(error),
            ProofError::Head(error) => Self::Unproven(error),
        }
    }
}

impl From<FinalityError> for ExportError {
    fn from(error: FinalityError) -> Self {
        Self::Unproven(error.into())
    }
}

impl From<StateError> for ExportError {
    fn from(error: StateError) -> Self {
        Self::Unproven(error.into())
    }
}

impl From<AuditError> for ExportError {
    fn from(error: AuditError) -> Self {
        Self::Log(error)
    }
}

impl From<MmrError> for ExportError {
    fn from(error: MmrError) -> Self {
        Self::Commitment(error)
    }
}
