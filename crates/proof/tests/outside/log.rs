//! Entries of the audit log: only those of it are included.

use std::sync::OnceLock;

use codec::{DecodeAll, Encode};
use regent_primitives::{AuditEntry, H256};
use regent_proof::{
    audit::{verify_extension, verify_inclusion, verify_subject, Inclusion},
    Limits, LogHead,
};

use crate::world::*;

const GENESIS: H256 = H256::repeat_byte(0x11);

fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| Log::of(GENESIS, 8))
}

/// Entries with those after them.
pub fn made() -> Vec<(&'static str, Vec<u8>)> {
    let entries = &log().entries;
    let of = |at: usize| (&entries[at], Inclusion::Chain(entries[at + 1..].to_vec())).encode();
    vec![("first", of(0)), ("fifth", of(4)), ("last", of(7))]
}

/// An entry and its proof.
pub fn check(bytes: &[u8]) {
    let Ok((entry, proof)) = <(AuditEntry, Inclusion)>::decode_all(&mut &bytes[..]) else { return };
    assert_eq!((&entry, &proof).encode(), bytes, "one encoding");
    let (log, limits) = (log(), Limits::default());
    match verify_inclusion(GENESIS, log.head(), &entry, &proof, &limits) {
        Ok(()) => assert_eq!(Some(&entry), log.entries.get(entry.index as usize)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let Inclusion::Chain(entries) = proof else { return };
    if verify_extension(GENESIS, LogHead::default(), log.head(), &entries, &limits).is_ok() {
        assert_eq!(entries, log.entries);
    }
    let newest = log.subject_head(&entry.subject);
    if verify_subject(GENESIS, &entry.subject, newest, &entries, &limits).is_ok() {
        assert_eq!(entries, log.about(&entry.subject));
    }
}
