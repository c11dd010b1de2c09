//! The log's commitment, as the chain makes it: by the SDK's own library.

use codec::Encode;
use mmr_lib::{
    leaf_index_to_mmr_size, leaf_index_to_pos,
    util::{MemMMR, MemStore},
    Merge,
};
use regent_primitives::{LogLeaf, H256};
use regent_proof::{Ancestry, BlocksProof, LogRoot};
use sp_crypto_hashing::blake2_256;

struct Hasher;

impl Merge for Hasher {
    type Item = H256;

    fn merge(left: &H256, right: &H256) -> mmr_lib::Result<H256> {
        Ok(H256(blake2_256(&[left.0, right.0].concat())))
    }
}

/// Leaves with all nodes above them.
pub struct Range {
    pub leaves: Vec<LogLeaf>,
    store: MemStore<H256>,
}

impl Range {
    pub fn of(leaves: Vec<LogLeaf>) -> Self {
        let store = MemStore::default();
        let mut range = MemMMR::<H256, Hasher>::new(0, &store);
        for leaf in &leaves {
            range.push(H256(blake2_256(&leaf.encode()))).expect("pushed");
        }
        range.commit().expect("committed");
        Self { leaves, store }
    }

    fn at(&self, leaves: u64) -> MemMMR<'_, H256, Hasher> {
        MemMMR::new(leaf_index_to_mmr_size(leaves - 1), &self.store)
    }

    /// The commitment when there were so many leaves, one at least.
    pub fn root(&self, leaves: u64) -> LogRoot {
        LogRoot { leaves, root: self.at(leaves).get_root().expect("a root") }
    }

    /// What proves these blocks when there were so many leaves.
    pub fn blocks(&self, leaves: u64, blocks: &[u32]) -> BlocksProof {
        let places = blocks.iter().map(|block| leaf_index_to_pos(u64::from(*block))).collect();
        let proof = self.at(leaves).gen_proof(places).expect("proven");
        let leaves = blocks.iter().map(|block| self.leaves[*block as usize]).collect();
        BlocksProof { leaves, items: proof.proof_items().to_vec() }
    }

    /// What proves that the commitment with so many leaves is an ancestor of a later one.
    pub fn ancestry(&self, earlier: u64, later: u64) -> Ancestry {
        let size = leaf_index_to_mmr_size(earlier - 1);
        let proof = self.at(later).gen_ancestry_proof(size).expect("proven");
        let items = proof.prev_peaks_proof.proof_items();
        Ancestry {
            earlier: self.root(earlier),
            peaks: proof.prev_peaks,
            items: items.iter().map(|(_, item)| *item).collect(),
        }
    }
}
