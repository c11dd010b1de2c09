//! The log's commitment: blocks are of it, entries are of their block, and a later one extends an
//! earlier one (`docs/evidence.md`, section 14).
//!
//! It is a Merkle mountain range with one leaf a block, made by the SDK's `pallet-mmr`. Its roots are
//! calculated by the SDK's own library; what is added here are bounds, and that every proof of blocks
//! and of an earlier commitment has one form: which node an item is follows from the indices alone, and
//! there are exactly as many items as are needed. The proof of an entry has one form for each count of
//! its block's entries, a count that it does not prove.

mod answers;
mod entries;

use alloc::vec::Vec;

use codec::{Decode, Encode};
use mmr_lib::{
    leaf_index_to_mmr_size, leaf_index_to_pos, AncestryProof, Merge, MerkleProof, NodeMerkleProof,
};
use regent_primitives::{LogLeaf, H256};
use sp_crypto_hashing::blake2_256;

use crate::{
    error::{MmrError, StateError},
    layout,
    limits::Limits,
    state::ProvenState,
};

pub use entries::{entries_root, verify_entry, EntryProof};

/// Leaves of a commitment: blocks are numbered by 32 bits.
const MAX_LEAVES: u64 = 1 << 32;

/// What a state says about the commitment: all blocks before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct LogRoot {
    /// Count of leaves: the height of the block.
    pub leaves: u64,
    /// The root; zero while there is no leaf.
    pub root: H256,
}

impl LogRoot {
    /// Reads it from a state of which [`layout::mmr_root`] and [`layout::mmr_leaves`] were asked.
    ///
    /// # Errors
    /// They were not asked for.
    pub fn read(state: &ProvenState) -> Result<Self, StateError> {
        let leaves = state.get(&layout::mmr_leaves())?.unwrap_or_default();
        let root = state.get(&layout::mmr_root())?.unwrap_or_default();
        Ok(Self { leaves, root })
    }
}

/// Proof that blocks are ancestors, with the log after each.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BlocksProof {
    /// Their leaves, by height.
    pub leaves: Vec<LogLeaf>,
    /// The other nodes that lead to the root, in the order of the document.
    pub items: Vec<H256>,
}

/// Proof that a commitment begins with all leaves of an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Ancestry {
    /// The earlier one.
    pub earlier: LogRoot,
    /// Peaks of the earlier one, from the left.
    pub peaks: Vec<H256>,
    /// The other nodes that lead to the later root, in the order of the document.
    pub items: Vec<H256>,
}

/// Verifies that these blocks are leaves of the commitment.
///
/// # Errors
/// One is not, they are not in order, or the proof is not of them.
pub fn verify_blocks(log: &LogRoot, proof: &BlocksProof, limits: &Limits) -> Result<(), MmrError> {
    at_most("leaves of a commitment", log.leaves, MAX_LEAVES)?;
    at_most("blocks of a proof", proof.leaves.len() as u64, limits.leaves as u64)?;
    let blocks: Vec<u64> = proof.leaves.iter().map(|leaf| leaf.block.into()).collect();
    let Some(last) = blocks.last() else { return Err(MmrError::NoLeaf) };
    let mut pairs = blocks.iter().zip(blocks.iter().skip(1));
    if let Some((_, block)) = pairs.find(|(one, next)| one >= next) {
        return Err(MmrError::OtherOrder { block: *block });
    }
    if *last >= log.leaves {
        return Err(MmrError::NotYet { block: *last, leaves: log.leaves });
    }
    as_many("items", proof.items.len() as u64, items_beside(&blocks, log.leaves))?;
    let leaves = proof
        .leaves
        .iter()
        .map(|leaf| (leaf_index_to_pos(leaf.block.into()), H256(blake2_256(&leaf.encode()))));
    let range = MerkleProof::<H256, Hasher>::new(size(log.leaves), proof.items.clone());
    match range.calculate_root(leaves.collect()) {
        Ok(found) if found == log.root => Ok(()),
        _ => Err(MmrError::OtherRoot { expected: log.root }),
    }
}

