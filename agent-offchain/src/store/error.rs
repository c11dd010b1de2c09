//! What can go wrong with the durable state.

use std::path::PathBuf;

use regent_primitives::{Attempt, BlockNumber, Epoch, KeyId, LeafPath, RequestId, H256};
use regent_protocol::{root_store::RootStoreError, Label};

/// Why the state cannot be opened, read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file cannot be made or opened.
    #[error("cannot open {path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The database failed.
    #[error("the agent's database failed: {0}")]
    Database(Box<redb::Error>),
    /// Another process has it open.
    #[error("the agent's database is open in another process: is this agent running already?")]
    InUse,
    /// There is no state in it.
    #[error("there is no agent here yet: run `regent-agent init`")]
    Missing,
    /// There is a state in it.
    #[error("there is an agent here already: its root and identity are never replaced")]
    Exists,
    /// The root's state cannot be opened or sealed.
    #[error(transparent)]
    Root(#[from] RootStoreError),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: try again")]
    Randomness,
    /// The log does not belong to the sealed state.
    #[error("the release log is not the one this state was sealed with: {0}. Somebody changed the database: put the true one back, or enrol this agent anew")]
    Log(&'static str),
    /// A row has no meaning.
    #[error("a {0} in the agent's database cannot be read: it is damaged")]
    Damaged(&'static str),
    /// Another chain.
    #[error("the node's chain has genesis {found:?}, but this agent serves {expected:?}: connect it to a node of its chain")]
    OtherChain {
        /// The node's.
        found: H256,
        /// The agent's.
        expected: H256,
    },
    /// The verified head does not have this agent's mark.
    #[error("the verified head in the database is not one that this agent wrote: somebody changed the database. Put the true one back, or enrol this agent anew")]
    ForeignHead,
    /// The verified head is older than what was acted on.
    #[error("the verified head is block {found}, but this agent acted on block {expected}: somebody changed the database. Put the true one back, or enrol this agent anew")]
    HeadBehind {
        /// Height of the stored head.
        found: BlockNumber,
        /// Height of the block that was acted on last.
        expected: BlockNumber,
    },
    /// Nothing can be recorded before the chain is known.
    #[error("this agent is bound to no chain yet")]
    NoChain,
    /// Something else was released for this leaf in this attempt.
    #[error(
        "leaf {leaf} was released for another purpose in attempt {attempt} of request {request}"
    )]
    Conflict {
        /// The request.
        request: RequestId,
        /// The attempt.
        attempt: Attempt,
        /// The leaf.
        leaf: LeafPath,
    },
    /// Another enrolment used the label.
    #[error("label {label} was used by another enrolment")]
    LabelUsed {
        /// The label.
        label: Label,
    },
    /// Another token was checked for this epoch.
    #[error("another token of key {key} epoch {epoch} was checked before")]
    OtherToken {
        /// The key.
        key: KeyId,
        /// The epoch.
        epoch: Epoch,
    },
    /// An earlier change failed half-way.
    #[error("an earlier change of the state failed: start the agent again")]
    Broken,
}

macro_rules! from_redb {
    ($($error:ty),*) => {
        $(impl From<$error> for StoreError {
            fn from(error: $error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        })*
    };
}

from_redb!(redb::TransactionError, redb::TableError, redb::StorageError, redb::CommitError);

impl From<redb::DatabaseError> for StoreError {
    fn from(error: redb::DatabaseError) -> Self {
        match error {
            redb::DatabaseError::DatabaseAlreadyOpen => Self::InUse,
            error => Self::Database(Box::new(error.into())),
        }
    }
}
