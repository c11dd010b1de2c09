//! An audit log, as the pallet makes it.

use std::collections::BTreeMap;

use codec::Encode;
use regent_primitives::{AuditEntry, AuditEvent, RequestId, Subject, H256};
use regent_proof::LogHead;

/// Entries with their heads.
#[derive(Clone)]
pub struct Log {
    pub genesis: H256,
    pub entries: Vec<AuditEntry>,
    pub subjects: BTreeMap<Vec<u8>, H256>,
}

/// A request as a subject.
pub fn request(number: u8) -> Subject {
    Subject::Request(RequestId(H256::repeat_byte(number)))
}

impl Log {
    /// A log of so many entries, two a block, about three subjects in turn.
    pub fn of(genesis: H256, count: u64) -> Self {
        let mut log = Self { genesis, entries: Vec::new(), subjects: BTreeMap::new() };
        (0..count).for_each(|index| log.append(request((index % 3) as u8), AuditEvent::Expired));
        log
    }

    /// One more entry, two a block.
    pub fn append(&mut self, subject: Subject, event: AuditEvent) {
        let block = 1 + (self.entries.len() / 2) as u32;
        self.append_at(block, subject, event);
    }

    /// One more entry, of this block.
    pub fn append_at(&mut self, block: u32, subject: Subject, event: AuditEvent) {
        let entry = AuditEntry {
            index: self.entries.len() as u64,
            block,
            previous: self.head().hash,
            subject_previous: self.subject_head(&subject),
            subject,
            event,
        };
        self.subjects.insert(entry.subject.encode(), entry.hash(self.genesis));
        self.entries.push(entry);
    }

    pub fn head(&self) -> LogHead {
        self.head_at(self.entries.len())
    }

    /// The head when the log had so many entries.
    pub fn head_at(&self, count: usize) -> LogHead {
        let hash = count.checked_sub(1).map(|last| self.entries[last].hash(self.genesis));
        LogHead { count: count as u64, hash: hash.unwrap_or_default() }
    }

    pub fn subject_head(&self, subject: &Subject) -> H256 {
        self.subjects.get(&subject.encode()).copied().unwrap_or_default()
    }

    /// All entries about a subject.
    pub fn about(&self, subject: &Subject) -> Vec<AuditEntry> {
        self.entries.iter().filter(|entry| entry.subject == *subject).cloned().collect()
    }
}
