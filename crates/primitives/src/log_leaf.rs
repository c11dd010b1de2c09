//! What the log's commitment holds of each block (`docs/evidence.md`, section 14).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

use crate::BlockNumber;

/// A block's leaf in the Merkle mountain range: the block, and the log after it. 108 bytes; the
/// leaf's hash is BLAKE2b-256 of them.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct LogLeaf {
    /// The block, which is also the leaf's index.
    pub block: BlockNumber,
    /// The block's hash.
    pub hash: H256,
    /// Count of the log's entries after it.
    pub count: u64,
    /// Hash of the newest of them; zero if there is none.
    pub head: H256,
    /// Root of the Merkle tree of the hashes of the block's own entries; zero if it has none.
    pub entries_root: H256,
}
