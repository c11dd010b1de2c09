//! What nodes answer with when they are asked to prove blocks.
//!
//! The indices and the count beside the items are not looked at: which node an item is follows from the
//! leaves and from the commitment alone.

use alloc::vec::Vec;

use codec::{DecodeAll, MaxEncodedLen};
use regent_primitives::{LogLeaf, H256};

use super::{at_most, BlocksProof};
use crate::{error::MmrError, limits::Limits};

/// Bytes of the length of a list or of a leaf, at most.
const LENGTH_BYTES: usize = 5;
/// Levels above a leaf, and trees beside its own, at most: blocks are numbered by 32 bits.
const LEVELS: usize = 32;

impl BlocksProof {
    /// Decodes all of what `mmr_generateProof` answers with: its leaves, each as bytes, and its proof,
    /// which is the indices of the leaves, the count of all leaves, and the items. Nothing is verified.
    ///
    /// # Errors
    /// Too much, or something else.
    pub fn from_answer(leaves: &[u8], proof: &[u8], limits: &Limits) -> Result<Self, MmrError> {
        let leaves: Vec<Vec<u8>> = decode("bytes of leaves", leaves, leaves_bytes(limits))?;
        at_most("blocks of a proof", leaves.len() as u64, limits.leaves as u64)?;
        let leaf =
            |leaf: &Vec<u8>| decode::<LogLeaf>("bytes of a leaf", leaf, LogLeaf::max_encoded_len());
        let leaves = leaves.iter().map(leaf).collect::<Result<Vec<_>, _>>()?;
        let (_, _, items): (Vec<u64>, u64, Vec<H256>) =
            decode("bytes of a proof of blocks", proof, proof_bytes(limits))?;
        Ok(Self { leaves, items })
    }
}

/// Bytes of the leaves, encoded, at most.
fn leaves_bytes(limits: &Limits) -> usize {
    let leaf = LENGTH_BYTES.saturating_add(LogLeaf::max_encoded_len());
    LENGTH_BYTES.saturating_add(limits.leaves.saturating_mul(leaf))
}

/// Bytes of the indices, the count and the items, encoded, at most.
fn proof_bytes(limits: &Limits) -> usize {
    let lengths = LENGTH_BYTES.saturating_mul(2);
    let numbers = u64::max_encoded_len().saturating_mul(limits.leaves.saturating_add(1));
    // Those above each leaf, and the peaks of the trees without one.
    let items = LEVELS.saturating_mul(limits.leaves.saturating_add(1));
    let items = H256::max_encoded_len().saturating_mul(items);
    lengths.saturating_add(numbers).saturating_add(items)
}

/// Decodes all of these bytes, if they are not too many.
fn decode<T: DecodeAll>(what: &'static str, bytes: &[u8], limit: usize) -> Result<T, MmrError> {
    at_most(what, bytes.len() as u64, limit as u64)?;
    T::decode_all(&mut &bytes[..]).map_err(|_| MmrError::Malformed { what })
}
