//! What a bundle holds of the audit log and of its commitment (section 14).

use codec::DecodeAll;
use regent_primitives::{AuditEntry, LogLeaf, H256};

/// Bytes of a leaf of the commitment.
pub const LEAF_BYTES: usize = 108;

/// The audit log, or its end, and blocks of its commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Count of its entries.
    pub count: u64,
    /// Hash of the newest; zero if there is none.
    pub head: H256,
    /// Number of the first entry that is here; the count if none is.
    pub from: u64,
    /// The entries from there on, each in SCALE.
    pub entries: Vec<Vec<u8>>,
    /// Root of the commitment.
    pub root: H256,
    /// Its leaves: one for each block before the head.
    pub leaves: u64,
    /// Blocks that are shown to be ancestors of the head, by height.
    pub blocks: Vec<Blocks>,
    /// The commitment of an earlier head, if it is shown to be an ancestor of this one.
    pub ancestry: Option<Ancestry>,
    /// Entries that are shown by themselves, by index.
    pub included: Vec<Included>,
}

// What does not decode is left out here; a verifier refuses the bundle for it.
impl Log {
    /// Leaves of the blocks that are here, by height.
    pub fn block_leaves(&self) -> impl Iterator<Item = LogLeaf> + '_ {
        let leaves = self.blocks.iter().flat_map(|batch| &batch.leaves);
        leaves.filter_map(|bytes| decoded(bytes))
    }

    /// All entries from number `from` on.
    pub fn tail_entries(&self) -> impl Iterator<Item = AuditEntry> + '_ {
        self.entries.iter().filter_map(|bytes| decoded(bytes))
    }

    /// The entries that are shown by themselves, by index.
    pub fn included_entries(&self) -> impl Iterator<Item = AuditEntry> + '_ {
        self.included.iter().filter_map(|item| decoded(&item.entry))
    }
}

fn decoded<T: DecodeAll>(mut bytes: &[u8]) -> Option<T> {
    T::decode_all(&mut bytes).ok()
}

/// Some blocks with one proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// Their leaves, each `LogLeaf` in SCALE.
    pub leaves: Vec<Vec<u8>>,
    /// The other nodes that lead to the root.
    pub items: Vec<H256>,
}

/// An entry, shown to be of its block, whose leaf is among the blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    /// The entry in SCALE.
    pub entry: Vec<u8>,
    /// Count of its block's entries.
    pub count: u32,
    /// Its neighbours on the way to the root of the block's entries.
    pub path: Vec<H256>,
}

/// An earlier commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ancestry {
    /// Its leaves.
    pub leaves: u64,
    /// Its root.
    pub root: H256,
    /// Its peaks.
    pub peaks: Vec<H256>,
    /// The other nodes that lead to the later root.
    pub items: Vec<H256>,
}
