//! The Merkle tree of a block's entries, built one entry at a time.
//!
//! The tree is that of `docs/evidence.md`, section 14: a level pairs neighbours, an odd last one
//! moves up as it is. Of the entries so far only the roots of complete subtrees are kept, one for
//! each bit that is set in their count: a block may have as many entries as it has room for, and
//! what is stored stays below 1.1 kB.

use codec::{Decode, Encode, MaxEncodedLen};
use regent_primitives::{BoundedVec, ConstU32, H256};
use scale_info::TypeInfo;
use sp_runtime::traits::{BlakeTwo256, Hash};

/// Bits of the count of entries, and so the most subtrees.
const MAX_SUBTREES: u32 = u32::BITS;

/// The tree of the entries so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct EntriesTree {
    /// Count of entries. Weight bounds it: a block has room for fewer than a thousand.
    count: u32,
    /// Roots of complete subtrees, the largest first.
    subtrees: BoundedVec<H256, ConstU32<MAX_SUBTREES>>,
}

impl EntriesTree {
    /// Appends an entry's hash.
    pub fn push(&mut self, entry: H256) {
        let mut node = entry;
        // As adding one to the count carries over its trailing ones, subtrees of one size merge.
        for _ in 0..self.count.trailing_ones() {
            let Some(left) = self.subtrees.pop() else { break };
            node = parent(left, node);
        }
        // There are as many subtrees as bits set in the count: one more has room.
        if self.subtrees.try_push(node).is_ok() {
            self.count = self.count.saturating_add(1);
        }
    }

    /// The root; zero without entries.
    pub fn root(&self) -> H256 {
        // The smallest subtree is the odd one of its level, up to the level of the next.
        let smallest_first = self.subtrees.iter().rev().copied();
        smallest_first.reduce(|right, left| parent(left, right)).unwrap_or_default()
    }
}

fn parent(left: H256, right: H256) -> H256 {
    BlakeTwo256::hash_of(&(left, right))
}
