//! The log's commitment: only blocks of the chain are ancestors, only entries of the log are of a
//! block, only an earlier commitment is an ancestor.

use std::sync::OnceLock;

use codec::{DecodeAll, Encode};
use regent_primitives::{AuditEntry, LogLeaf, H256};
use regent_proof::{
    mmr::{entries_root, verify_ancestry, verify_blocks, verify_entry},
    Ancestry, BlocksProof, EntryProof, Limits,
};

use crate::{range::Range, world::*};

const GENESIS: H256 = H256::repeat_byte(0x11);
/// Blocks, of which the log has two entries each, but for the first.
const BLOCKS: u32 = 11;

struct Known {
    log: Log,
    leaves: Vec<LogLeaf>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let log = Log::of(GENESIS, u64::from(2 * (BLOCKS - 1)));
        let leaves = (0..BLOCKS).map(|block| {
            let after = log.entries.iter().filter(|entry| entry.block <= block).count();
            let head = log.head_at(after);
            let (count, head) = (head.count, head.hash);
            let entries_root = entries_root(&hashes(&log, block));
            let hash = H256::from_low_u64_be(u64::from(block) + 1);
            LogLeaf { block, hash, count, head, entries_root }
        });
        let leaves = leaves.collect();
        Known { log, leaves }
    })
}

/// The commitment to all of them.
fn range() -> Range {
    Range::of(known().leaves.clone())
}

/// Hashes of a block's entries.
fn hashes(log: &Log, block: u32) -> Vec<H256> {
    let own = log.entries.iter().filter(|entry| entry.block == block);
    own.map(|entry| entry.hash(GENESIS)).collect()
}

type Included = (BlocksProof, AuditEntry, EntryProof);

/// Blocks, with an entry of one of them.
pub fn made() -> Vec<(&'static str, Vec<u8>)> {
    let (log, range) = (&known().log, range());
    let of = |blocks: &[u32], index: usize| {
        let entry = &log.entries[index];
        let proof = EntryProof::of(&hashes(log, entry.block), index % 2);
        (range.blocks(BLOCKS.into(), blocks), entry, proof).encode()
    };
    vec![("first", of(&[1], 0)), ("last", of(&[10], 19)), ("several", of(&[0, 3, 4, 9], 5))]
}

/// Earlier commitments.
pub fn made_ancestries() -> Vec<(&'static str, Vec<u8>)> {
    let range = range();
    let of = |earlier| range.ancestry(earlier, BLOCKS.into()).encode();
    vec![("first", of(1)), ("seventh", of(7)), ("eighth", of(8))]
}

/// What a node answers with when it is asked for blocks: leaves, and what proves them.
pub fn made_answers() -> Vec<(&'static str, Vec<u8>)> {
    let range = range();
    let of = |blocks: &[u32]| {
        let BlocksProof { leaves, items } = range.blocks(BLOCKS.into(), blocks);
        let leaves: Vec<Vec<u8>> = leaves.iter().map(Encode::encode).collect();
        let indices: Vec<u64> = blocks.iter().map(|block| u64::from(*block)).collect();
        (leaves.encode(), (indices, u64::from(BLOCKS), items).encode()).encode()
    };
    vec![("first", of(&[1])), ("last", of(&[10])), ("several", of(&[0, 3, 4, 9]))]
}

/// Whether these blocks are ancestors: then they are of the chain, and the proof has its one form.
fn proven(blocks: &BlocksProof) -> bool {
    let range = range();
    match verify_blocks(&range.root(BLOCKS.into()), blocks, &Limits::default()) {
        Ok(()) => {
            let named: Vec<u32> = blocks.leaves.iter().map(|leaf| leaf.block).collect();
            assert_eq!(*blocks, range.blocks(BLOCKS.into(), &named), "one form");
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

/// A node's answer about blocks.
pub fn check_answer(bytes: &[u8]) {
    let Ok((leaves, proof)) = <(Vec<u8>, Vec<u8>)>::decode_all(&mut &bytes[..]) else { return };
    match BlocksProof::from_answer(&leaves, &proof, &Limits::default()) {
        Ok(blocks) => {
            let read: Vec<Vec<u8>> = blocks.leaves.iter().map(Encode::encode).collect();
            assert_eq!(read.encode(), leaves, "one encoding");
            assert!(proof.ends_with(&blocks.items.encode()), "every item, and nothing after them");
            proven(&blocks);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Blocks, with an entry of one of them.
pub fn check(bytes: &[u8]) {
    let Ok((blocks, entry, proof)) = Included::decode_all(&mut &bytes[..]) else { return };
    assert_eq!((&blocks, &entry, &proof).encode(), bytes, "one encoding");
    if !proven(&blocks) {
        return;
    }
    let log = &known().log;
    let Some(leaf) = blocks.leaves.iter().find(|leaf| leaf.block == entry.block) else { return };
    match verify_entry(GENESIS, leaf, &entry, &proof) {
        Ok(()) => assert_eq!(Some(&entry), log.entries.get(entry.index as usize)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// An earlier commitment.
pub fn check_ancestry(bytes: &[u8]) {
    let Ok(proof) = Ancestry::decode_all(&mut &bytes[..]) else { return };
    assert_eq!(proof.encode(), bytes, "one encoding");
    let range = range();
    match verify_ancestry(&range.root(BLOCKS.into()), &proof) {
        Ok(()) => {
            let earlier = proof.earlier.leaves;
            assert_eq!(proof, range.ancestry(earlier, BLOCKS.into()), "one form");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
