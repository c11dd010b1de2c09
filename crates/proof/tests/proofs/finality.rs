//! Runs of headers that end in a justified one.

use codec::Encode;
use regent_proof::{verify_run, FinalRun, FinalityError, FinalityProof, Header, Limits};
use sp_consensus_grandpa::{ConsensusLog, ScheduledChange, GRANDPA_ENGINE_ID};
use sp_core::H256;
use sp_runtime::DigestItem;

use crate::world::*;

/// A chain of four validators, ten blocks long.
fn chain() -> Chain {
    let mut chain = Chain::new(validators(1, 4));
    chain.grow_to(10);
    chain
}

fn verified(
    chain: &Chain,
    headers: &[Header],
    justification: &[u8],
) -> Result<FinalRun, FinalityError> {
    let set = set(chain.set_id, &chain.validators);
    verify_run(headers, justification, &set, &Limits::default())
}

#[test]
fn ancestors_of_a_justified_header_are_final() {
    let chain = chain();
    for first in [1, 7, 10] {
        let run = verified(&chain, &chain.run(first..=10), &chain.justification()).expect("final");
        assert_eq!(run.headers().len(), 11 - first as usize);
        let oldest = run.headers()[0].clone();
        assert_eq!((oldest.number(), oldest.hash()), (first, chain.headers[first as usize].hash()));
        assert_eq!(oldest.state_root(), chain.states[first as usize].root());
        assert_eq!(oldest.slot(), Some(FIRST_SLOT + u64::from(first)));
        assert_eq!(run.newest().hash(), chain.newest().hash());
        assert_eq!(run.next, None);
    }
}

#[test]
fn headers_that_do_not_lead_to_the_justified_one_are_refused() {
    let chain = chain();
    let justification = chain.justification();
    // One left out.
    let mut gap = chain.run(5..=10);
    let left_out = gap.remove(2);
    let error = verified(&chain, &gap, &justification).expect_err("a gap");
    let (found, expected) = (left_out.hash(), left_out.parent_hash);
    assert_eq!(error, FinalityError::BrokenChain { number: 8, found, expected });
    // Out of order.
    let mut mixed = chain.run(5..=10);
    mixed.swap(1, 2);
    assert!(matches!(
        verified(&chain, &mixed, &justification),
        Err(FinalityError::BrokenChain { .. })
    ));
    // Ended too early, and a fork's end.
    let error = verified(&chain, &chain.run(5..=9), &justification).expect_err("not the end");
    let (found, expected) = (chain.newest().hash(), chain.headers[9].hash());
    assert_eq!(error, FinalityError::OtherBlock { found, expected });
    let mut fork = chain.fork(9);
    fork.push();
    assert!(matches!(
        verified(&chain, &fork.run(5..=10), &justification),
        Err(FinalityError::OtherBlock { .. })
    ));
    assert_eq!(verified(&chain, &[], &justification), Err(FinalityError::NoHeader));
}

#[test]
fn a_header_with_another_state_is_another_header() {
    let chain = chain();
    let mut headers = chain.run(8..=10);
    headers[2].state_root = H256::repeat_byte(1);
    assert!(matches!(
        verified(&chain, &headers, &chain.justification()),
        Err(FinalityError::OtherBlock { .. })
    ));
    let mut headers = chain.run(8..=10);
    headers[0].state_root = H256::repeat_byte(1);
    assert!(matches!(
        verified(&chain, &headers, &chain.justification()),
        Err(FinalityError::BrokenChain { number: 9, .. })
    ));
    // A height that its hash covers, and that does not follow.
    let mut skipped = chain.fork(9);
    skipped.push();
    skipped.headers[10].number = 12;
    let error = verified(&skipped, &skipped.run(8..=10), &skipped.justification());
    let hash = skipped.newest().hash();
    assert_eq!(error, Err(FinalityError::OtherHeight { hash, found: 12, expected: 10 }));
}

#[test]
fn a_replayed_justification_is_of_another_block() {
    let mut chain = chain();
    let old = chain.justification();
    chain.push();
    let error = verified(&chain, &chain.run(9..=11), &old).expect_err("old");
    let (found, expected) = (chain.headers[10].hash(), chain.newest().hash());
    assert_eq!(error, FinalityError::OtherBlock { found, expected });
}

#[test]
fn a_change_of_authorities_needs_a_justification_of_its_own() {
    let mut chain = chain();
    let before = chain.clone();
    let next = validators(2, 5);
    chain.hand_over(next.clone());
    // Of the block that makes the change, by those before it: the next set is known.
    let by_old = justified(&before.validators, chain.newest(), 0);
    let run = verified(&before, &chain.run(9..=11), &by_old).expect("final");
    assert_eq!(run.next, Some(set(1, &next)));
    // Of a later block: whoever signs it.
    chain.push();
    for (signers, id) in [(&before, 0), (&chain, 1)] {
        let justification = justified(&signers.validators, chain.newest(), id);
        let error = verified(signers, &chain.run(9..=12), &justification).expect_err("skipped");
        assert_eq!(error, FinalityError::UnjustifiedChange { number: 11 });
    }
    // From the block after the change on, the new set finalises.
    assert!(verified(&chain, &chain.run(12..=12), &chain.justification()).is_ok());
    let by_old = justified(&before.validators, chain.newest(), 0);
    assert!(matches!(
        verified(&chain, &chain.run(12..=12), &by_old),
        Err(FinalityError::UnknownVoter { set: 1, .. })
    ));
}

