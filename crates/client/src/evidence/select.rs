//! Which operations are asked for, with every entry about each; and the entries that the bundle brings.

use std::{collections::BTreeMap, ops::ControlFlow};

use codec::Encode;
use regent_evidence::bundle::{MAX_BUNDLE_BYTES, MAX_ITEMS};
use regent_primitives::{
    AccountId, AuditEntry, AuditEvent, InstitutionId, RequestId, Subject, H256,
};
use regent_proof::{layout, AuditError};

use super::{
    log::AuditLog, members::Members, state::BlockState, ExportError, ExportOptions, ExportStep,
    Filter, Progress, Selection,
};

/// What was selected.
#[derive(Default)]
pub(super) struct Selected {
    /// Operations, each with every entry about it, oldest first.
    pub histories: BTreeMap<RequestId, Vec<AuditEntry>>,
    /// The entries of the bundle's log, each in SCALE.
    pub entries: Vec<Vec<u8>>,
}

/// Reads the log as far as it must be read.
pub(super) async fn select(
    options: &ExportOptions,
    log: &AuditLog<'_>,
    state: &BlockState<'_>,
    origin: &BlockState<'_>,
    progress: Progress<'_>,
) -> Result<Selected, ExportError> {
    if let Some(expected) = options.log_from {
        let Some(found) = log.head.count.checked_sub(expected) else {
            return Err(ExportError::LogTooShort { found: log.head.count, expected });
        };
        if found > MAX_ITEMS {
            let what = "entries of the audit log in the bundle";
            return Err(ExportError::TooLarge { what, found, limit: MAX_ITEMS });
        }
    }
    let mut reader = Reader {
        log_from: options.log_from.unwrap_or(log.head.count),
        bytes: 0,
        selected: Selected::default(),
    };
    match &options.selection {
        Selection::Requests(ids) => {
            let mut newest = BTreeMap::new();
            let mut earliest = None;
            for id in ids {
                let record = state.value(&layout::request(*id)).await?;
                let record = record.ok_or(ExportError::UnknownRequest(*id))?;
                newest.insert(*id, record.last_entry);
                let submitted_at = record.submitted_at;
                earliest = Some(earliest.map_or(submitted_at, |at: u32| at.min(submitted_at)));
            }
            let earliest = earliest.ok_or(ExportError::NothingSelected)?;
            reader.read_requests(log, newest, earliest, progress).await?;
        }
        Selection::Matching(filter) => {
            let members = reader.read_matching(log, filter, progress).await?;
            if let Some(institution) = filter.institution {
                reader.keep_of(institution, &members, origin).await?;
            }
        }
    }
    let selected = reader.selected;
    if selected.histories.is_empty() {
        return Err(ExportError::NothingSelected);
    }
    Ok(selected)
}

struct Reader {
    /// The first entry that the bundle brings.
    log_from: u64,
    /// Bytes of what is kept.
    bytes: usize,
    selected: Selected,
}

impl Reader {
    /// Keeps an entry for the bundle's log.
    fn keep(&mut self, entry: &AuditEntry) -> Result<(), ExportError> {
        if entry.index < self.log_from {
            return Ok(());
        }
        let bytes = entry.encode();
        self.count(bytes.len())?;
        self.selected.entries.push(bytes);
        Ok(())
    }

    /// Keeps an entry of an operation's history.
    fn keep_history(&mut self, id: RequestId, entry: AuditEntry) -> Result<(), ExportError> {
        self.count(entry.encoded_size())?;
        self.selected.histories.entry(id).or_default().push(entry);
        Ok(())
    }

    fn count(&mut self, bytes: usize) -> Result<(), ExportError> {
        self.bytes = self.bytes.saturating_add(bytes);
        check_bytes(self.bytes)
    }

