//! 100,000 entries: how long proofs get, and how the state grows.

use std::time::Instant;

use super::{merkle::*, *};
use crate::BlockNumber;

/// Blocks with entries.
const BLOCKS: u32 = 1_000;
/// Entries of each.
const ENTRIES: u32 = 100;
/// Of so many blocks, the entries of one are proven.
const SAMPLE: usize = 37;
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

/// Appends to so many blocks; the leaves that they make.
fn fill(blocks: u32) -> Vec<LogLeaf> {
    (0..blocks)
        .map(|_| {
            append(H256::from_low_u64_be(System::block_number().into()), ENTRIES);
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

#[test]
fn a_hundred_thousand_entries_have_short_proofs_and_grow_the_state_evenly() {
    let mut ext = genesis();
    let started = Instant::now();
    let (leaves, growth) = ext.execute_with(|| {
        begin(1);
        let empty = state_bytes();
        let mut leaves = fill(BLOCKS / 2);
        let half = state_bytes();
        leaves.extend(fill(BLOCKS / 2));
        (leaves, [half - empty, state_bytes() - half])
    });
    let appended = started.elapsed();
    with_offchain_storage(&mut ext);
    ext.execute_with(|| {
        assert_eq!(Audit::count(), u64::from(BLOCKS * ENTRIES));
        let entries = u64::from(BLOCKS / 2 * ENTRIES);
        let per_entry = growth[1] / entries;
        assert!(growth[0].abs_diff(growth[1]) < CONSTANT, "{growth:?}");
        assert!(per_entry < 200, "{per_entry} bytes an entry");

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
            "{} entries in {appended:?}; {per_entry} bytes of state each; {proven} proofs of at most \
             {longest} hashes made and verified in {:?}",
            Audit::count(),
            started.elapsed(),
        );
    });
}
