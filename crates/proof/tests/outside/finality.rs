//! Justifications, finality proofs and handoffs: nothing is final that the validators did not sign.

use std::sync::OnceLock;

use codec::{DecodeAll, Encode};
use regent_proof::{verify_justification, verify_run, FinalityProof, Fragment, Header, Limits};
use sp_consensus_grandpa::GrandpaJustification;

use crate::world::*;

/// A chain whose authorities change at 5 and 8, its handoffs, and the four who began it.
struct Fixed {
    chain: Chain,
    fragments: Vec<Fragment>,
    first: Vec<Validator>,
}

fn fixed() -> &'static Fixed {
    static FIXED: OnceLock<Fixed> = OnceLock::new();
    FIXED.get_or_init(|| {
        let first = validators(1, 4);
        let mut chain = Chain::new(first.clone());
        let mut fragments = Vec::new();
        for (height, next) in [(5, validators(2, 3)), (8, validators(3, 4))] {
            chain.grow_to(height - 1);
            let (signers, id) = (chain.validators.clone(), chain.set_id);
            chain.hand_over(next);
            let justification = justified(&signers, chain.newest(), id);
            fragments.push(Fragment { header: chain.newest().clone(), justification });
        }
        Fixed { chain, fragments, first }
    })
}

fn is_of_the_chain(hash: sp_core::H256) -> bool {
    fixed().chain.headers.iter().any(|header| header.hash() == hash)
}

/// Votes for one block, and votes for two with the headers between them.
pub fn made_justifications() -> Vec<(&'static str, Vec<u8>)> {
    let Fixed { chain, first, .. } = fixed();
    let low = &chain.headers[2];
    let split = [votes(&first[..2], low, 0), votes(&first[2..], &chain.headers[4], 0)].concat();
    let mut twice = votes(first, low, 0);
    twice.push(vote(&first[0], chain.headers[3].hash(), 3, ROUND, 0));
    vec![
        ("one", justified(first, low, 0)),
        ("two", assembled(low, split, chain.run(3..=4)).encode()),
        ("equivocation", assembled(low, twice, chain.run(3..=3)).encode()),
        ("few", assembled(low, votes(&first[..2], low, 0), vec![]).encode()),
    ]
}

/// A justification.
pub fn check_justification(bytes: &[u8]) {
    let set = set(0, &fixed().first);
    match verify_justification(bytes, &set, &Limits::default()) {
        Ok(justified) => {
            let read = GrandpaJustification::<Header>::decode_all(&mut &bytes[..]);
            assert!(read.is_ok_and(|read| read.encode() == bytes), "one encoding");
            assert!(is_of_the_chain(justified.hash));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// What a node answers with about block 1.
pub fn made() -> Vec<(&'static str, Vec<u8>)> {
    let Fixed { chain, first, .. } = fixed();
    let answer = |end: u32| {
        let block = &chain.headers[end as usize];
        FinalityProof {
            block: block.hash(),
            justification: justified(first, block, 0),
            unknown_headers: if end == 1 { vec![] } else { chain.run(2..=end) },
        }
        .encode()
    };
    vec![("itself", answer(1)), ("later", answer(4)), ("change", answer(5)), ("beyond", answer(6))]
}

/// A finality proof of block 1.
pub fn check(bytes: &[u8]) {
    let limits = Limits::default();
    let proof = match FinalityProof::from_bytes(bytes, &limits) {
        Ok(proof) => proof,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert_eq!(proof.encode(), bytes, "one encoding");
    let Fixed { chain, first, .. } = fixed();
    let Ok((headers, justification)) = proof.into_run(chain.headers[1].clone()) else { return };
    if let Ok(run) = verify_run(&headers, &justification, &set(0, first), &limits) {
        assert!(run.headers().iter().all(|header| is_of_the_chain(header.hash())));
        assert!(run.newest().number() <= 5, "the first set is replaced in block 5");
        assert_eq!(run.next.is_some(), run.newest().number() == 5);
    }
}

/// Both handoffs, and one.
pub fn made_handoffs() -> Vec<(&'static str, Vec<u8>)> {
    let fragments = &fixed().fragments;
    vec![("both", fragments.encode()), ("one", fragments[..1].to_vec().encode())]
}

/// Handoffs from the first block.
pub fn check_handoffs(bytes: &[u8]) {
    let limits = Limits::default();
    let Ok(fragments) = Fragment::chain_from_bytes(bytes, &limits) else { return };
    assert_eq!(fragments.encode(), bytes, "one encoding");
    let Fixed { chain, first, .. } = fixed();
    match chain.pinned(first).follow(&fragments, &limits) {
        Ok((anchor, header)) => {
            assert!(is_of_the_chain(anchor.hash) && anchor.hash == header.hash());
            let id = match anchor.number {
                ..5 => 0,
                5..8 => 1,
                _ => 2,
            };
            assert_eq!(anchor.set.id(), id);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
