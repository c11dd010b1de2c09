//! What an enclave is brought: whatever is proven, is so on the chain.

use std::sync::OnceLock;

use codec::{DecodeAll, Encode};
use regent_primitives::chain_proof::ChainProof;
use regent_proof::{layout, ChainVerifier, HeadRules, Query, TrustedBlock};

use crate::world::*;

/// A chain whose authorities change, and proofs of a head before that and after.
struct Made {
    chain: Chain,
    before: ChainProof,
    after: ChainProof,
}

fn asked() -> [Query; 1] {
    [layout::audit_count().query()]
}

fn made_once() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let old = validators(1, 4);
        let mut chain = Chain::new(old.clone());
        chain.push_with(vec![], |state| state.set(&layout::audit_count(), &5)).grow_to(3);
        let before = chain_proof(&chain, vec![], &asked());
        chain.hand_over(validators(2, 4));
        let handoffs = vec![handoff(&chain, 4, &old, 0)];
        chain.grow_to(6);
        let after = chain_proof(&chain, handoffs, &asked());
        Made { chain, before, after }
    })
}

/// Both proofs.
pub fn made() -> Vec<(&'static str, Vec<u8>)> {
    let Made { before, after, .. } = made_once();
    vec![("before", before.encode()), ("after", after.encode())]
}

/// A chain proof, brought to an enclave that was just started.
pub fn check(bytes: &[u8]) {
    let Ok(proof) = ChainProof::decode_all(&mut &bytes[..]) else { return };
    let chain = &made_once().chain;
    let rules = HeadRules::new(chain.genesis(), SLOT, vec![code_hash()]);
    let mut verifier = ChainVerifier::new(rules, TrustedBlock::genesis(chain.genesis()));
    match verifier.verify(&proof, &asked(), chain.due(6)) {
        Ok(head) => {
            let at = head.number as usize;
            assert_eq!(chain.headers[at].hash(), head.hash);
            let count = layout::audit_count();
            let truth = chain.states[at].bytes(count.bytes());
            assert_eq!(head.state.bytes(count.bytes()), Ok(truth));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
