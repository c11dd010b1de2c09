use codec::Encode;
use regent_node::finality::{prove, FinalChain, ProofError, MAX_HEADERS};
use regent_runtime::{BlockNumber, Hash, Header};
use sp_runtime::traits::Header as _;
use std::collections::BTreeMap;

/// A chain of empty blocks.
struct Chain {
    headers: Vec<Header>,
    stored: BTreeMap<Hash, Vec<u8>>,
    newest: Option<(BlockNumber, Vec<u8>)>,
}

impl Chain {
    fn new(finalised: u32, stored: &[u32], newest: Option<u32>) -> Self {
        let mut headers: Vec<Header> = Vec::new();
        for number in 0..=finalised {
            let parent = headers.last().map(Header::hash).unwrap_or_default();
            headers.push(Header::new(
                number,
                Hash::zero(),
                Hash::zero(),
                parent,
                Default::default(),
            ));
        }
        let stored = stored.iter().map(|at| (headers[*at as usize].hash(), at.encode())).collect();
        Self { headers, stored, newest: newest.map(|at| (at, at.encode())) }
    }

    /// The height of the block that the proof justifies, and of the headers it adds.
    fn proof(&self, block: u32) -> (u32, Vec<u32>) {
        let proof = prove(self, block).unwrap();
        let justified = self.headers.iter().find(|header| header.hash() == proof.block);
        let justified = justified.expect("the proof is of this chain").number;
        assert_eq!(proof.justification, justified.encode());
        (justified, proof.unknown_headers.iter().map(|header| header.number).collect())
    }
}

impl FinalChain for Chain {
    fn finalised(&self) -> BlockNumber {
        self.headers.len() as u32 - 1
    }
    fn newest_justification(&self) -> Result<Option<(BlockNumber, Vec<u8>)>, ProofError> {
        Ok(self.newest.clone())
    }
    fn header(&self, height: BlockNumber) -> Result<Header, ProofError> {
        self.headers.get(height as usize).cloned().ok_or(ProofError::NoBlock(height))
    }
    fn stored_justification(&self, hash: Hash) -> Result<Option<Vec<u8>>, ProofError> {
        Ok(self.stored.get(&hash).cloned())
    }
}

#[test]
fn the_nearest_justification_is_taken() {
    let chain = Chain::new(12, &[1, 4, 8], Some(11));
    assert_eq!(chain.proof(0), (1, vec![1]));
    assert_eq!(chain.proof(1), (1, vec![]));
    assert_eq!(chain.proof(2), (4, vec![3, 4]));
    assert_eq!(chain.proof(8), (8, vec![]));
    assert_eq!(chain.proof(9), (11, vec![10, 11]));
    assert_eq!(chain.proof(11), (11, vec![]));
}

#[test]
fn what_is_not_final_is_not_proven() {
    let chain = Chain::new(3, &[1], Some(3));
    assert!(matches!(prove(&chain, 4), Err(ProofError::NotFinal { block: 4, finalised: 3 })));
}

#[test]
fn without_justifications_there_is_no_proof() {
    let chain = Chain::new(3, &[1], None);
    assert!(matches!(prove(&chain, 2), Err(ProofError::NoJustification(2))));
}

#[test]
fn proofs_are_bounded() {
    let chain = Chain::new(MAX_HEADERS as u32 + 2, &[], Some(MAX_HEADERS as u32 + 2));
    assert!(matches!(prove(&chain, 1), Err(ProofError::NoJustification(1))));
    assert_eq!(chain.proof(2).1.len(), MAX_HEADERS);
}
