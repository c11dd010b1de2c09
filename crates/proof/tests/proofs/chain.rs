//! What an enclave is brought: believed in one go, or refused by the name of a rule.

use codec::Encode;
use regent_primitives::chain_proof::{ChainProof, JustifiedHeader};
use regent_proof::{
    layout, ChainVerifier, FinalityError, Fragment, HeadError, HeadRules, StateError, TrustedBlock,
};
use sp_core::H256;

use crate::world::*;

/// A chain of ten blocks whose log has five entries, and a verifier that trusts its first.
struct World {
    chain: Chain,
    /// Changes of authorities, justified.
    handoffs: Vec<JustifiedHeader>,
    verifier: ChainVerifier,
}

fn verifier(chain: &Chain, trusted: TrustedBlock) -> ChainVerifier {
    ChainVerifier::new(HeadRules::new(chain.genesis(), SLOT, vec![code_hash()]), trusted)
}

fn world() -> World {
    let mut chain = Chain::new(validators(1, 4));
    chain.push_with(vec![], |state| state.set(&layout::audit_count(), &5)).grow_to(10);
    let verifier = verifier(&chain, TrustedBlock::genesis(chain.genesis()));
    World { chain, handoffs: Vec::new(), verifier }
}

impl World {
    fn proof(&self) -> ChainProof {
        chain_proof(&self.chain, self.handoffs.clone(), &[layout::audit_count().query()])
    }

    /// The count that the newest block's state is proven to have, on time.
    fn read(&mut self, proof: &ChainProof) -> Result<Option<u64>, HeadError> {
        let now = self.chain.due(self.chain.newest().number);
        self.read_at(proof, now)
    }

    fn read_at(&mut self, proof: &ChainProof, now: u64) -> Result<Option<u64>, HeadError> {
        let count = layout::audit_count();
        let head = self.verifier.verify(proof, &[count.query()], now)?;
        Ok(head.state.get(&count)?)
    }

    fn hand_over(&mut self, next: Vec<Validator>) {
        let (by, set) = (self.chain.validators.clone(), self.chain.set_id);
        self.chain.hand_over(next);
        self.handoffs.push(handoff(&self.chain, self.chain.newest().number, &by, set));
        self.chain.push();
    }
}

#[test]
fn a_value_is_proven_from_the_first_block() {
    let mut world = world();
    assert_eq!(world.read(&world.proof()), Ok(Some(5)));
    // Again, and later, over blocks that were not brought.
    assert_eq!(world.read(&world.proof()), Ok(Some(5)));
    world.chain.grow_to(60);
    assert_eq!(world.read(&world.proof()), Ok(Some(5)));
}

#[test]
fn handoffs_lead_to_the_set_in_office_and_are_verified_once() {
    let mut world = world();
    world.hand_over(validators(2, 4));
    world.hand_over(validators(3, 7));
    let proof = world.proof();
    let mut none = proof.clone();
    none.handoffs = Default::default();
    let error = world.read(&none).expect_err("another set");
    assert_eq!(error.rule(), "unknown-voter");
    assert_eq!(world.read(&proof), Ok(Some(5)));
    // What was verified is known: those handoffs are not looked at again.
    assert_eq!(world.read(&none), Ok(Some(5)));
    world.hand_over(validators(4, 4));
    assert_eq!(world.read(&world.proof()), Ok(Some(5)));
}

#[test]
fn handoffs_are_remembered_though_what_comes_with_them_is_refused() {
    let mut world = world();
    world.hand_over(validators(2, 4));
    world.hand_over(validators(3, 4));
    // With a head that nobody justified, and with a third handoff that nobody did.
    let mut forged = world.proof();
    forged.head.justification = Default::default();
    forged.handoffs.truncate(1);
    assert_eq!(world.read(&forged).expect_err("not justified").rule(), "malformed");
    assert_eq!(world.verifier.followed(), 11);
    let strangers = handoff(&world.chain, 14, &validators(9, 4), 2);
    forged.handoffs = world.proof().handoffs;
    forged.handoffs.try_push(strangers).expect("within its bound");
    assert_eq!(world.read(&forged).expect_err("of strangers").rule(), "unknown-voter");
    assert_eq!(world.verifier.followed(), 13);
    // Whoever comes next need not bring them, and nobody else's are taken instead.
    let mut none = world.proof();
    none.handoffs = Default::default();
    assert_eq!(world.read(&none), Ok(Some(5)));
}

#[test]
fn a_handoff_that_hands_over_nothing_is_refused() {
    let mut world = world();
    let by = world.chain.validators.clone();
    world.handoffs.push(handoff(&world.chain, 4, &by, 0));
    let error = FinalityError::NoChange { number: 4 };
    assert_eq!(world.read(&world.proof()), Err(error.into()));
}

