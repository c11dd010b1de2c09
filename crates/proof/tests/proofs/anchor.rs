//! Where trust begins, and how it moves from set to set.

use codec::{Decode, Encode};
use regent_proof::{layout, Anchor, FinalityError, Fragment, Limits, StateError};
use sp_core::H256;

use crate::world::*;

fn from_genesis(chain: &Chain) -> Result<Anchor, FinalityError> {
    let nodes = chain.states[0].prove(&layout::authorities().queries());
    let genesis = chain.genesis();
    Anchor::from_state(genesis, genesis, &chain.headers[0], &nodes, &Limits::default())
}

/// A chain with three changes of authorities, its handoffs, and those who finalised it at first.
fn changing() -> (Chain, Vec<Fragment>, Vec<Validator>) {
    let first = validators(1, 4);
    let mut chain = Chain::new(first.clone());
    let mut fragments = Vec::new();
    for (height, next) in [(5, validators(2, 5)), (9, validators(3, 100)), (20, validators(1, 4))] {
        chain.grow_to(height - 1);
        let (signers, id) = (chain.validators.clone(), chain.set_id);
        chain.hand_over(next);
        let justification = justified(&signers, chain.newest(), id);
        fragments.push(Fragment { header: chain.newest().clone(), justification });
    }
    chain.grow_to(30);
    fragments.push(chain.fragment());
    (chain, fragments, first)
}

#[test]
fn the_first_set_is_read_from_the_genesis() {
    let chain = Chain::new(validators(1, 4));
    let anchor = from_genesis(&chain).expect("the genesis");
    assert_eq!(anchor.set, set(0, &validators(1, 4)));
    assert_eq!((anchor.number, anchor.hash, anchor.genesis), (0, chain.genesis(), chain.genesis()));
    assert_eq!(anchor.slot, None);
}

#[test]
fn a_later_block_tells_who_follows() {
    let (chain, ..) = changing();
    for (number, id, members) in [(4, 0, validators(1, 4)), (5, 1, validators(2, 5))] {
        let (header, state) = (&chain.headers[number], &chain.states[number]);
        let nodes = state.prove(&layout::authorities().queries());
        let hash = header.hash();
        let anchor = Anchor::from_state(chain.genesis(), hash, header, &nodes, &Limits::default());
        let anchor = anchor.expect("trusted");
        assert_eq!(anchor.set, set(id, &members));
        assert_eq!(anchor.slot, Some(FIRST_SLOT + number as u64));
    }
}

#[test]
fn another_header_than_the_trusted_one_is_refused() {
    let (ours, theirs) = (Chain::new(validators(1, 4)), Chain::new(validators(2, 4)));
    let nodes = theirs.states[0].prove(&layout::authorities().queries());
    let (found, expected) = (theirs.genesis(), ours.genesis());
    let header = &theirs.headers[0];
    let error = Anchor::from_state(expected, expected, header, &nodes, &Limits::default());
    assert_eq!(error, Err(FinalityError::OtherAnchor { found, expected }));
    // Trusted by its own hash, but the first block of another chain.
    let error = Anchor::from_state(expected, found, header, &nodes, &Limits::default());
    assert_eq!(error, Err(FinalityError::OtherAnchor { found, expected }));
    // The trusted header with another's state.
    let header = &ours.headers[0];
    let error = Anchor::from_state(expected, expected, header, &nodes, &Limits::default());
    let root = ours.states[0].root();
    assert_eq!(error, Err(FinalityError::State(StateError::OtherRoot { expected: root })));
}

#[test]
fn a_state_that_does_not_name_one_set_is_no_anchor() {
    let mut chain = Chain::new(validators(1, 4));
    let keys = layout::authorities();
    chain.push_with(vec![], |state| state.set(&keys.pending, &vec![1, 2, 3]));
    chain.push_with(vec![], |state| {
        state.remove(keys.pending.bytes());
        state.remove(keys.authorities.bytes());
    });
    let read = |number: usize| {
        let nodes = chain.states[number].prove(&layout::authorities().queries());
        let header = &chain.headers[number];
        Anchor::from_state(chain.genesis(), header.hash(), header, &nodes, &Limits::default())
    };
    assert_eq!(read(1), Err(FinalityError::PendingChange { number: 1 }));
    assert!(matches!(read(2), Err(FinalityError::InvalidSet { set: 0, .. })));
}

