//! The audit log: its head, and the entries that a bundle brings (rules `log-head`, `log-entries`).

use codec::{DecodeAll, Encode};
use regent_primitives::{AuditEntry, BlockNumber, H256};
use regent_proof::{layout, LogHead};

use crate::{bundle::Log, keys::State, limits::limits, rule::Rule, verdict::Failure};

/// The entries of a bundle's log, by their index.
pub(super) struct Entries {
    from: u64,
    entries: Vec<AuditEntry>,
}

impl Entries {
    /// The entry of this index, if the bundle brings it.
    pub(super) fn get(&self, index: u64) -> Option<&AuditEntry> {
        self.entries.get(usize::try_from(index.checked_sub(self.from)?).ok()?)
    }
}

pub(super) fn verify_log(
    genesis: H256,
    log: &Log,
    state: &State,
    head: BlockNumber,
) -> Result<Entries, Failure> {
    let count = (log.count != 0).then(|| log.count.encode());
    let newest = (!log.head.is_zero()).then_some(log.head.as_bytes());
    if !state.holds(&layout::audit_count(), count.as_deref())
        || !state.holds(&layout::audit_head(), newest)
    {
        return Err(Failure::new(Rule::LogHead, "the state says otherwise"));
    }

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
    Ok(Entries { from: log.from, entries })
}