    /// Reads the histories of requests, of which the newest entries are proven.
    async fn read_requests(
        &mut self,
        log: &AuditLog<'_>,
        newest: BTreeMap<RequestId, H256>,
        earliest: u32,
        progress: Progress<'_>,
    ) -> Result<(), ExportError> {
        let count = log.head.count;
        let to_end = self.log_from < count;
        let from = log.first_at(earliest).await?.min(self.log_from);
        let mut left = newest.clone();
        // One that the node hides all of is missed later on.
        self.selected.histories.extend(newest.keys().map(|id| (*id, Vec::new())));
        let tell = |read| progress(ExportStep::Entries { read, count });
        log.follow(from, tell, |entry| {
            self.keep(&entry)?;
            if let Subject::Request(id) = entry.subject {
                if newest.contains_key(&id) {
                    let hash = entry.hash(log.genesis());
                    left.retain(|other, last| *other != id || *last != hash);
                    self.keep_history(id, entry)?;
                }
            }
            let seen = left.is_empty() && !to_end;
            Ok(if seen { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
        .await
    }

    /// Reads the histories of all requests that a filter lets through, whoever asked.
    async fn read_matching(
        &mut self,
        log: &AuditLog<'_>,
        filter: &Filter,
        progress: Progress<'_>,
    ) -> Result<Members, ExportError> {
        let count = log.head.count;
        let first = match (filter.from, filter.institution) {
            // With the entry before, which shows that it is not of the range.
            (Some(block), None) => log.first_at(block).await?.saturating_sub(1),
            _ => 0,
        };
        let from = first.min(self.log_from);
        let mut members = Members::default();
        let tell = |read| progress(ExportStep::Entries { read, count });
        log.follow(from, tell, |entry| {
            let hidden = filter.from.is_some_and(|block| entry.block >= block);
            if entry.index == from && from > 0 && hidden {
                return Err(AuditError::OtherOrder { index: entry.index }.into());
            }
            self.keep(&entry)?;
            members.note(&entry);
            if let Subject::Request(id) = entry.subject {
                let known = self.selected.histories.contains_key(&id);
                if known || is_asked_for(filter, &entry) {
                    self.keep_history(id, entry)?;
                }
            }
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        Ok(members)
    }

    /// Keeps the operations that somebody of an institution asked for.
    async fn keep_of(
        &mut self,
        institution: InstitutionId,
        members: &Members,
        origin: &BlockState<'_>,
    ) -> Result<(), ExportError> {
        let all = std::mem::take(&mut self.selected.histories);
        for (id, history) in all {
            let Some((person, entry)) = person(&history) else { continue };
            if members.institution_of(person, entry, origin).await? == Some(institution) {
                self.selected.histories.insert(id, history);
            }
        }
        Ok(())
    }
}

/// Refuses more bytes than a bundle may have.
pub(super) fn check_bytes(bytes: usize) -> Result<(), ExportError> {
    if bytes > MAX_BUNDLE_BYTES {
        let (found, limit) = (bytes as u64, MAX_BUNDLE_BYTES as u64);
        return Err(ExportError::TooLarge { what: "bytes of evidence", found, limit });
    }
    Ok(())
}

/// Whether an entry is the submission of a request that a filter lets through, whoever asked.
fn is_asked_for(filter: &Filter, entry: &AuditEntry) -> bool {
    let AuditEvent::Submitted { key, .. } = &entry.event else { return false };
    filter.key.is_none_or(|wanted| wanted == *key)
        && filter.from.is_none_or(|from| entry.block >= from)
        && filter.to.is_none_or(|to| entry.block <= to)
}

/// Who asked, in person, and the index of the submission's entry. A contract asks in a person's
/// transaction, which the entry after the submission names.
fn person(history: &[AuditEntry]) -> Option<(&AccountId, u64)> {
    let submission = history.first()?;
    let AuditEvent::Submitted { by, .. } = &submission.event else { return None };
    let person = match history.get(1).map(|entry| &entry.event) {
        Some(AuditEvent::CalledByContract { person, .. }) => person,
        _ => by,
    };
    Some((person, submission.index))
}

#[cfg(test)]
mod tests {
    use regent_primitives::{KeyId, OperationKind, PolicyHash};

    use super::*;

    fn account(byte: u8) -> AccountId {
        AccountId::new([byte; 32])
    }

    fn entry(index: u64, block: u32, event: AuditEvent) -> AuditEntry {
        let (previous, subject_previous) = (H256::zero(), H256::zero());
        let subject = Subject::Request(RequestId(H256::repeat_byte(1)));
        AuditEntry { index, block, previous, subject, subject_previous, event }
    }

    fn submission() -> AuditEntry {
        let submitted = AuditEvent::Submitted {
            by: account(1),
            key: KeyId(H256::repeat_byte(2)),
            operation: OperationKind::Sign,
            payload_hash: H256::zero(),
            policy: PolicyHash(H256::zero()),
        };
        entry(5, 10, submitted)
    }

    #[test]
    fn a_filter_looks_at_key_and_block_of_the_submission() {
        let filter = |key: Option<u8>, from, to| {
            let key = key.map(|byte| KeyId(H256::repeat_byte(byte)));
            Filter { key, institution: None, from, to }
        };
        for (filter, expected) in [
            (filter(None, None, None), true),
            (filter(Some(2), Some(10), Some(10)), true),
            (filter(Some(3), None, None), false),
            (filter(None, Some(11), None), false),
            (filter(None, None, Some(9)), false),
        ] {
            assert_eq!(is_asked_for(&filter, &submission()), expected, "{filter:?}");
        }
        let later = entry(6, 10, AuditEvent::Approved);
        assert!(!is_asked_for(&Filter::default(), &later));
    }

    #[test]
    fn who_has_a_contract_ask_is_who_asks() {
        let (contract, person_of_it) = (account(1), account(7));
        let called = AuditEvent::CalledByContract { contract, person: person_of_it.clone() };
        let direct = [submission(), entry(6, 10, AuditEvent::Approved)];
        assert_eq!(person(&direct), Some((&account(1), 5)));
        let through = [submission(), entry(6, 10, called)];
        assert_eq!(person(&through), Some((&person_of_it, 5)));
        assert_eq!(person(&through[1..]), None);
    }
}
