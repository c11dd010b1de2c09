//! Why a value is not believed to be in a block's state.

use alloc::vec::Vec;
use core::fmt::{Display, Formatter, Result as FmtResult};

use regent_primitives::H256;

use super::Hexadecimal;

/// Why a value is not believed to be in a block's state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateError {
    /// More than this verifier looks at.
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much there may be.
        limit: usize,
    },
    /// A node is there twice.
    DuplicateNode,
    /// The node at the root is not there: the proof is of another block's state.
    OtherRoot {
        /// The block's state root.
        expected: H256,
    },
    /// A node, or a value, on the way to a key is not there: nothing is proven, presence or absence.
    MissingNode {
        /// Its hash.
        hash: H256,
    },
    /// A node that hashes as expected and is no node: the chain's state is damaged.
    MalformedNode {
        /// Its hash.
        hash: H256,
    },
    /// Nodes that no key needs.
    UnusedNodes {
        /// Nodes there.
        found: usize,
    },
    /// The key was not among those that the proof was asked for.
    NotAsked {
        /// The key.
        key: Vec<u8>,
    },
    /// The value is proven, and is not of the type that this program expects.
    OtherType {
        /// The key.
        key: Vec<u8>,
    },
}

impl StateError {
    /// The name of the rule that was broken, for logs and counters.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::DuplicateNode => "duplicate-node",
            Self::OtherRoot { .. } => "other-root",
            Self::MissingNode { .. } => "missing-node",
            Self::MalformedNode { .. } => "malformed-node",
            Self::UnusedNodes { .. } => "unused-nodes",
            Self::NotAsked { .. } => "not-asked",
            Self::OtherType { .. } => "other-type",
        }
    }
}

impl Display for StateError {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::TooLarge { what, found, limit } => {
                write!(f, "{what}: {found}, expected at most {limit}; ask for fewer keys at once")
            }
            Self::DuplicateNode => {
                f.write_str("a node of the storage proof is there twice; ask another node")
            }
            Self::OtherRoot { expected } => write!(
                f,
                "the storage proof is not of state {expected:?}; ask for it at the proven block"
            ),
            Self::MissingNode { hash } => write!(
                f,
                "the storage proof lacks {hash:?}: it shows neither a value nor that there is \
                 none; ask another node"
            ),
            Self::MalformedNode { hash } => write!(
                f,
                "{hash:?} of the storage proof is no node of a trie; do not go on, ask for help"
            ),
            Self::UnusedNodes { found } => write!(
                f,
                "some of the {found} nodes of the storage proof prove nothing that was asked; ask \
                 for exactly the keys that are read"
            ),
            Self::NotAsked { key } => {
                write!(f, "key {} was not asked for; ask for it", Hexadecimal(key))
            }
            Self::OtherType { key } => write!(
                f,
                "the value at {} is of another type; the runtime is of another version, update \
                 this program",
                Hexadecimal(key)
            ),
        }
    }
}

impl core::error::Error for StateError {}
