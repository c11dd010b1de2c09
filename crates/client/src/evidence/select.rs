//! Which operations are asked for, with every entry about each; and the entries that the bundle brings.

use std::{collections::BTreeMap, ops::ControlFlow};

use codec::Encode;
use regent_evidence::bundle::{MAX_BUNDLE_BYTES, MAX_ITEMS};
use regent_primitives::{
    AccountId, AuditEntry, AuditEvent, BlockNumber, InstitutionId, RequestId, Subject, H256,
};
use regent_proof::{layout, LogHead};

use super::{
    commitment::Commitment,
    log::{AuditLog, Part},
    members::Members,
    state::BlockState,
    ExportError, ExportOptions, ExportStep, Filter, Progress, Selection,
};
use crate::client::Client;

/// What was selected.
#[derive(Default)]
pub(super) struct Selected {
    /// Operations, each with every entry about it, oldest first.
    pub histories: BTreeMap<RequestId, Vec<AuditEntry>>,
    /// The entries of the bundle's log, each in SCALE.
    pub entries: Vec<Vec<u8>>,
}

/// Where it is read from.
pub(super) struct Source<'a> {
    pub client: &'a Client,
    pub log: &'a AuditLog<'a>,
    pub commitment: &'a Commitment<'a>,
    /// The head's.
    pub state: &'a BlockState<'a>,
}

/// Reads of the log what must be read.
pub(super) async fn select(
    options: &ExportOptions,
    source: &Source<'_>,
    origin: &BlockState<'_>,
    progress: Progress<'_>,
) -> Result<Selected, ExportError> {
    let mut reader = Reader { source, bytes: 0, selected: Selected::default() };
    if let Some(from) = options.log_from {
        reader.read_entries(from, &mut *progress).await?;
    }
    match &options.selection {
        Selection::Requests(ids) => {
            for id in ids {
                reader.read_request(*id, &mut *progress).await?;
            }
        }
        Selection::Matching(filter) => reader.read_matching(filter, origin, progress).await?,
    }
    let selected = reader.selected;
    if selected.histories.is_empty() {
        return Err(ExportError::NothingSelected);
    }
    Ok(selected)
}

struct Reader<'a> {
    source: &'a Source<'a>,
    /// Bytes of what is kept.
    bytes: usize,
    selected: Selected,
}

