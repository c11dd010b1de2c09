//! Why blocks or entries are not believed to be of the log's commitment.

use core::fmt::{Display, Formatter, Result as FmtResult};

use regent_primitives::{BlockNumber, H256};

/// Why blocks or entries are not believed to be of the log's commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MmrError {
    /// More than this verifier looks at.
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// How much there may be.
        limit: u64,
    },
    /// The bytes are no such value, or more than one.
    Malformed {
        /// What they should be.
        what: &'static str,
    },
    /// A proof of nothing.
    NoLeaf,
    /// A block is not after the one before it in the proof.
    OtherOrder {
        /// Its height.
        block: u64,
    },
    /// A block has no leaf yet.
    NotYet {
        /// Its height.
        block: u64,
        /// Leaves there are.
        leaves: u64,
    },
    /// Not as many nodes as lead to the root.
    OtherCount {
        /// What there are too many or too few of.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// How many there must be.
        expected: u64,
    },
    /// A commitment that is said to be earlier is empty, or not earlier.
    NotEarlier {
        /// Its leaves.
        found: u64,
        /// Leaves of the later one.
        expected: u64,
    },
    /// An entry is of another block than the leaf.
    OtherBlock {
        /// The entry's.
        found: BlockNumber,
        /// The leaf's.
        expected: BlockNumber,
    },
    /// An entry is not among those that its block is said to have.
    OtherPlace {
        /// Its index.
        index: u64,
        /// Entries of the log after the block.
        end: u64,
        /// Entries that the block is said to have.
        count: u64,
    },
    /// The nodes lead elsewhere.
    OtherRoot {
        /// Where they must lead.
        expected: H256,
    },
}

impl Display for MmrError {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::TooLarge { what, found, limit } => {
                write!(f, "{found} {what}, expected at most {limit}; prove fewer at once")
            }
            Self::Malformed { what } => write!(
                f,
                "{what} cannot be decoded; the node is of another version, or something was changed"
            ),
            Self::NoLeaf => f.write_str("a proof of no block; name one at least"),
            Self::OtherOrder { block } => {
                write!(f, "block {block} is not after the one before it; bring them by height")
            }
            Self::NotYet { block, leaves } => write!(
                f,
                "block {block} has no leaf among {leaves}; ask in the state of a later block"
            ),
            Self::OtherCount { what, found, expected } => {
                write!(f, "{found} {what}, expected {expected}; the proof is of something else")
            }
            Self::NotEarlier { found, expected } => write!(
                f,
                "{found} leaves are said to be earlier than {expected}; take an earlier block"
            ),
            Self::OtherBlock { found, expected } => {
                write!(f, "an entry of block {found}, expected one of block {expected}")
            }
            Self::OtherPlace { index, end, count } => write!(
                f,
                "entry {index} is not among the {count} entries before number {end}; the proof is \
                 of something else"
            ),
            Self::OtherRoot { expected } => write!(
                f,
                "the proof does not lead to {expected:?}; something was changed, or is of another \
                 chain"
            ),
        }
    }
}

impl core::error::Error for MmrError {}
