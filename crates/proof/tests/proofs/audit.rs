//! The audit log: entries are of it, and it only grows.

use regent_primitives::{AuditEvent, H256};
use regent_proof::{
    audit::{verify_extension, verify_inclusion, verify_subject, Inclusion},
    layout, read_state, AuditError, Limits, LogHead, StateError,
};

use crate::world::*;

const GENESIS: H256 = H256::repeat_byte(0x11);

fn log() -> Log {
    Log::of(GENESIS, 12)
}

fn included(log: &Log, at: usize, later: &Inclusion) -> Result<(), AuditError> {
    verify_inclusion(GENESIS, log.head(), &log.entries[at], later, &Limits::default())
}

#[test]
fn every_entry_is_proven_by_those_after_it() {
    let log = log();
    for at in 0..log.entries.len() {
        let later = Inclusion::Chain(log.entries[at + 1..].to_vec());
        assert_eq!(included(&log, at, &later), Ok(()));
        // Of another chain it is not.
        let other = H256::repeat_byte(0x12);
        let entry = &log.entries[at];
        assert!(verify_inclusion(other, log.head(), entry, &later, &Limits::default()).is_err());
    }
}

#[test]
fn a_changed_or_missing_entry_is_noticed() {
    let log = log();
    let later = |at: usize| log.entries[at + 1..].to_vec();
    let mut forged = log.clone();
    forged.entries[4].event = AuditEvent::Cancelled;
    assert!(matches!(
        included(&forged, 4, &Inclusion::Chain(later(4))),
        Err(AuditError::BrokenLink { index: 5, .. })
    ));
    let mut last = log.clone();
    last.entries[11].event = AuditEvent::Cancelled;
    let error = verify_inclusion(
        GENESIS,
        log.head(),
        &last.entries[11],
        &Inclusion::Chain(vec![]),
        &Limits::default(),
    );
    assert!(matches!(error, Err(AuditError::OtherHead { .. })), "{error:?}");

    let mut short = later(4);
    short.pop();
    let error = included(&log, 4, &Inclusion::Chain(short));
    assert_eq!(error, Err(AuditError::OtherCount { found: 11, expected: 12 }));
    let mut gap = later(4);
    gap.remove(1);
    let error = included(&log, 4, &Inclusion::Chain(gap));
    assert_eq!(error, Err(AuditError::OtherIndex { found: 7, expected: 6 }));
    // Time goes one way, across the entry too.
    for at in [5, 6] {
        let mut old = log.clone();
        old.entries[at].block = 0;
        let error = included(&old, 4, &Inclusion::Chain(old.entries[5..].to_vec()));
        assert!(error.is_err());
    }
    let tight = Limits { entries: 6, ..Limits::default() };
    let error =
        verify_inclusion(GENESIS, log.head(), &log.entries[4], &Inclusion::Chain(later(4)), &tight);
    assert_eq!(error, Err(AuditError::TooManyEntries { found: 7, limit: 6 }));
}

#[test]
fn blocks_never_go_back() {
    // A log that links, as a runtime with a fault would make it.
    let mut log = Log::of(GENESIS, 5);
    log.append(request(1), AuditEvent::Approved);
    log.entries[5].block = 0;
    let back = Inclusion::Chain(vec![log.entries[5].clone()]);
    assert_eq!(included(&log, 4, &back), Err(AuditError::OtherOrder { index: 5 }));
    let error = LogHead::default().extended(GENESIS, &log.entries, &Limits::default());
    assert_eq!(error, Err(AuditError::OtherOrder { index: 5 }));
}

#[test]
fn a_later_log_extends_an_earlier_one() {
    let log = log();
    let extends = |from: usize, to: usize, entries: &[_]| {
        verify_extension(GENESIS, log.head_at(from), log.head_at(to), entries, &Limits::default())
    };
    for from in 0..=12 {
        for to in from..=12 {
            assert_eq!(extends(from, to, &log.entries[from..to]), Ok(()));
        }
    }
    let error = extends(8, 5, &[]);
    assert_eq!(error, Err(AuditError::Shorter { found: 5, expected: 8 }));
    let error = extends(5, 8, &log.entries[5..7]);
    assert_eq!(error, Err(AuditError::OtherCount { found: 2, expected: 3 }));
    // An earlier log with an entry that the later one does not have.
    let mut other = Log::of(GENESIS, 4);
    other.append(request(9), AuditEvent::Cancelled);
    let error =
        verify_extension(GENESIS, other.head(), log.head(), &log.entries[5..], &Limits::default());
    assert!(matches!(error, Err(AuditError::BrokenLink { index: 5, .. })), "{error:?}");
    // Equally long, and another.
    let error = verify_extension(GENESIS, other.head(), log.head_at(5), &[], &Limits::default());
    assert!(matches!(error, Err(AuditError::OtherHead { .. })), "{error:?}");
}

#[test]
fn a_subject_has_all_its_entries() {
    let log = log();
    let subject = request(1);
    let newest = log.subject_head(&subject);
    let entries = log.about(&subject);
    let verify = |newest, entries: &[_]| {
        verify_subject(GENESIS, &subject, newest, entries, &Limits::default())
    };
    assert_eq!(entries.len(), 4);
    assert_eq!(verify(newest, &entries), Ok(()));
    assert_eq!(verify(H256::zero(), &[]), Ok(()));
    assert!(matches!(verify(newest, &[]), Err(AuditError::OtherHead { .. })));
    assert!(matches!(verify(newest, &entries[..3]), Err(AuditError::OtherHead { .. })));
    assert!(matches!(verify(newest, &entries[1..]), Err(AuditError::BrokenLink { .. })));
    let foreign = log.about(&request(2));
    let error = verify(newest, &foreign);
    assert_eq!(error, Err(AuditError::OtherSubject { index: 2 }));
    let mut changed = entries;
    changed[3].event = AuditEvent::Cancelled;
    assert!(matches!(verify(newest, &changed), Err(AuditError::OtherHead { .. })));
}

#[test]
fn the_head_is_read_from_the_state() {
    let log = log();
    let mut chain = Chain::new(validators(1, 4));
    chain.push_with(vec![], |state| {
        state.set(&layout::audit_count(), &log.head().count);
        state.set(&layout::audit_head(), &log.head().hash);
        state.set(&layout::audit_entry(3), &log.entries[3]);
    });
    let state = chain.state();
    let entry = layout::audit_entry(3);
    let queries = [layout::audit_count().query(), layout::audit_head().query(), entry.query()];
    let nodes = state.prove(&queries);
    let limits = Limits::default();
    let proven = read_state(state.root(), &queries, &nodes, &limits).expect("proven");
    assert_eq!(LogHead::read(&proven), Ok(log.head()));
    assert_eq!(proven.get(&entry), Ok(Some(log.entries[3].clone())));
    let nodes = state.prove(&queries[..1]);
    let part = read_state(state.root(), &queries[..1], &nodes, &limits).expect("proven");
    assert!(matches!(LogHead::read(&part), Err(StateError::NotAsked { .. })));
    // A chain without a log has an empty one.
    let state = &chain.states[0];
    let nodes = state.prove(&queries);
    let proven = read_state(state.root(), &queries, &nodes, &limits).expect("proven");
    assert_eq!(LogHead::read(&proven), Ok(LogHead::default()));
}
