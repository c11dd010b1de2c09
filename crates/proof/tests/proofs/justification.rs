//! Justifications: who finalised a block.

use codec::Encode;
use regent_proof::{
    verify_justification, AuthoritySet, FinalityError, Header, Justified, Limits, SetFault,
};
use sp_core::{Pair, H256};

use crate::world::*;

/// The set of every test that does not say another.
const SET: u64 = 3;

fn verified(bytes: &[u8], set: &AuthoritySet) -> Result<Justified, FinalityError> {
    verify_justification(bytes, set, &Limits::default())
}

/// Four validators and a chain of some blocks.
fn four() -> (Vec<Validator>, AuthoritySet, Chain) {
    let four = validators(1, 4);
    let mut chain = Chain::new(four.clone());
    chain.grow_to(6);
    (four.clone(), set(SET, &four), chain)
}

/// The refusal of a justification made of these votes for the block at height 4.
fn refused(precommits: Vec<SignedPrecommit>, headers: Vec<Header>) -> FinalityError {
    let (_, set, chain) = four();
    let bytes = assembled(&chain.headers[4], precommits, headers).encode();
    verified(&bytes, &set).expect_err("a lie")
}

#[test]
fn just_enough_validators_finalise_and_one_less_do_not() {
    for (count, threshold) in [(1, 1), (4, 3), (100, 67)] {
        let all = validators(1, count);
        let mut chain = Chain::new(all.clone());
        let target = chain.push().newest();
        let set = set(SET, &all);
        let bytes = assembled(target, votes(&all[..threshold], target, SET), vec![]).encode();
        let justified = verified(&bytes, &set).expect("enough");
        assert_eq!((justified.number, justified.hash), (1, target.hash()));
        assert_eq!((justified.round, justified.equivocators), (ROUND, vec![]));

        let fewer = votes(&all[..threshold - 1], target, SET);
        let error = verified(&assembled(target, fewer, vec![]).encode(), &set).expect_err("few");
        let (found, expected) = (threshold as u64 - 1, threshold as u64);
        assert_eq!(error, FinalityError::TooFewVotes { found, expected }, "{count}");
    }
}

#[test]
fn weights_count_not_heads() {
    let (four, _, chain) = four();
    let target = chain.newest();
    let weights = [10, 1, 1, 1];
    let heavy =
        four.iter().zip(weights).map(|(validator, weight)| (validator.public().into(), weight));
    let heavy = AuthoritySet::new(SET, heavy.collect()).expect("a set");
    let by = |voters: &[Validator]| assembled(target, votes(voters, target, SET), vec![]).encode();
    assert!(verified(&by(&four[..1]), &heavy).is_ok());
    let error = verified(&by(&four[1..]), &heavy).expect_err("3 of 13");
    assert_eq!(error, FinalityError::TooFewVotes { found: 3, expected: 9 });
}

#[test]
fn votes_for_later_blocks_count_with_their_headers() {
    let (four, set, chain) = four();
    let [target, later] = [4, 6].map(|number: usize| &chain.headers[number]);
    let precommits = [votes(&four[..2], target, SET), votes(&four[2..], later, SET)].concat();
    let honest = |headers| assembled(target, precommits.clone(), headers).encode();
    assert!(verified(&honest(chain.run(5..=6)), &set).is_ok());

    // One header less, one more, one twice.
    let missing = verified(&honest(chain.run(6..=6)), &set).expect_err("missing");
    assert_eq!(missing, FinalityError::MissingAncestry { hash: chain.headers[5].hash() });
    let unused = verified(&honest(chain.run(4..=6)), &set).expect_err("unused");
    assert_eq!(unused, FinalityError::UnusedHeaders { found: 3, expected: 2 });
    let twice = [chain.run(5..=6), chain.run(6..=6)].concat();
    let twice = verified(&honest(twice), &set).expect_err("twice");
    assert_eq!(twice, FinalityError::DuplicateHeader { hash: later.hash() });
}