#[test]
fn trust_follows_every_change() {
    let (chain, fragments, _) = changing();
    let limits = Limits::default();
    let start = from_genesis(&chain).expect("the genesis");
    let (anchor, header) = start.follow(&fragments, &limits).expect("followed");
    assert_eq!(anchor.set, set(3, &validators(1, 4)));
    assert_eq!((anchor.number, anchor.hash), (30, chain.newest().hash()));
    assert_eq!((header.number(), header.hash()), (30, chain.newest().hash()));
    assert_eq!(anchor.genesis, chain.genesis());
    // In parts, by way of their encoding.
    let (part, _) = start.follow(&fragments[..2], &limits).expect("followed");
    let part = Anchor::decode(&mut &part.encode()[..]).expect("kept");
    assert_eq!(part.set.id(), 2);
    let bytes = fragments[2..].to_vec().encode();
    let rest = Fragment::chain_from_bytes(&bytes, &limits).expect("read");
    assert_eq!(part.follow(&rest, &limits).expect("followed").0, anchor);
    // Once is enough.
    let error = anchor.follow(&fragments, &limits).expect_err("behind");
    assert_eq!(error, FinalityError::NotAhead { found: 5, known: 30 });
}

#[test]
fn a_replaced_set_finalises_nothing_more() {
    let (chain, fragments, first) = changing();
    let limits = Limits::default();
    let start = from_genesis(&chain).expect("the genesis");
    let (after, _) = start.follow(&fragments[..1], &limits).expect("followed");
    // Those of set 0 finalise a fork that leaves out the change.
    let mut fork = chain.fork(4);
    fork.validators = first.clone();
    fork.set_id = 0;
    fork.grow_to(12);
    let error = after.follow(&[fork.fragment()], &limits).expect_err("replaced");
    assert!(matches!(error, FinalityError::UnknownVoter { set: 1, .. }), "{error}");
    // The same members are in office again later, under another number.
    let (last, _) = start.follow(&fragments[..3], &limits).expect("followed");
    fork.grow_to(31);
    let lie = Fragment {
        header: fork.newest().clone(),
        justification: justified(&first, fork.newest(), 2),
    };
    let error = last.follow(&[lie], &limits).expect_err("of another number");
    assert_eq!(error, FinalityError::OtherSet { found: 2, expected: 3 });
}

#[test]
fn no_handoff_can_be_left_out_or_turned_round() {
    let (chain, fragments, _) = changing();
    let limits = Limits::default();
    let start = from_genesis(&chain).expect("the genesis");
    for left_out in 0..3 {
        let mut some = fragments.clone();
        some.remove(left_out);
        let error = start.follow(&some, &limits).expect_err("one is missing");
        assert!(
            matches!(error, FinalityError::UnknownVoter { .. } | FinalityError::TooLarge { .. }),
            "{left_out}: {error}"
        );
    }
    let mut turned = fragments.clone();
    turned.swap(0, 1);
    assert!(start.follow(&turned, &limits).is_err());
    // A justified block without a change is the last, or refused.
    let mut quiet = Chain::new(validators(1, 4));
    quiet.grow_to(2);
    let early = quiet.fragment();
    quiet.grow_to(4);
    let two = [early.clone(), quiet.fragment()];
    let error = quiet.pinned(&validators(1, 4)).follow(&two, &limits);
    assert_eq!(error, Err(FinalityError::NoChange { number: 2 }));
    assert!(quiet.pinned(&validators(1, 4)).follow(&two[1..], &limits).is_ok());
    let nothing = start.follow(&[], &limits);
    assert_eq!(nothing, Err(FinalityError::NoHeader));
}

#[test]
fn handoffs_are_bounded() {
    let (chain, fragments, _) = changing();
    let start = from_genesis(&chain).expect("the genesis");
    let tight = Limits { fragments: 3, ..Limits::default() };
    let error = start.follow(&fragments, &tight);
    assert_eq!(error, Err(FinalityError::TooLarge { what: "handoffs", found: 4, limit: 3 }));
    let what = "bytes of handoffs";
    let bytes = [fragments.encode(), vec![0]].concat();
    let error = Fragment::chain_from_bytes(&bytes, &Limits::default());
    assert_eq!(error, Err(FinalityError::Malformed { what }));
    // A count that no memory holds.
    let huge = [&codec::Compact(u32::MAX).encode()[..], &[0; 64]].concat();
    let error = Fragment::chain_from_bytes(&huge, &Limits::default());
    assert_eq!(error, Err(FinalityError::Malformed { what }));
    let hash = H256::repeat_byte(1);
    let pinned = Anchor::pinned(hash, 9, hash, set(4, &validators(1, 4)));
    assert_eq!(Anchor::decode(&mut &pinned.encode()[..]), Ok(pinned));
}
