//! The links of the log: each entry names the hash of the one before, and of its subject's one
//! before.

use std::collections::BTreeMap;

use codec::Encode;
use regent_client::Client;
use regent_primitives::{bounds::MAX_PAGE, AuditEntry, H256};

use crate::error::CliError;

/// Checks entries as they come, from the first of the log on.
#[derive(Debug, Default)]
pub struct Links {
    next: u64,
    newest: H256,
    subjects: BTreeMap<Vec<u8>, H256>,
}

impl Links {
    /// Checks that an entry is the next, and links to the ones before; returns its hash.
    ///
    /// # Errors
    /// [`CliError::Evidence`] names what does not fit.
    pub fn check(&mut self, entry: &AuditEntry, genesis: H256) -> Result<H256, CliError> {
        let broken = |what: &str, found: &dyn std::fmt::Debug, expected: &dyn std::fmt::Debug| {
            CliError::Evidence(format!(
                "audit entry {}: {what} is {found:?}, expected {expected:?}; the log was changed",
                self.next
            ))
        };
        if entry.index != self.next {
            return Err(broken("its index", &entry.index, &self.next));
        }
        if entry.previous != self.newest {
            return Err(broken("its link", &entry.previous, &self.newest));
        }
        let subject = entry.subject.encode();
        let before = self.subjects.get(&subject).copied().unwrap_or_default();
        if entry.subject_previous != before {
            return Err(broken("its subject's link", &entry.subject_previous, &before));
        }
        let hash = entry.hash(genesis);
        self.subjects.insert(subject, hash);
        self.newest = hash;
        self.next = self.next.saturating_add(1);
        Ok(hash)
    }

    /// How many were checked.
    pub const fn count(&self) -> u64 {
        self.next
    }

    /// Hash of the newest that was checked.
    pub const fn newest(&self) -> H256 {
        self.newest
    }

    /// Reads and checks all entries that a block knows and were not checked yet.
    ///
    /// # Errors
    /// [`CliError::Evidence`], or if the node cannot be asked.
    pub async fn advance(
        &mut self,
        client: &Client,
        at: H256,
    ) -> Result<Vec<(AuditEntry, H256)>, CliError> {
        let mut checked = Vec::new();
        loop {
            let page = client.audit_entries(self.next, MAX_PAGE, Some(at)).await?;
            let full = page.len() >= MAX_PAGE as usize;
            for entry in page {
                let hash = self.check(&entry, client.genesis())?;
                checked.push((entry, hash));
            }
            if !full {
                return Ok(checked);
            }
        }
    }

    /// Checks that these are all entries the chain counts, and end in the head it states.
    ///
    /// # Errors
    /// [`CliError::Evidence`], or if the node cannot be asked.
    pub async fn check_head(&self, client: &Client, at: H256) -> Result<(), CliError> {
        let status = client.status(Some(at)).await?;
        if (status.audit_entries, status.audit_head) == (self.next, self.newest) {
            return Ok(());
        }
        Err(CliError::Evidence(format!(
            "the log has {} entries up to {:?}, the chain states {} up to {:?}",
            self.next, self.newest, status.audit_entries, status.audit_head
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regent_primitives::{AuditEvent, RequestId, Subject};

    const GENESIS: H256 = H256([7; 32]);

    /// Three entries about two subjects.
    fn log() -> Vec<AuditEntry> {
        let subject = |byte| Subject::Request(RequestId(H256::repeat_byte(byte)));
        let mut entries: Vec<AuditEntry> = Vec::new();
        for (index, subject, event) in [
            (0, subject(1), AuditEvent::Approved),
            (1, subject(2), AuditEvent::Approved),
            (2, subject(1), AuditEvent::Expired),
        ] {
            let hash = |entry: &AuditEntry| entry.hash(GENESIS);
            let previous = entries.last().map(hash).unwrap_or_default();
            let of_subject = entries.iter().rev().find(|entry| entry.subject == subject);
            let subject_previous = of_subject.map(hash).unwrap_or_default();
            entries.push(AuditEntry {
                index,
                block: 1,
                previous,
                subject,
                subject_previous,
                event,
            });
        }
        entries
    }

    #[test]
    fn a_whole_log_is_linked() {
        let mut links = Links::default();
        for entry in log() {
            links.check(&entry, GENESIS).expect("linked");
        }
        assert_eq!(links.count(), 3);
    }

    #[test]
    fn every_change_breaks_a_link() {
        let changes: [fn(&mut Vec<AuditEntry>); 5] = [
            |log| log[0].event = AuditEvent::Cancelled,
            |log| log[1].block = 9,
            |log| log[2].subject_previous = H256::zero(),
            |log| drop(log.remove(1)),
            |log| log.swap(0, 1),
        ];
        for change in changes {
            let mut entries = log();
            change(&mut entries);
            let mut links = Links::default();
            let held = entries.iter().try_for_each(|entry| links.check(entry, GENESIS).map(drop));
            assert!(held.is_err());
        }
    }
}