impl Reader<'_> {
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

    /// Reads all entries from an index on, for the bundle's log.
    async fn read_entries(&mut self, from: u64, progress: Progress<'_>) -> Result<(), ExportError> {
        let log = self.source.log;
        let count = log.head.count;
        let Some(found) = count.checked_sub(from) else {
            return Err(ExportError::LogTooShort { found: count, expected: from });
        };
        if found > MAX_ITEMS {
            let what = "entries of the audit log in the bundle";
            return Err(ExportError::TooLarge { what, found, limit: MAX_ITEMS });
        }
        let part = Part { from, before: (from == 0).then(H256::zero), to: log.head };
        let tell = |read| progress(ExportStep::Entries { read, count });
        log.follow(part, tell, |entry| {
            let bytes = entry.encode();
            self.count(bytes.len())?;
            self.selected.entries.push(bytes);
            Ok(())
        })
        .await
    }

    /// Reads the history of one request.
    async fn read_request(
        &mut self,
        id: RequestId,
        progress: Progress<'_>,
    ) -> Result<(), ExportError> {
        let record = self.source.state.value(&layout::request(id)).await?;
        let record = record.ok_or(ExportError::UnknownRequest(id))?;
        let from = self.source.log.first_at(record.submitted_at).await?;
        self.selected.histories.insert(id, Vec::new());
        self.read_on(from, BTreeMap::from([(id, record.last_entry)]), progress).await
    }

    /// Reads histories on from an index, until the newest entry of each was seen. What the node hides or
    /// makes up is noticed later on: each history links from the submission to that entry.
    async fn read_on(
        &mut self,
        from: u64,
        mut left: BTreeMap<RequestId, H256>,
        progress: Progress<'_>,
    ) -> Result<(), ExportError> {
        if left.is_empty() {
            return Ok(());
        }
        let log = self.source.log;
        let count = log.head.count;
        let tell = |read| progress(ExportStep::Entries { read, count });
        log.browse(from, tell, |entry| {
            if let Subject::Request(id) = entry.subject {
                if let Some(newest) = left.get(&id) {
                    if entry.hash(log.genesis()) == *newest {
                        left.remove(&id);
                    }
                    self.keep_history(id, entry)?;
                }
            }
            Ok(if left.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
        .await
    }

    /// Reads the histories of all requests that a filter lets through. The log of the block before the
    /// first, and that of the last, are proven: none between them is hidden.
    async fn read_matching(
        &mut self,
        filter: &Filter,
        origin: &BlockState<'_>,
        progress: Progress<'_>,
    ) -> Result<(), ExportError> {
        let Source { client, log, commitment, .. } = *self.source;
        let before = first_block(filter, self.enrolled(filter).await?).checked_sub(1);
        let start = match before {
            Some(block) => commitment.log_after(block, log.head).await?,
            None => LogHead { count: 0, hash: H256::zero() },
        };
        let end = match filter.to {
            Some(block) => commitment.log_after(block, log.head).await?,
            None => log.head,
        };
        let part = Part { from: start.count, before: Some(start.hash), to: end };
        let mut members = Members::default();
        let count = log.head.count;
        let tell = |read| progress(ExportStep::Entries { read, count });
        log.follow(part, tell, |entry| {
            members.note(&entry);
            if let Subject::Request(id) = entry.subject {
                let known = self.selected.histories.contains_key(&id);
                if known || is_asked_for(filter, &entry) {
                    self.keep_history(id, entry)?;
                }
            }
            Ok(())
        })
        .await?;
        if let Some(institution) = filter.institution {
            match before.filter(|block| *block > 0) {
                Some(block) if !self.selected.histories.is_empty() => {
                    let header = commitment.header(block).await?;
                    let state = BlockState::new(client, header.hash(), header.state_root);
                    self.keep_of(institution, &members, &state).await?;
                }
                _ => self.keep_of(institution, &members, origin).await?,
            }
        }
        let left = if end == log.head { BTreeMap::new() } else { self.unfinished().await? };
        self.read_on(end.count, left, progress).await
    }

    /// When the request was submitted that enrolled the key of a filter, if there is such a key.
    async fn enrolled(&self, filter: &Filter) -> Result<Option<BlockNumber>, ExportError> {
        let Some(key) = filter.key else { return Ok(None) };
        let state = self.source.state;
        let Some(first) = state.value(&layout::epoch_status(key, 0)).await? else {
            return Ok(None);
        };
        let record = state.value(&layout::request(first.request)).await?;
        Ok(record.map(|record| record.submitted_at))
    }

    /// The requests of which not all entries were read, with the newest entry of each.
    async fn unfinished(&self) -> Result<BTreeMap<RequestId, H256>, ExportError> {
        let mut left = BTreeMap::new();
        for (id, history) in &self.selected.histories {
            let record = self.source.state.value(&layout::request(*id)).await?;
            let newest = record.ok_or(ExportError::UnknownRequest(*id))?.last_entry;
            let read = history.last().map(|entry| entry.hash(self.source.log.genesis()));
            if read != Some(newest) {
                left.insert(*id, newest);
            }
        }
        Ok(left)
    }

    /// Keeps the operations that somebody of an institution asked for.
    async fn keep_of(
        &mut self,
        institution: InstitutionId,
        members: &Members,
        before: &BlockState<'_>,
    ) -> Result<(), ExportError> {
        let all = std::mem::take(&mut self.selected.histories);
        for (id, history) in all {
            let Some((person, entry)) = person(&history) else { continue };
            if members.institution_of(person, entry, before).await? == Some(institution) {
                self.selected.histories.insert(id, history);
            }
        }
        Ok(())
    }
}

/// The first block in which something may be submitted that a filter lets through.
fn first_block(filter: &Filter, enrolled: Option<BlockNumber>) -> BlockNumber {
    filter.from.max(enrolled).unwrap_or_default()
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
    fn the_log_is_read_from_the_first_block_that_matters() {
        let filter = |from| Filter { from, ..Filter::default() };
        for (from, enrolled, expected) in
            [(None, None, 0), (Some(9), None, 9), (None, Some(7), 7), (Some(9), Some(7), 9)]
        {
            assert_eq!(first_block(&filter(from), enrolled), expected);
        }
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
