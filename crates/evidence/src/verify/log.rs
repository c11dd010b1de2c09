//! The audit log: its head, and the entries that a bundle brings (rules `log-head`, `log-entries`).

use std::collections::BTreeMap;

use codec::{DecodeAll, Encode};
use regent_primitives::{AuditEntry, BlockNumber, H256};
use regent_proof::{layout, LogHead};

use crate::{bundle::Log, keys::State, limits::limits, rule::Rule, verdict::Failure};

/// What a bundle shows of the log.
pub(super) struct Known {
    /// Heights of ancestors of the head, by their hashes.
    pub(super) blocks: BTreeMap<H256, BlockNumber>,
    /// Entries that are shown by themselves.
    pub(super) included: BTreeMap<u64, AuditEntry>,
    /// Number of the first of `entries`.
    pub(super) from: u64,
    /// All entries from there on.
    pub(super) entries: Vec<AuditEntry>,
}

impl Known {
    /// Whether the log has another entry of the same index.
    pub(super) fn disagrees(&self, entry: &AuditEntry) -> bool {
        let at = entry.index.checked_sub(self.from).and_then(|at| usize::try_from(at).ok());
        let logged = at.and_then(|at| self.entries.get(at));
        let mut known = logged.into_iter().chain(self.included.get(&entry.index));
        known.any(|known| known != entry)
    }
}

pub(super) fn verify_head(log: &Log, state: &State) -> Result<(), Failure> {
    let count = (log.count != 0).then(|| log.count.encode());
    let newest = (!log.head.is_zero()).then_some(log.head.as_bytes());
    if !state.holds(&layout::audit_count(), count.as_deref())
        || !state.holds(&layout::audit_head(), newest)
    {
        return Err(Failure::new(Rule::LogHead, "the state says otherwise"));
    }
    Ok(())
}

pub(super) fn verify_entries(
    genesis: H256,
    log: &Log,
    head: BlockNumber,
) -> Result<Vec<AuditEntry>, Failure> {
    let wrong = |detail: &str| Failure::new(Rule::LogEntries, detail);
    if log.count.checked_sub(log.from) != Some(log.entries.len() as u64) {
        return Err(wrong("not all entries from the first to the newest are here"));
    }
    let entries = log.entries.iter().map(|bytes| AuditEntry::decode_all(&mut bytes.as_slice()));
    let entries: Vec<AuditEntry> =
        entries.collect::<Result<Vec<_>, _>>().map_err(|_| wrong("an entry does not decode"))?;
    if let Some(first) = entries.first() {
        let previous = if log.from == 0 { H256::zero() } else { first.previous };
        let before = LogHead { count: log.from, hash: previous };
        let found = before
            .extended(genesis, &entries, &limits())
            .map_err(|error| Failure::new(Rule::LogEntries, error))?;
        if found != (LogHead { count: log.count, hash: log.head }) {
            return Err(wrong("they end in another entry than the newest"));
        }
    }
    if entries.iter().any(|entry| entry.block > head) {
        return Err(wrong("an entry is of a block after the head"));
    }
    Ok(entries)
}
