//! Chain proofs, as a client gathers them from a node.

use codec::Encode;
use regent_primitives::{
    chain_proof::{ChainProof, JustifiedHeader, Origin, ProofNodes},
    BoundedVec, ConstU32,
};
use regent_proof::{layout, ChainVerifier, Fragment, Query};

use super::{justified, Chain, Validator};

fn bounded<T, const N: u32>(items: Vec<T>) -> BoundedVec<T, ConstU32<N>> {
    items.try_into().ok().expect("within its bound")
}

/// Nodes as a chain proof carries them.
pub fn proof_nodes(nodes: Vec<Vec<u8>>) -> ProofNodes {
    bounded(nodes.into_iter().map(bounded).collect())
}

/// A justified header as a chain proof carries it.
pub fn justified_header(fragment: &Fragment) -> JustifiedHeader {
    JustifiedHeader {
        header: bounded(fragment.header.encode()),
        justification: bounded(fragment.justification.clone()),
    }
}

/// A block that changed the authorities, justified by those before.
pub fn handoff(chain: &Chain, number: u32, by: &[Validator], set: u64) -> JustifiedHeader {
    let header = chain.headers[number as usize].clone();
    let justification = justified(by, &header, set);
    justified_header(&Fragment { header, justification })
}

/// The block at a height, and who its state says finalises what follows.
pub fn origin(chain: &Chain, number: u32) -> Origin {
    let at = number as usize;
    let nodes = chain.states[at].prove(&layout::authorities().queries());
    Origin { header: bounded(chain.headers[at].encode()), nodes: proof_nodes(nodes) }
}

/// From the first block to the newest, where these queries are answered.
pub fn chain_proof(chain: &Chain, handoffs: Vec<JustifiedHeader>, queries: &[Query]) -> ChainProof {
    ChainProof {
        origin: origin(chain, 0),
        handoffs: bounded(handoffs),
        head: justified_header(&chain.fragment()),
        nodes: proof_nodes(chain.state().prove(&ChainVerifier::queries(queries))),
    }
}