#[test]
fn a_forged_signature_is_refused() {
    let (four, _, chain) = four();
    let target = &chain.headers[4];
    let stranger = validators(9, 1).remove(0);
    let mut forged = votes(&four, target, SET);
    // The stranger's signature under a validator's name.
    forged[1].signature = vote(&stranger, target.hash(), 4, ROUND, SET).signature;
    let voter = four[1].public().into();
    assert_eq!(
        refused(forged, vec![]),
        FinalityError::BadSignature { voter, round: ROUND, set: SET }
    );
    // Of another round.
    let mut replayed = votes(&four, target, SET);
    replayed[0] = vote(&four[0], target.hash(), 4, ROUND + 1, SET);
    assert!(matches!(refused(replayed, vec![]), FinalityError::BadSignature { .. }));
}

#[test]
fn votes_of_another_set_are_refused() {
    let (four, _, chain) = four();
    let target = &chain.headers[4];
    for other in [SET - 1, SET + 1] {
        let error = refused(votes(&four, target, other), vec![]);
        assert_eq!(error, FinalityError::OtherSet { found: other, expected: SET });
    }
    let strangers = validators(9, 4);
    let error = refused(votes(&strangers, target, SET), vec![]);
    let voter = strangers[0].public().into();
    assert_eq!(error, FinalityError::UnknownVoter { voter, set: SET });
    // One stranger among enough votes is one too many.
    let mut mixed = votes(&four, target, SET);
    mixed.push(vote(&strangers[0], target.hash(), 4, ROUND, SET));
    assert!(matches!(refused(mixed, vec![]), FinalityError::UnknownVoter { .. }));
}

#[test]
fn votes_for_a_fork_do_not_finalise() {
    let (four, set, chain) = four();
    let mut fork = chain.fork(3);
    fork.grow_to(6);
    let target = &chain.headers[4];
    // All votes are for the fork; the justification names the chain's block.
    let error = refused(votes(&four, &fork.headers[4], SET), vec![]);
    assert_eq!(error, FinalityError::NotFinalised { target: target.hash() });
    // Two and two, with headers that lead to where they part: neither is final.
    let split =
        || [votes(&four[..2], target, SET), votes(&four[2..], &fork.headers[4], SET)].concat();
    assert!(matches!(refused(split(), vec![]), FinalityError::MissingAncestry { .. }));
    let both = vec![target.clone(), fork.headers[4].clone()];
    assert!(matches!(refused(split(), both), FinalityError::MissingAncestry { .. }));
    // One vote below both: then the parting block is final, and nothing above it.
    let mut based = split();
    based[0] = vote(&four[0], chain.headers[3].hash(), 3, ROUND, SET);
    let headers = vec![target.clone(), fork.headers[4].clone()];
    let error = refused(based.clone(), headers.clone());
    assert_eq!(error, FinalityError::NotFinalised { target: target.hash() });
    let parting = assembled(&chain.headers[3], based, headers).encode();
    assert_eq!(verified(&parting, &set).expect("final").hash, chain.headers[3].hash());
}

#[test]
fn a_vote_counts_once() {
    let (four, _, chain) = four();
    let target = &chain.headers[4];
    let mut twice = votes(&four[..2], target, SET);
    twice.push(twice[0].clone());
    let voter = four[0].public().into();
    assert_eq!(refused(twice, vec![]), FinalityError::DuplicateVote { voter });
    // Nobody has a third vote, whatever it is for.
    let three =
        (4..=6).map(|at: u32| vote(&four[0], chain.headers[at as usize].hash(), at, ROUND, SET));
    let three = three.chain(votes(&four[1..], target, SET)).collect();
    assert!(matches!(refused(three, chain.run(5..=6)), FinalityError::DuplicateVote { .. }));
    // More than two a member are not looked at.
    let many = [votes(&four, target, SET), votes(&four, target, SET), votes(&four, target, SET)];
    let error = refused(many.concat(), vec![]);
    assert_eq!(error, FinalityError::TooLarge { what: "votes", found: 12, limit: 8 });
}

#[test]
fn who_votes_twice_in_a_round_counts_for_both_and_is_named() {
    let (four, set, chain) = four();
    let mut fork = chain.fork(4);
    fork.push();
    let target = &chain.headers[4];
    let mut precommits = votes(&four[..2], target, SET);
    for header in [&chain.headers[5], &fork.headers[5]] {
        precommits.push(vote(&four[3], header.hash(), 5, ROUND, SET));
    }
    let headers = vec![chain.headers[5].clone(), fork.headers[5].clone()];
    let bytes = assembled(target, precommits, headers).encode();
    let justified = verified(&bytes, &set).expect("three of four");
    assert_eq!(justified.equivocators, vec![four[3].public().into()]);
}

