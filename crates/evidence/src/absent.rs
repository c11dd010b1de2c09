//! What the log's entries name and a bundle does not have (section 7, Verdicts). No failure: a statement
//! beside the verdict.

use std::collections::BTreeSet;

use regent_primitives::{AuditEntry, AuditEvent, RequestId, Subject};

use crate::bundle::Bundle;

/// Requests that are not in a bundle, as far as the log's entries in it tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// Number of the entry from which on every request that was submitted is in the bundle or named here: 0
    /// for the whole log. None where no entry is here: that nothing else happened is not shown.
    pub from: Option<u64>,
    /// Requests that entries name as submitted, in the order of the entries.
    pub requests: Vec<RequestId>,
    /// Requests that entries call unaccounted, in the order of the entries: shares were released, and there
    /// is no receipt. One that was submitted earlier than `from` is not among `requests`.
    pub unaccounted: Vec<RequestId>,
}

impl Absent {
    /// What these entries, all that the bundle brings, name and its operations do not have.
    pub(crate) fn of(bundle: &Bundle, entries: &[AuditEntry]) -> Self {
        let here: BTreeSet<RequestId> = bundle.operations.iter().map(|item| item.id).collect();
        let log = &bundle.log;
        Self {
            from: (!entries.is_empty() || log.count == 0).then_some(log.from),
            requests: named(entries, &here, |event| matches!(event, AuditEvent::Submitted { .. })),
            unaccounted: named(entries, &here, |event| matches!(event, AuditEvent::Unaccounted)),
        }
    }
}

/// The requests of those entries that are chosen, once each, without those that are here.
fn named(
    entries: &[AuditEntry],
    here: &BTreeSet<RequestId>,
    chosen: impl Fn(&AuditEvent) -> bool,
) -> Vec<RequestId> {
    let mut known = here.clone();
    let chosen = entries.iter().filter(|entry| chosen(&entry.event));
    let requests = chosen.filter_map(|entry| match entry.subject {
        Subject::Request(id) => Some(id),
        _ => None,
    });
    requests.filter(|id| known.insert(*id)).collect()
}
