//! Inclusion and ancestry by the log's commitment, beside the log's own chain of hashes.

use codec::Encode;
use regent_primitives::{AuditEvent, LogLeaf, H256};
use regent_proof::{
    audit::{verify_extension, verify_inclusion, Inclusion},
    mmr::{verify_ancestry, verify_blocks, verify_entry},
    Ancestry, BlocksProof, EntryProof, Limits, LogRoot,
};

use crate::{
    range::Range,
    world::{request, Log},
};

const GENESIS: H256 = H256([1; 32]);

/// A log of which every entry has a block of its own, so that there are as many leaves as can be, with
/// the commitment at the block after the last. Nodes of the range are in memory; a node keeps them on
/// its disk.
pub struct Commitment {
    log: Log,
    range: Range,
    root: LogRoot,
    limits: Limits,
}

/// Proof of one entry by the commitment: of its block, and of its place there.
#[derive(Clone, Debug)]
pub struct Included {
    /// The block's leaf.
    pub block: BlocksProof,
    /// The entry's place.
    pub entry: EntryProof,
}

impl Included {
    /// Bytes, without the entry itself.
    pub fn bytes(&self) -> usize {
        self.block.encoded_size() + self.entry.encoded_size()
    }
}

impl Commitment {
    /// A log of so many entries, one at least.
    pub fn of(entries: u32) -> Self {
        let mut log = Log::of(GENESIS, 0);
        // The first block, 0, has none.
        let mut leaves = vec![LogLeaf::default()];
        for block in 1..=entries {
            log.append_at(block, request((block % 3) as u8), AuditEvent::Expired);
            let head = log.head();
            leaves.push(LogLeaf {
                block,
                hash: H256::from_low_u64_be(block.into()),
                count: head.count,
                head: head.hash,
                // The root of one entry is its hash.
                entries_root: head.hash,
            });
        }
        let range = Range::of(leaves);
        let root = range.root(u64::from(entries) + 1);
        // The peer is bounded by fewer entries than are compared here.
        let limits = Limits { entries: usize::MAX, ..Limits::default() };
        Self { log, range, root, limits }
    }

    /// Leaves of the commitment.
    pub const fn leaves(&self) -> u64 {
        self.root.leaves
    }

    /// The index of the entry in the middle: as far from the newest as entries are on average.
    pub fn middle(&self) -> usize {
        self.log.entries.len() / 2
    }

    /// Proves the entry of an index by the commitment.
    pub fn prove(&self, index: usize) -> Included {
        let entry = &self.log.entries[index];
        let block = self.range.blocks(self.root.leaves, &[entry.block]);
        Included { block, entry: EntryProof::of(&[entry.hash(GENESIS)], 0) }
    }

    /// Whether the entry of an index is so proven.
    pub fn holds(&self, index: usize, proof: &Included) -> bool {
        let Some(leaf) = proof.block.leaves.first() else { return false };
        let entry = &self.log.entries[index];
        verify_blocks(&self.root, &proof.block, &self.limits).is_ok()
            && verify_entry(GENESIS, leaf, entry, &proof.entry).is_ok()
    }

    /// Proves the same by all entries after it.
    pub fn prove_by_chain(&self, index: usize) -> Inclusion {
        Inclusion::Chain(self.log.entries[index + 1..].to_vec())
    }

    /// Whether the entry of an index is proven by all entries after it.
    pub fn chain_holds(&self, index: usize, proof: &Inclusion) -> bool {
        let (log, entry) = (self.log.head(), &self.log.entries[index]);
        verify_inclusion(GENESIS, log, entry, proof, &self.limits).is_ok()
    }

    /// Proves that the commitment after so many entries, one at least and not all, is an earlier one.
    pub fn prove_earlier(&self, entries: usize) -> Ancestry {
        self.range.ancestry(entries as u64 + 1, self.root.leaves)
    }

    /// Whether a commitment is so proven to be an earlier one.
    pub fn earlier_holds(&self, proof: &Ancestry) -> bool {
        verify_ancestry(&self.root, proof).is_ok()
    }

    /// Whether the log after so many entries is an earlier one by all entries after them.
    pub fn extension_holds(&self, entries: usize) -> bool {
        let (earlier, later) = (self.log.head_at(entries), self.log.head());
        let added = &self.log.entries[entries..];
        verify_extension(GENESIS, earlier, later, added, &self.limits).is_ok()
    }
}
