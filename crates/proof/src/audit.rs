//! The audit log: entries are of it, and a later log extends an earlier one.
//!
//! The state commits to the log by one hash, that of its newest entry, and every entry names the hash
//! of the one before it. So an entry is proven by all entries after it, and one subject's entries by
//! the subject's own chain of hashes. (An entry whose index is known is also a value in the state:
//! [`crate::layout::audit_entry`].) Proofs that stay short, however long the log: [`crate::mmr`].

use alloc::vec::Vec;

use codec::{Decode, Encode};
use regent_primitives::{AuditEntry, Subject, H256};

use crate::{
    error::{AuditError, StateError},
    layout,
    limits::Limits,
    state::ProvenState,
};

/// What a state says about the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct LogHead {
    /// Count of entries.
    pub count: u64,
    /// Hash of the newest; zero while there is none.
    pub hash: H256,
}

impl LogHead {
    /// Reads it from a state of which [`layout::audit_count`] and [`layout::audit_head`] were asked.
    ///
    /// # Errors
    /// They were not asked for.
    pub fn read(state: &ProvenState) -> Result<Self, StateError> {
        let count = state.get(&layout::audit_count())?.unwrap_or_default();
        let hash = state.get(&layout::audit_head())?.unwrap_or_default();
        Ok(Self { count, hash })
    }

    /// The log after these entries, which must follow it.
    ///
    /// # Errors
    /// An entry that does not.
    pub fn extended(
        self,
        genesis: H256,
        entries: &[AuditEntry],
        limits: &Limits,
    ) -> Result<Self, AuditError> {
        let (found, limit) = (entries.len(), limits.entries);
        if found > limit {
            return Err(AuditError::TooManyEntries { found, limit });
        }
        let mut block = 0;
        entries.iter().try_fold(self, |at, entry| {
            let index = entry.index;
            if index != at.count {
                return Err(AuditError::OtherIndex { found: index, expected: at.count });
            }
            linked(index, entry.previous, at.hash)?;
            in_order(entry, &mut block)?;
            Ok(Self { count: at.count.saturating_add(1), hash: entry.hash(genesis) })
        })
    }
}

/// Proof that an entry is of a log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[non_exhaustive]
pub enum Inclusion {
    /// All entries after it, oldest first.
    #[codec(index = 0)]
    Chain(Vec<AuditEntry>),
}

/// Verifies that an entry is of the log.
///
/// # Errors
/// It is not, or the proof is not of it.
pub fn verify_inclusion(
    genesis: H256,
    log: LogHead,
    entry: &AuditEntry,
    proof: &Inclusion,
    limits: &Limits,
) -> Result<(), AuditError> {
    let Inclusion::Chain(later) = proof;
    let from = LogHead { count: entry.index, hash: entry.previous };
    let with = from.extended(genesis, core::slice::from_ref(entry), limits)?;
    reaches(with.extended(genesis, later, limits)?, log)?;
    match later.first() {
        Some(next) if next.block < entry.block => Err(AuditError::OtherOrder { index: next.index }),
        _ => Ok(()),
    }
}

/// Verifies that a later log is an earlier one with these entries after it: nothing of the earlier
/// log was changed or removed.
///
/// # Errors
/// It is not.
pub fn verify_extension(
    genesis: H256,
    earlier: LogHead,
    later: LogHead,
    entries: &[AuditEntry],
    limits: &Limits,
) -> Result<(), AuditError> {
    let expected = later
        .count
        .checked_sub(earlier.count)
        .ok_or(AuditError::Shorter { found: later.count, expected: earlier.count })?;
    let found = entries.len() as u64;
    if found != expected {
        return Err(AuditError::OtherCount { found, expected });
    }
    reaches(earlier.extended(genesis, entries, limits)?, later)
}

/// Verifies that these are all entries about a subject, oldest first. `newest` is the value of
/// [`layout::audit_subject_head`], zero if there is none.
///
/// # Errors
/// One is missing, about something else, or changed.
pub fn verify_subject(
    genesis: H256,
    subject: &Subject,
    newest: H256,
    entries: &[AuditEntry],
    limits: &Limits,
) -> Result<(), AuditError> {
    let (found, limit) = (entries.len(), limits.entries);
    if found > limit {
        return Err(AuditError::TooManyEntries { found, limit });
    }
    let (mut at, mut block, mut last) = (H256::zero(), 0, None);
    for entry in entries {
        let index = entry.index;
        if entry.subject != *subject {
            return Err(AuditError::OtherSubject { index });
        }
        linked(index, entry.subject_previous, at)?;
        if last.is_some_and(|last| index <= last) {
            return Err(AuditError::OtherOrder { index });
        }
        in_order(entry, &mut block)?;
        (at, last) = (entry.hash(genesis), Some(index));
    }
    if at != newest {
        return Err(AuditError::OtherHead { found: at, expected: newest });
    }
    Ok(())
}

fn linked(index: u64, found: H256, expected: H256) -> Result<(), AuditError> {
    if found != expected {
        return Err(AuditError::BrokenLink { index, found, expected });
    }
    Ok(())
}

fn in_order(entry: &AuditEntry, block: &mut u32) -> Result<(), AuditError> {
    if entry.block < *block {
        return Err(AuditError::OtherOrder { index: entry.index });
    }
    *block = entry.block;
    Ok(())
}

fn reaches(found: LogHead, expected: LogHead) -> Result<(), AuditError> {
    if found.count != expected.count {
        return Err(AuditError::OtherCount { found: found.count, expected: expected.count });
    }
    if found.hash != expected.hash {
        return Err(AuditError::OtherHead { found: found.hash, expected: expected.hash });
    }
    Ok(())
}