#[test]
fn heights_follow_from_headers() {
    let (four, set, chain) = four();
    let [target, later] = [4, 6].map(|number: usize| &chain.headers[number]);
    // Signed, but not what the headers say.
    let mut high = votes(&four, target, SET);
    high[3] = vote(&four[3], later.hash(), 9, ROUND, SET);
    let error = refused(high, chain.run(5..=6));
    let expected = FinalityError::OtherHeight { hash: later.hash(), found: 9, expected: 6 };
    assert_eq!(error, expected);
    let mut two_heights = votes(&four, target, SET);
    two_heights[3] = vote(&four[3], target.hash(), 5, ROUND, SET);
    assert!(matches!(refused(two_heights, vec![]), FinalityError::OtherHeight { .. }));
    // All agree on a wrong one: the justification is of that, and a header never fits it.
    let wrong: Vec<_> =
        four.iter().map(|voter| vote(voter, target.hash(), 9, ROUND, SET)).collect();
    let mut lie = assembled(target, wrong, vec![]);
    assert!(matches!(verified(&lie.encode(), &set), Err(FinalityError::NotFinalised { .. })));
    lie.commit.target_number = 9;
    assert_eq!(verified(&lie.encode(), &set).map(|justified| justified.number), Ok(9));
    let run = regent_proof::verify_run(
        std::slice::from_ref(target),
        &lie.encode(),
        &set,
        &Limits::default(),
    );
    let hash = target.hash();
    assert_eq!(run, Err(FinalityError::OtherHeight { hash, found: 9, expected: 4 }));
}

#[test]
fn sizes_are_bounded_and_all_bytes_count() {
    let (four, set, chain) = four();
    let bytes = justified(&four, chain.newest(), SET);
    let what = "bytes of a justification";
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(verified(&longer, &set), Err(FinalityError::Malformed { what }));
    for end in 0..bytes.len() {
        assert!(verified(&bytes[..end], &set).is_err(), "{end}");
    }
    let limit = bytes.len() - 1;
    let tight = Limits { justification_bytes: limit, ..Limits::default() };
    let error = verify_justification(&bytes, &set, &tight);
    assert_eq!(error, Err(FinalityError::TooLarge { what, found: bytes.len(), limit }));
    let headers = chain.run(1..=6);
    let tight = Limits { headers: 5, ..Limits::default() };
    let many = assembled(chain.newest(), votes(&four, chain.newest(), SET), headers).encode();
    let error = verify_justification(&many, &set, &tight);
    assert_eq!(error, Err(FinalityError::TooLarge { what: "headers", found: 6, limit: 5 }));
    // Nobody at all.
    let nobody = refused(vec![], vec![]);
    assert_eq!(nobody, FinalityError::TooFewVotes { found: 0, expected: 3 });
}

#[test]
fn impossible_sets_are_refused() {
    let (four, ..) = four();
    let fault = |authorities| match AuthoritySet::new(SET, authorities) {
        Err(FinalityError::InvalidSet { set: SET, fault }) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(fault(vec![]), SetFault::Empty);
    assert_eq!(fault([list(&four), list(&four[..1])].concat()), SetFault::Repeated);
    let weighted = |weight| vec![(four[0].public().into(), 1), (four[1].public().into(), weight)];
    assert_eq!(fault(weighted(0)), SetFault::Weight);
    assert_eq!(fault(weighted(u64::MAX)), SetFault::Weight);
    assert_eq!(fault(list(&validators(1, 1_025))), SetFault::TooMany);
    assert!(AuthoritySet::new(SET, list(&validators(1, 1_024))).is_ok());
    // And so is their encoding.
    let encoded = (SET, list(&[])).encode();
    assert!(<AuthoritySet as codec::DecodeAll>::decode_all(&mut &encoded[..]).is_err());
}

#[test]
fn a_hash_that_no_header_has_is_no_ancestor() {
    let (four, _, chain) = four();
    let mut lost = votes(&four, &chain.headers[4], SET);
    lost[3] = vote(&four[3], H256::repeat_byte(1), 5, ROUND, SET);
    let error = refused(lost, vec![]);
    assert_eq!(error, FinalityError::MissingAncestry { hash: H256::repeat_byte(1) });
}
