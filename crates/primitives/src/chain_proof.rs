//! What proves to an enclave, which has no node, where a request stands: the way from a trusted block
//! to the newest final one, and a part of that block's state (sections 7 and 8).
//!
//! Headers, justifications and trie nodes are carried as the bytes that the chain hashes and signs.
//! Each list is bounded: a length beyond its bound is refused before anything is allocated for it.

use codec::{Decode, Encode};
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::bounds::{
    MAX_HANDOFFS, MAX_HEADER_BYTES, MAX_JUSTIFICATION_BYTES, MAX_PROOF_NODES, MAX_PROOF_NODE_BYTES,
};

/// The SCALE encoding of a header.
pub type HeaderBytes = BoundedVec<u8, ConstU32<MAX_HEADER_BYTES>>;
/// The SCALE encoding of a GRANDPA justification.
pub type JustificationBytes = BoundedVec<u8, ConstU32<MAX_JUSTIFICATION_BYTES>>;
/// A node of a trie.
pub type NodeBytes = BoundedVec<u8, ConstU32<MAX_PROOF_NODE_BYTES>>;
/// Nodes of a block's state: those on the way to the keys that are read, and no others.
pub type ProofNodes = BoundedVec<NodeBytes, ConstU32<MAX_PROOF_NODES>>;

/// The block where trust begins, with the authorities that its state names.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Origin {
    /// Its header.
    pub header: HeaderBytes,
    /// Nodes that prove who finalises what follows it.
    pub nodes: ProofNodes,
}

/// A header that its authorities finalised.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct JustifiedHeader {
    /// The header.
    pub header: HeaderBytes,
    /// Its justification.
    pub justification: JustificationBytes,
}

/// The way to the newest final block, and nodes of its state. Encoded, at most
/// [`crate::bounds::MAX_CHAIN_PROOF_BYTES`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ChainProof {
    /// Where trust begins.
    pub origin: Origin,
    /// Every block since then that changed the authorities, oldest first; whoever verified some of them
    /// need not be brought those again.
    pub handoffs: BoundedVec<JustifiedHeader, ConstU32<MAX_HANDOFFS>>,
    /// The newest final block.
    pub head: JustifiedHeader,
    /// Nodes of its state.
    pub nodes: ProofNodes,
}
