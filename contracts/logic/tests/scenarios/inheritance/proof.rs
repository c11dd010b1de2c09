//! What proves a case, and what stops it.

use regent_contract_logic::{
    attestation::Case,
    inheritance::{Event, Step},
    Error,
};

use super::estate::*;
use crate::stage::*;

#[test]
fn any_act_of_the_owner_is_a_proof_of_life_until_the_heir_executes() {
    let mut estate = Estate::proven(terms());
    let (mut contract, stage) = estate.enter();

    contract.submit(&stage, request_of_owner(&stage)).unwrap();

    let late = contract.execute(&stage.by(BOB), Step::Succeed(0));
    assert_eq!(late, Err(Error::NotProven));
}

#[test]
fn silence_cannot_be_reported_within_the_interval_nor_by_strangers() {
    let mut estate = Estate::under(terms());
    let (mut contract, mut stage) = estate.enter();
    stage.pass(INTERVAL);
    assert_eq!(contract.report_silence(&stage.by(BOB)), Err(Error::NotSilent));
    stage.pass(1);
    assert_eq!(contract.report_silence(&stage.by(99)), Err(Error::NotConcerned));
    contract.report_silence(&stage.by(BOB)).unwrap();
    contract.prove_life(&stage).unwrap();
    assert_eq!(contract.state.grace_until(), None);
}

#[test]
fn a_halted_chain_kills_nobody() {
    let mut estate = Estate::under(terms());
    let (mut contract, mut stage) = estate.enter();

    // A year without blocks is not a block of silence.
    stage.halt(31_536_000_000);
    assert_eq!(contract.report_silence(&stage.by(BOB)), Err(Error::NotSilent));

    // The chain stops in the last block of grace: grace starts anew when it wakes.
    stage.pass(INTERVAL);
    contract.report_silence(&stage.by(BOB)).unwrap();
    stage.pass(GRACE);
    stage.halt(3_600_000);
    let observed = contract.observe(&stage.by(99)).unwrap();
    assert_eq!(observed.events, [Event::Restarted(stage.now.block + GRACE)]);
    attest_death(&mut contract, &stage);
    assert_eq!(contract.state.contest_until(Case::Death), None, "silence is not over");

    // And so does the contest period, in the very call that would have executed.
    stage.pass(GRACE + 1);
    contract.observe(&stage).unwrap();
    stage.pass(CONTEST);
    stage.halt(3_600_000);
    let executed = contract.execute(&stage.by(BOB), Step::Succeed(0)).unwrap();
    assert!(executed.actions.is_empty());
    assert!(contract.obeys(address(ALICE)));
}

#[test]
fn a_named_party_contests_as_often_as_the_terms_say() {
    let mut estate = Estate::under(terms());
    let (mut contract, mut stage) = estate.enter();
    fall_silent(&mut contract, &mut stage);
    attest_death(&mut contract, &stage);
    assert_eq!(contract.contest(&stage.by(BOB), Case::Death), Err(Error::MayNotContest));
    contract.contest(&stage.by(FRIEND), Case::Death).unwrap();

    // Nobody gave a proof of life: silence can be reported at once, and grace runs again.
    contract.report_silence(&stage.by(BOB)).unwrap();
    stage.pass(GRACE + 1);
    attest_death(&mut contract, &stage);
    assert_eq!(contract.contest(&stage.by(FRIEND), Case::Death), Err(Error::NoContestLeft));
    stage.pass(CONTEST + 1);
    take(&mut contract, &stage.by(BOB), Step::Succeed(0));
}

#[test]
fn an_attestation_taken_back_proves_nothing() {
    let mut estate = Estate::proven(terms());
    let (mut contract, stage) = estate.enter();
    contract.retract(&stage.by(NOTARY), Case::Death, 1).unwrap();
    assert_eq!(contract.execute(&stage.by(BOB), Step::Succeed(0)), Err(Error::NotProven));
}