#[test]
fn who_was_retired_finalises_nothing_any_more() {
    let mut world = world();
    let (old, mut fork) = (world.chain.validators.clone(), world.chain.clone());
    world.hand_over(validators(2, 4));
    assert_eq!(world.read(&world.proof()), Ok(Some(5)));
    // The same people, with their old keys, on a fork that is longer.
    fork.grow_to(20);
    let forged = chain_proof(&fork, vec![], &[layout::audit_count().query()]);
    let error = world.read_at(&forged, fork.due(20)).expect_err("retired");
    assert_eq!(error.rule(), "unknown-voter");
    // They were chosen again, and sign for the set they were before.
    world.hand_over(old.clone());
    assert_eq!(world.read(&world.proof()), Ok(Some(5)));
    world.chain.push();
    let header = world.chain.newest().clone();
    let justification = justified(&old, &header, 0);
    let mut replayed = world.proof();
    replayed.head = justified_header(&Fragment { header, justification });
    let error = world.read(&replayed).expect_err("another set's votes");
    assert!(matches!(error, HeadError::Finality(FinalityError::BadSignature { .. })), "{error:?}");
}

#[test]
fn a_head_goes_back_by_no_more_than_is_tolerated() {
    let mut world = world();
    let (before, mut fork) = (world.proof(), world.chain.fork(9));
    world.chain.push();
    let after = world.proof();
    world.chain.grow_to(31);
    assert_eq!(world.read(&world.proof()), Ok(Some(5)));
    assert_eq!(world.read(&before), Err(HeadError::Behind { found: 10, known: 31 }));
    // 20 blocks: a node that is somewhat slower. The newest stays the newest.
    for _ in 0..2 {
        assert_eq!(world.read(&after), Ok(Some(5)));
        assert_eq!(world.read(&before), Err(HeadError::Behind { found: 10, known: 31 }));
    }
    // A second final block at the height of one that was seen, the newest or not.
    for number in [11, 31] {
        fork.grow_to(number);
        let forked = chain_proof(&fork, vec![], &[layout::audit_count().query()]);
        let known = world.chain.headers[number as usize].hash();
        let equivocation = HeadError::Equivocation { number, found: fork.newest().hash(), known };
        assert_eq!(world.read(&forked), Err(equivocation));
    }
}

/// Others have followed the chain beyond it: a newer proof helps.
#[test]
fn a_head_before_the_last_handoff_is_behind() {
    let mut world = world();
    let before = world.proof();
    world.hand_over(validators(2, 4));
    let at_the_handoff = {
        let mut proof = world.proof();
        (proof.handoffs, proof.head) = (Default::default(), world.handoffs[0].clone());
        proof
    };
    assert_eq!(world.read(&world.proof()), Ok(Some(5)));
    assert_eq!(world.read(&before), Err(HeadError::Behind { found: 10, known: 11 }));
    assert_eq!(world.read(&at_the_handoff), Err(HeadError::Behind { found: 11, known: 11 }));
    // A proof that contradicts itself is behind nothing.
    world.verifier = verifier(&world.chain, TrustedBlock::genesis(world.chain.genesis()));
    let mut beyond = before;
    beyond.handoffs = world.proof().handoffs;
    let error = FinalityError::NotAhead { found: 10, known: 11 };
    assert_eq!(world.read(&beyond), Err(error.into()));
}

#[test]
fn a_head_that_was_too_old_is_remembered_all_the_same() {
    let mut world = world();
    let before = world.proof();
    world.chain.grow_to(31);
    let late = world.chain.due(31) + 30_001;
    let stale = HeadError::Stale { number: 31, found: 30_001, limit: 30_000 };
    assert_eq!(world.read_at(&world.proof(), late), Err(stale));
    assert_eq!(world.read(&before), Err(HeadError::Behind { found: 10, known: 31 }));
}

#[test]
fn a_head_from_the_future_is_not_remembered() {
    let mut world = world();
    let before = world.proof();
    world.chain.grow_to(31);
    let early = world.chain.due(31) - 2_001;
    let future = HeadError::Future { number: 31, found: 2_001, limit: 2_000 };
    assert_eq!(world.read_at(&world.proof(), early), Err(future));
    assert_eq!(world.read_at(&before, early), Ok(Some(5)));
    // Nor is a handoff.
    world.hand_over(validators(2, 4));
    let error = world.read_at(&world.proof(), early).expect_err("ahead of the clock");
    assert!(matches!(error, HeadError::Future { number: 32, .. }), "{error:?}");
    assert_eq!(world.read_at(&before, early), Ok(Some(5)));
}

#[test]
fn a_block_has_a_slot_of_its_own() {
    let mut world = world();
    world.hand_over(validators(2, 4));
    let (handoff, before) = (11, world.proof());
    assert_eq!(world.read(&before), Ok(Some(5)));
    // As many slots have passed since the handoff as there are blocks, less one.
    world.chain.grow_to(19);
    world.chain.first_slot -= 1;
    world.chain.push();
    let (number, known) = (20, FIRST_SLOT + 19);
    let crowded = HeadError::SlotOrder { number, found: known, known };
    assert_eq!(world.read(&world.proof()), Err(crowded));
    assert_eq!(world.verifier.followed(), handoff);
    assert_eq!(world.read(&before), Ok(Some(5)));
}