#[test]
fn changes_that_nothing_proves_are_refused() {
    let next = validators(2, 4);
    let scheduled = ScheduledChange { next_authorities: list(&next), delay: 0u32 };
    let forced = ConsensusLog::ForcedChange(3, scheduled.clone()).encode();
    let grandpa = |bytes| DigestItem::Consensus(GRANDPA_ENGINE_ID, bytes);
    let trailing = [ConsensusLog::ScheduledChange(scheduled).encode(), vec![0]].concat();
    let empty = change(&[], 0);
    let number = 11;
    for (logs, expected) in [
        (vec![grandpa(forced)], FinalityError::ForcedChange { number }),
        (vec![change(&next, 2)], FinalityError::DelayedChange { number, delay: 2 }),
        (vec![change(&next, 0), change(&next, 0)], FinalityError::AmbiguousChange { number }),
        (vec![grandpa(trailing)], FinalityError::UnknownDigest { number }),
        (vec![grandpa(vec![99])], FinalityError::UnknownDigest { number }),
    ] {
        let mut chain = chain();
        chain.push_with(logs, |_| ());
        let error = verified(&chain, &chain.run(11..=11), &chain.justification());
        assert_eq!(error, Err(expected.clone()));
        // In the middle of a run as well.
        chain.push();
        let error = verified(&chain, &chain.run(10..=12), &chain.justification());
        assert_eq!(error, Err(expected));
    }
    let mut chain = chain();
    chain.push_with(vec![empty], |_| ());
    let error = verified(&chain, &chain.run(11..=11), &chain.justification());
    assert!(matches!(error, Err(FinalityError::InvalidSet { set: 1, .. })), "{error:?}");
    // What other engines say, and what changes nobody, is not looked at.
    let mut quiet = self::chain();
    let disabled = ConsensusLog::<u32>::OnDisabled(1).encode();
    let other = DigestItem::Consensus(*b"othr", vec![99]);
    quiet.push_with(vec![grandpa(disabled), other], |_| ());
    assert!(verified(&quiet, &quiet.run(11..=11), &quiet.justification()).is_ok());
}

#[test]
fn runs_are_bounded() {
    let chain = chain();
    let set = set(0, &chain.validators);
    let headers = chain.run(1..=10);
    let tight = Limits { headers: 9, ..Limits::default() };
    let error = verify_run(&headers, &chain.justification(), &set, &tight);
    assert_eq!(error, Err(FinalityError::TooLarge { what: "headers", found: 10, limit: 9 }));
    let size = headers[0].encoded_size();
    let tight = Limits { header_bytes: size - 1, ..Limits::default() };
    let error = verify_run(&headers, &chain.justification(), &set, &tight);
    let what = "bytes of a header";
    assert_eq!(error, Err(FinalityError::TooLarge { what, found: size, limit: size - 1 }));
}

#[test]
fn what_a_node_answers_is_a_run() {
    let chain = chain();
    let answer = |block, unknown_headers| FinalityProof {
        block,
        justification: chain.justification(),
        unknown_headers,
    };
    let honest = answer(chain.newest().hash(), chain.run(8..=10));
    // The SDK's layout: hash, justification with its length, headers.
    let layout = (honest.block, chain.justification(), chain.run(8..=10)).encode();
    assert_eq!(honest.encode(), layout);
    let read = FinalityProof::from_bytes(&layout, &Limits::default()).expect("read");
    assert_eq!(read, honest);
    let (headers, justification) = read.into_run(chain.headers[7].clone()).expect("a run");
    assert_eq!(headers, chain.run(7..=10));
    assert!(verified(&chain, &headers, &justification).is_ok());

    let (found, expected) = (chain.headers[9].hash(), chain.newest().hash());
    let error = answer(found, chain.run(8..=10)).into_run(chain.headers[7].clone());
    assert_eq!(error, Err(FinalityError::OtherBlock { found, expected }));
    let what = "bytes of a finality proof";
    let longer = [&layout[..], &[0]].concat();
    let error = FinalityProof::from_bytes(&longer, &Limits::default());
    assert_eq!(error, Err(FinalityError::Malformed { what }));
    let error = FinalityProof::from_bytes(&vec![0; 8 << 20], &Limits::default());
    assert!(matches!(error, Err(FinalityError::TooLarge { .. })));
}