/// Verifies that the commitment begins with all leaves of an earlier one.
///
/// # Errors
/// It does not, or the proof is not of them.
pub fn verify_ancestry(log: &LogRoot, proof: &Ancestry) -> Result<(), MmrError> {
    let earlier = proof.earlier;
    at_most("leaves of a commitment", log.leaves, MAX_LEAVES)?;
    if earlier.leaves == 0 || earlier.leaves >= log.leaves {
        let (found, expected) = (earlier.leaves, log.leaves);
        return Err(MmrError::NotEarlier { found, expected });
    }
    as_many("peaks", proof.peaks.len() as u64, earlier.leaves.count_ones().into())?;
    let places = places_after(earlier.leaves, log.leaves);
    as_many("items", proof.items.len() as u64, places.len() as u64)?;
    let items = places.into_iter().zip(proof.items.iter().copied()).collect();
    let range = AncestryProof::<H256, Hasher> {
        prev_mmr_size: size(earlier.leaves),
        prev_peaks: proof.peaks.clone(),
        prev_peaks_proof: NodeMerkleProof::new(size(log.leaves), items),
    };
    match range.verify_ancestor(log.root, earlier.root) {
        Ok(true) => Ok(()),
        _ => Err(MmrError::OtherRoot { expected: log.root }),
    }
}

/// How nodes are joined.
struct Hasher;

impl Merge for Hasher {
    type Item = H256;

    fn merge(left: &H256, right: &H256) -> mmr_lib::Result<H256> {
        Ok(joined(*left, *right))
    }
}

/// The parent of two nodes.
fn joined(left: H256, right: H256) -> H256 {
    H256(blake2_256(&[left.0, right.0].concat()))
}

/// Nodes of a range with so many leaves, of which there is one at least.
fn size(leaves: u64) -> u64 {
    leaf_index_to_mmr_size(leaves.saturating_sub(1))
}

/// Leaves of a tree of this height.
const fn width(height: u32) -> u64 {
    1 << height
}

/// The complete trees of which a range with so many leaves is made, from the left: the first leaf of
/// each, and its height.
fn trees(leaves: u64) -> impl Iterator<Item = (u64, u32)> {
    let mut first = 0u64;
    (0..u64::BITS).rev().filter(move |height| leaves & width(*height) != 0).map(move |height| {
        let tree = (first, height);
        first = first.saturating_add(width(height));
        tree
    })
}

/// How many items prove these blocks, which are in order and below the count of leaves.
fn items_beside(blocks: &[u64], leaves: u64) -> u64 {
    let (mut items, mut rest) = (0u64, blocks);
    for (first, height) in trees(leaves) {
        if rest.is_empty() {
            // One item stands for this tree and all after it.
            return items.saturating_add(1);
        }
        let end = first.saturating_add(width(height));
        let (inside, after) = rest.split_at(rest.partition_point(|block| *block < end));
        let beside = if inside.is_empty() { 1 } else { siblings(inside, height) };
        (items, rest) = (items.saturating_add(beside), after);
    }
    items
}

/// How many nodes lead from leaves of one tree to its peak.
fn siblings(blocks: &[u64], height: u32) -> u64 {
    let (mut level, mut missing) = (blocks.to_vec(), 0u64);
    for _ in 0..height {
        let alone = level.iter().filter(|at| level.binary_search(&(**at ^ 1)).is_err()).count();
        missing = missing.saturating_add(alone as u64);
        level.iter_mut().for_each(|at| *at >>= 1);
        level.dedup();
    }
    missing
}

/// The library's numbers of the nodes that lead from the peaks of an earlier range to the root of a
/// later one.
fn places_after(earlier: u64, later: u64) -> Vec<u64> {
    let mut places = Vec::new();
    for (first, height) in trees(later) {
        if first >= earlier {
            // One item stands for this tree and all after it.
            places.push(place(first, height));
            break;
        }
        place_below(first, height, earlier, &mut places);
    }
    places
}

/// The same below one node: at most one of its halves is neither of the earlier range nor after it.
fn place_below(first: u64, height: u32, earlier: u64, places: &mut Vec<u64>) {
    if first.saturating_add(width(height)) <= earlier {
        return;
    }
    if first >= earlier {
        places.push(place(first, height));
        return;
    }
    let below = height.saturating_sub(1);
    place_below(first, below, earlier, places);
    place_below(first.saturating_add(width(below)), below, earlier, places);
}

/// The library's number of the node above so many leaves: it comes right after all below it.
fn place(first: u64, height: u32) -> u64 {
    let last = first.saturating_add(width(height)).saturating_sub(1);
    leaf_index_to_pos(last).saturating_add(height.into())
}

fn at_most(what: &'static str, found: u64, limit: u64) -> Result<(), MmrError> {
    if found > limit {
        return Err(MmrError::TooLarge { what, found, limit });
    }
    Ok(())
}

fn as_many(what: &'static str, found: u64, expected: u64) -> Result<(), MmrError> {
    if found != expected {
        return Err(MmrError::OtherCount { what, found, expected });
    }
    Ok(())
}