#[test]
fn a_clock_that_went_back_makes_no_old_head_young() {
    let mut world = world();
    let now = world.chain.due(10) + 10_000;
    assert!(world.read_at(&world.proof(), now).is_ok());
    let error = world.read_at(&world.proof(), now - 2_001);
    assert_eq!(error, Err(HeadError::ClockWentBack { found: now - 2_001, known: now }));
}

#[test]
fn too_few_votes_or_votes_for_another_block_are_no_justification() {
    let mut world = world();
    let header = world.chain.newest().clone();
    let two = votes(&world.chain.validators[..2], &header, 0);
    let forged = [
        (assembled(&header, two, vec![]).encode(), "too-few-votes"),
        (justified(&validators(9, 4), &header, 0), "unknown-voter"),
        (justified(&world.chain.validators, &world.chain.headers[9], 0), "other-block"),
        (justified(&world.chain.validators, &header, 1), "other-set"),
        (vec![1, 2, 3], "malformed"),
    ];
    for (justification, rule) in forged {
        let mut proof = world.proof();
        proof.head = justified_header(&Fragment { header: header.clone(), justification });
        assert_eq!(world.read(&proof).expect_err("forged").rule(), rule);
    }
    assert_eq!(world.read(&world.proof()), Ok(Some(5)));
}

#[test]
fn another_chain_begins_elsewhere() {
    let mut world = world();
    let mut other = Chain::new(validators(2, 4));
    other.grow_to(10);
    let foreign = chain_proof(&other, vec![], &[layout::audit_count().query()]);
    for _ in 0..2 {
        // Before anything was proven, and after.
        let error = world.read(&foreign).expect_err("another chain");
        assert_eq!(error.rule(), "other-anchor");
        assert_eq!(world.read(&world.proof()), Ok(Some(5)));
    }
}

#[test]
fn a_checkpoint_of_this_chain_may_be_trusted_instead() {
    let mut world = world();
    world.hand_over(validators(2, 4));
    let at = world.chain.newest().number;
    let trusted = TrustedBlock { number: at, hash: world.chain.newest().hash() };
    world.chain.push();
    let mut proof = world.proof();
    proof.handoffs = Default::default();
    proof.origin = origin(&world.chain, at);
    world.verifier = verifier(&world.chain, trusted);
    assert_eq!(world.read(&proof), Ok(Some(5)));
    // At the height it was said to have.
    world.verifier = verifier(&world.chain, TrustedBlock { number: at - 1, ..trusted });
    assert_eq!(world.read(&proof).expect_err("another height").rule(), "other-height");
    // Of the chain that was named.
    let rules = HeadRules::new(H256::repeat_byte(1), SLOT, vec![code_hash()]);
    world.verifier = ChainVerifier::new(rules, trusted);
    assert_eq!(world.read(&proof).expect_err("another chain").rule(), "wrong-genesis");
}

#[test]
fn nodes_prove_what_is_asked_and_nothing_else() {
    let mut world = world();
    let count = layout::audit_count().query();
    let neighbour = regent_proof::Query::Value([b"neighbour", &7u64.encode()[..]].concat());
    let unused = chain_proof(&world.chain, vec![], &[count.clone(), neighbour]);
    assert_eq!(world.read(&unused).expect_err("more").rule(), "unused-nodes");
    let mut missing = world.proof();
    let nodes = missing.nodes.iter().skip(1).map(|node| node.to_vec()).collect();
    missing.nodes = proof_nodes(nodes);
    let error = world.read(&missing).expect_err("fewer");
    assert!(["missing-node", "other-root"].contains(&error.rule()), "{error}");
    let mut old = world.proof();
    old.nodes = proof_nodes(world.chain.states[3].prove(&ChainVerifier::queries(&[count])));
    let expected = world.chain.newest().state_root;
    assert_eq!(world.read(&old), Err(StateError::OtherRoot { expected }.into()));
}

#[test]
fn code_that_nobody_reviewed_is_not_believed() {
    let mut world = world();
    world.chain.push_with(vec![], |state| state.set_bytes(layout::CODE, &[7; 50_000]));
    let error = world.read(&world.proof()).expect_err("unknown");
    assert_eq!(error.rule(), "unknown-code");
    let trusted = TrustedBlock::genesis(world.chain.genesis());
    world.verifier = verifier(&world.chain, trusted).insecure_any_code();
    assert_eq!(world.read(&world.proof()), Ok(Some(5)));
}

#[test]
fn a_proof_is_bounded_as_a_whole() {
    let mut world = world();
    let mut large = world.proof();
    large.origin.nodes = proof_nodes(vec![vec![0; 65_536]; 9]);
    let error = world.read(&large).expect_err("too large");
    let found = large.encoded_size();
    let what = "bytes of a chain proof";
    assert_eq!(error, FinalityError::TooLarge { what, found, limit: 524_288 }.into());
}
