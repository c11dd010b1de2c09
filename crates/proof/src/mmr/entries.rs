//! The entries of one block: a binary Merkle tree whose root is in the block's leaf.

use alloc::vec::Vec;

use codec::{Decode, Encode};
use regent_primitives::{AuditEntry, LogLeaf, H256};

use super::joined;
use crate::error::MmrError;

/// Proof that an entry is of its block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EntryProof {
    /// Count of the block's entries, as whoever made the proof says: the entry is proven, the count is not.
    pub count: u32,
    /// The neighbours on the way to the root, from below.
    pub path: Vec<H256>,
}

impl EntryProof {
    /// Proves the entry at a place among those of its block, whose hashes these are in order.
    pub fn of(hashes: &[H256], place: usize) -> Self {
        let count = u32::try_from(hashes.len()).unwrap_or(u32::MAX);
        let (mut path, mut at, mut level) = (Vec::new(), place, hashes.to_vec());
        while level.len() > 1 {
            path.extend(level.get(at ^ 1));
            at /= 2;
            level = above(&level);
        }
        Self { count, path }
    }
}

/// The root over the hashes of a block's entries, in order; zero if there are none.
pub fn entries_root(hashes: &[H256]) -> H256 {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = above(&level);
    }
    level.first().copied().unwrap_or_default()
}

/// Verifies that an entry is of the block of this leaf, which was proven by itself.
///
/// # Errors
/// It is not, or the proof is not of it.
pub fn verify_entry(
    genesis: H256,
    leaf: &LogLeaf,
    entry: &AuditEntry,
    proof: &EntryProof,
) -> Result<(), MmrError> {
    let (found, expected) = (entry.block, leaf.block);
    if found != expected {
        return Err(MmrError::OtherBlock { found, expected });
    }
    // The block's own entries are the last ones of the log after it.
    let count = u64::from(proof.count);
    let first = leaf.count.checked_sub(count);
    let place = first.and_then(|first| entry.index.checked_sub(first));
    let Some(mut place) = place.filter(|place| *place < count) else {
        return Err(MmrError::OtherPlace { index: entry.index, end: leaf.count, count });
    };
    let expected = leaf.entries_root;
    let (mut path, mut width) = (proof.path.iter(), count);
    let mut hash = entry.hash(genesis);
    while width > 1 {
        if place ^ 1 < width {
            let Some(neighbour) = path.next() else { return Err(MmrError::OtherRoot { expected }) };
            let is_left = place.is_multiple_of(2);
            hash = if is_left { joined(hash, *neighbour) } else { joined(*neighbour, hash) };
        }
        place /= 2;
        width = width.div_ceil(2);
    }
    if path.next().is_some() || hash != expected {
        return Err(MmrError::OtherRoot { expected });
    }
    Ok(())
}

/// The level above: neighbours in pairs, an odd last one as it is.
fn above(level: &[H256]) -> Vec<H256> {
    let join = |both: &[H256]| match both {
        [left, right] => joined(*left, *right),
        odd => odd.first().copied().unwrap_or_default(),
    };
    level.chunks(2).map(join).collect()
}
