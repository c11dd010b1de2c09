//! Why entries are not believed to be of the audit log.

use core::fmt::{Display, Formatter, Result as FmtResult};

use regent_primitives::H256;

/// Why entries are not believed to be of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditError {
    /// More entries than this verifier looks at.
    TooManyEntries {
        /// Entries brought.
        found: usize,
        /// Entries that may be brought.
        limit: usize,
    },
    /// Not the entries between the two ends.
    OtherCount {
        /// Entries brought.
        found: u64,
        /// Entries expected.
        expected: u64,
    },
    /// The earlier log is longer than the later one: entries were removed.
    Shorter {
        /// Entries of the later log.
        found: u64,
        /// Entries of the earlier one.
        expected: u64,
    },
    /// An entry is not at its place.
    OtherIndex {
        /// The index it has.
        found: u64,
        /// The index of its place.
        expected: u64,
    },
    /// An entry does not link to the one before it.
    BrokenLink {
        /// Its index.
        index: u64,
        /// The hash it names.
        found: H256,
        /// The hash of the entry before it.
        expected: H256,
    },
    /// An entry is older than the one before it.
    OtherOrder {
        /// Its index.
        index: u64,
    },
    /// The last entry is not the one that the chain's state names.
    OtherHead {
        /// The last entry's hash.
        found: H256,
        /// The hash in the state.
        expected: H256,
    },
    /// An entry is about something else.
    OtherSubject {
        /// Its index.
        index: u64,
    },
}

impl Display for AuditError {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::TooManyEntries { found, limit } => {
                write!(f, "{found} entries, expected at most {limit}; verify them in parts")
            }
            Self::OtherCount { found, expected } => {
                write!(f, "{found} entries, expected {expected}; bring all of them, in order")
            }
            Self::Shorter { found, expected } => write!(
                f,
                "the log has {found} entries and had {expected} before; entries were removed or it \
                 is another chain's, keep both and ask the other institutions"
            ),
            Self::OtherIndex { found, expected } => {
                write!(f, "entry {found} stands where {expected} is expected; bring all, in order")
            }
            Self::BrokenLink { index, found, expected } => write!(
                f,
                "entry {index} links to {found:?}, expected {expected:?}; an entry was changed, \
                 left out, or is of another chain"
            ),
            Self::OtherOrder { index } => {
                write!(f, "entry {index} is of an earlier block than the one before it")
            }
            Self::OtherHead { found, expected } => write!(
                f,
                "the last entry is {found:?}, the chain's state says {expected:?}; entries were \
                 changed or are missing at the end"
            ),
            Self::OtherSubject { index } => {
                write!(f, "entry {index} is about another subject; bring one subject's entries")
            }
        }
    }
}

impl core::error::Error for AuditError {}
