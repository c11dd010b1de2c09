//! 100,000 entries: how long proofs get, and how the state grows.

use std::time::Instant;

use codec::{Encode, MaxEncodedLen};
use regent_primitives::{AccountId, KeyId, OperationKind, PolicyHash};

use super::{merkle::*, *};
use crate::BlockNumber;

/// Blocks with entries.
const BLOCKS: u32 = 1_000;
/// Entries of each.
const ENTRIES: u32 = 100;
/// Of so many blocks, the entries of one are proven.
const SAMPLE: usize = 37;
/// What an entry about a request adds to the state with the smallest event, in bytes.
const SMALLEST: u64 = 158;
/// With the largest.
const LARGEST: u64 = 287;
/// What the first entry about a request adds beside that, in bytes.
const FIRST: u64 = 113;
/// What keeps the log and its commitment beside what each entry adds, in bytes: heads, counts, the
/// newest leaf, the tree of a block, and peaks.
const CONSTANT: u64 = 2_000;

/// Begins the next block: the hooks of the commitment alone.
fn begin(number: BlockNumber) {
    System::reset_events();
    System::initialize(&number, &H256::from_low_u64_be(number.into()), &Default::default());
    Audit::on_initialize(number);
    Mmr::on_initialize(number);
}

/// Appends to so many blocks, in each about a request of its own; the leaves that they make.
fn fill(blocks: u32, event: &AuditEvent) -> Vec<LogLeaf> {
    (0..blocks)
        .map(|_| {
            let request = H256::from_low_u64_be(System::block_number().into());
            for _ in 0..ENTRIES {
                Audit::append(Subject::Request(RequestId(request)), event.clone());
            }
            begin(System::block_number() + 1);
            Audit::leaf()
        })
        .collect()
}

/// Bytes of the keys and values of the log and its commitment.
fn state_bytes() -> u64 {
    ["Audit", "Mmr"]
        .into_iter()
        .map(|pallet| {
            let prefix = sp_io::hashing::twox_128(pallet.as_bytes());
            let mut key = prefix.to_vec();
            let mut bytes = 0;
            while let Some(next) = sp_io::storage::next_key(&key) {
                if !next.starts_with(&prefix) {
                    break;
                }
                let value = sp_io::storage::get(&next).expect("the key is there");
                bytes += (next.len() + value.len()) as u64;
                key = next;
            }
            bytes
        })
        .sum()
}

/// What so many blocks add, in bytes, if each of their entries adds so much.
fn added(blocks: u32, per_entry: u64) -> u64 {
    u64::from(blocks) * (u64::from(ENTRIES) * per_entry + FIRST)
}

#[test]
fn a_hundred_thousand_entries_have_short_proofs_and_grow_the_state_evenly() {
    let event = AuditEvent::Expired;
    assert_eq!(event.encoded_size(), 1, "it is the smallest");
    let mut ext = genesis();
    let started = Instant::now();
    let (leaves, growth) = ext.execute_with(|| {
        begin(1);
        let empty = state_bytes();
        let mut leaves = fill(BLOCKS / 2, &event);
        let half = state_bytes();
        leaves.extend(fill(BLOCKS / 2, &event));
        (leaves, [half - empty, state_bytes() - half])
    });
    let appended = started.elapsed();
    with_offchain_storage(&mut ext);
    ext.execute_with(|| {
        assert_eq!(Audit::count(), u64::from(BLOCKS * ENTRIES));
        let expected = added(BLOCKS / 2, SMALLEST);
        assert!(growth.iter().all(|bytes| bytes.abs_diff(expected) < CONSTANT), "{growth:?}");

        let started = Instant::now();
        let (root, mut longest, mut proven) = (Mmr::mmr_root(), 0, 0);
        for leaf in leaves.iter().step_by(SAMPLE) {
            let (found, proof) = Mmr::generate_proof(vec![leaf.block + 1], None).unwrap();
            assert_eq!(found, [*leaf]);
            assert!(verifies(root, *leaf, &proof));
            let entries = hashes(leaf.count - u64::from(ENTRIES), leaf.count);
            for (index, entry) in entries.iter().enumerate() {
                let path = path(&entries, index);
                assert_eq!(follow(*entry, &path), leaf.entries_root);
                longest = longest.max(path.len() + proof.items.len());
                proven += 1;
            }
        }
        assert!(longest <= 20, "a proof has {longest} hashes");
        println!(
            "{} entries in {appended:?}; {} bytes of state; {proven} proofs of at most {longest} hashes \
             made and verified in {:?}",
            Audit::count(),
            growth.iter().sum::<u64>(),
            started.elapsed(),
        );
    });
}

#[test]
fn the_largest_entries_grow_the_state_as_evenly() {
    let event = AuditEvent::Submitted {
        by: AccountId::new([1; 32]),
        key: KeyId::default(),
        operation: OperationKind::Sign,
        payload_hash: H256::zero(),
        policy: PolicyHash::default(),
    };
    assert_eq!(event.encoded_size(), AuditEvent::max_encoded_len(), "it is the largest");
    genesis().execute_with(|| {
        begin(1);
        let empty = state_bytes();
        fill(BLOCKS / 10, &event);
        let growth = state_bytes() - empty;
        assert!(growth.abs_diff(added(BLOCKS / 10, LARGEST)) < CONSTANT, "{growth}");
    });
}

// Section 14 of `docs/evidence.md`.
#[test]
fn the_document_states_what_entries_add() {
    let text = include_str!("../../../../docs/evidence.md");
    let stated = format!("adds {SMALLEST} to {LARGEST} bytes, its key included");
    assert!(text.contains(&stated), "{stated}");
    let stated = format!("the first about it adds {FIRST} more");
    assert!(text.contains(&stated), "{stated}");
}
