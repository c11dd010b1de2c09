//! Two bundles of one chain (section 15): whether the later one extends the earlier one, and what is
//! new. Both must have been verified by themselves.

use core::fmt::{Display, Formatter, Result as FmtResult};
use std::collections::BTreeMap;

use codec::DecodeAll;
use regent_primitives::{AuditEntry, RequestId, H256};
use regent_proof::Header;

use crate::bundle::{Ancestry, Bundle, OperationEvidence};

/// Why the later bundle does not extend the earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffError {
    /// They are of two chains.
    OtherGenesis {
        /// The later one's.
        found: H256,
        /// The earlier one's.
        expected: H256,
    },
    /// The later one's log or chain is shorter: take them the other way round, or it was cut.
    ShorterLog {
        /// Entries of the later one, or blocks.
        found: u64,
        /// Entries of the earlier one, or blocks.
        expected: u64,
    },
    /// The later one shows neither that the earlier one's head is its ancestor, nor the entries in
    /// between: export it since the earlier one, or from that index on.
    NotShown {
        /// Its first entry.
        found: u64,
        /// The entry from which on they are needed.
        expected: u64,
    },
    /// The log was changed between them.
    Rewritten {
        /// The request whose history was, if it was noticed there.
        request: Option<RequestId>,
    },
}

impl DiffError {
    /// The rule's name.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::OtherGenesis { .. } => "other-genesis",
            Self::ShorterLog { .. } => "shorter-log",
            Self::NotShown { .. } => "not-shown",
            Self::Rewritten { .. } => "rewritten",
        }
    }
}

impl Display for DiffError {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::OtherGenesis { found, expected } => {
                write!(f, "the later bundle is of chain {found:?}, the earlier of {expected:?}")
            }
            Self::ShorterLog { found, expected } => write!(
                f,
                "the later one has {found} entries or blocks, the earlier {expected}; take them the \
                 other way round, or the log was cut"
            ),
            Self::NotShown { found, expected } => write!(
                f,
                "the later bundle does not show the earlier one's head, and its entries begin with \
                 {found}, expected at most {expected}; export it since the earlier one"
            ),
            Self::Rewritten { request: None } => {
                f.write_str("the log was changed between the two bundles; do not rely on either")
            }
            Self::Rewritten { request: Some(request) } => write!(
                f,
                "the history of request {request} was changed between the two bundles; do not rely \
                 on either"
            ),
        }
    }
}

impl core::error::Error for DiffError {}

/// What is different about an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The earlier bundle does not have it.
    New,
    /// Its history goes on.
    Changed,
    /// The later bundle does not have it.
    Missing,
}

/// What is different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Entries the log has more.
    pub entries: u64,
    /// Operations that differ, by id.
    pub operations: BTreeMap<RequestId, Change>,
}

/// What the later bundle has that the earlier one has not.
///
/// # Errors
/// The later one does not extend the earlier one, or does not show it.
pub fn diff(earlier: &Bundle, later: &Bundle) -> Result<Diff, DiffError> {
    let (found, expected) = (later.genesis, earlier.genesis);
    if found != expected {
        return Err(DiffError::OtherGenesis { found, expected });
    }
    let (found, expected) = (later.log.count, earlier.log.count);
    let Some(entries) = found.checked_sub(expected) else {
        return Err(DiffError::ShorterLog { found, expected });
    };
    let (found, expected) = (later.log.leaves, earlier.log.leaves);
    if found < expected {
        return Err(DiffError::ShorterLog { found, expected });
    }
    check_extends(earlier, later)?;

    let before: BTreeMap<RequestId, &OperationEvidence> =
        earlier.operations.iter().map(|item| (item.id, item)).collect();
    let mut operations: BTreeMap<RequestId, Change> =
        before.keys().map(|id| (*id, Change::Missing)).collect();
    for item in &later.operations {
        match before.get(&item.id) {
            None => {
                operations.insert(item.id, Change::New);
            }
            Some(before) if grown(before, item)? => {
                operations.insert(item.id, Change::Changed);
            }
            Some(_) => {
                operations.remove(&item.id);
            }
        }
    }
    Ok(Diff { entries, operations })
}

fn check_extends(earlier: &Bundle, later: &Bundle) -> Result<(), DiffError> {
    let (old, new) = (&earlier.log, &later.log);
    let ancestry = new.ancestry.as_ref().filter(|ancestry| ancestry.leaves == old.leaves);
    let extends = if new.leaves == old.leaves {
        head(later).is_some() && head(later) == head(earlier)
    } else if let Some(ancestry) = ancestry {
        is_ancestor(earlier, later, ancestry)
    } else if new.count == old.count {
        new.head == old.head
    } else {
        let Some(first) = old.count.checked_sub(new.from) else {
            return Err(DiffError::NotShown { found: new.from, expected: old.count });
        };
        // The first entry that the earlier log does not have names its newest as the one before.
        let entry = usize::try_from(first).ok().and_then(|at| new.entries.get(at));
        let entry = entry.and_then(|bytes| AuditEntry::decode_all(&mut bytes.as_slice()).ok());
        entry.is_some_and(|entry| entry.previous == old.head)
    };
    if extends {
        Ok(())
    } else {
        Err(DiffError::Rewritten { request: None })
    }
}

/// Whether the earlier head, and the log after it, are those that the later commitment names.
fn is_ancestor(earlier: &Bundle, later: &Bundle, ancestry: &Ancestry) -> bool {
    let old = &earlier.log;
    let mut leaves = later.log.block_leaves();
    let Some(leaf) = leaves.find(|leaf| u64::from(leaf.block) == old.leaves) else { return false };
    ancestry.root == old.root
        && Some(leaf.hash) == head(earlier)
        && (leaf.count, leaf.head) == (old.count, old.head)
}

/// The hash of a bundle's head.
fn head(bundle: &Bundle) -> Option<H256> {
    let header = Header::decode_all(&mut bundle.head.run.first()?.as_slice()).ok()?;
    Some(header.hash())
}

/// Whether an operation's history goes on where the earlier one ends; neither, if one is withheld.
fn grown(earlier: &OperationEvidence, later: &OperationEvidence) -> Result<bool, DiffError> {
    let entries = |item: &OperationEvidence| item.history.open::<Vec<AuditEntry>>();
    let (Some(before), Some(after)) = (entries(earlier), entries(later)) else { return Ok(false) };
    if after.starts_with(&before) {
        Ok(after.len() > before.len())
    } else {
        Err(DiffError::Rewritten { request: Some(later.id) })
    }
}
