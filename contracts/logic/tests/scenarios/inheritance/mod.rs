//! A key passes on when its owner is silent, dead or incapable.

mod control;
mod estate;
mod preparation;
mod proof;

use regent_contract_logic::{
    attestation::Case,
    inheritance::{Controller, Heir, Inheritance, State, Step, Succession, Terms},
    Action, Error,
};

use self::estate::*;
use crate::stage::*;

#[test]
fn an_heir_inherits_after_silence_attestation_and_contest_period() {
    let mut estate = Estate::under(terms());
    let (mut contract, mut stage) = estate.enter();

    // Proof of life missed, attested, and stopped by the owner.
    fall_silent(&mut contract, &mut stage);
    attest_death(&mut contract, &stage);
    contract.contest(&stage.by(ALICE), Case::Death).unwrap();
    stage.pass(CONTEST + 1);
    let early = contract.execute(&stage.by(BOB), Step::Succeed(0));
    assert_eq!(early, Err(Error::NotProven));

    // Years later, attested again; nobody contests.
    fall_silent(&mut contract, &mut stage);
    attest_death(&mut contract, &stage);
    let early = contract.execute(&stage.by(BOB), Step::Succeed(0));
    assert_eq!(early, Err(Error::StillContestable));
    stage.pass(CONTEST + 1);

    let early = contract.execute(&stage.by(BOB), Step::Succeed(0));
    assert_eq!(early, Err(Error::NotPrepared));
    let prepared = prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));
    let [Action::Withdraw(KEY), Action::FulfilCondition { condition, evidence }, Action::Submit(request)] =
        prepared.as_slice()
    else {
        panic!("{prepared:?}");
    };
    assert_eq!((*condition, *evidence), (CONDITION, CERTIFICATE));
    assert_eq!(request.operation[3..35], [BOB; 32]);
    assert!(contract.obeys(address(ALICE)), "preparing changes nothing yet");

    let executed = contract.execute(&stage.by(BOB), Step::Succeed(0)).unwrap();
    let heir = party(BOB);
    assert_eq!(
        executed.actions,
        [
            Action::TransferControl { key: KEY, owner: heir.account, policy: heir.policy },
            Action::WithdrawCondition(CONDITION),
        ]
    );
    assert_eq!(contract.state.controller(), Controller::Nobody);
    assert_eq!(contract.submit(&stage, request_of_owner(&stage)), Err(Error::NotInControl));
}

#[test]
fn a_contract_keeps_only_a_key_that_it_owns() {
    let terms = terms();
    let mut stage = Stage::new();
    let mut state = State::new(&terms, &stage).unwrap();
    stage.key_owner = party(ALICE).account;
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    assert_eq!(contract.bind(&stage, KEY), Err(Error::KeyNotOwned));
    stage.key_owner = CONTRACT;
    assert_eq!(contract.bind(&stage.by(BOB), KEY), Err(Error::NotOwner));
    contract.bind(&stage, KEY).unwrap();
    assert_eq!(contract.bind(&stage, KEY), Err(Error::KeyBound));
}

#[test]
fn terms_that_cannot_be_carried_out_are_refused() {
    let stage = Stage::new();
    let refused = |change: fn(&mut Terms)| {
        let mut terms = terms();
        change(&mut terms);
        State::new(&terms, &stage).unwrap_err()
    };
    assert_eq!(refused(|terms| terms.interval = 0), Error::InvalidPeriod);
    assert_eq!(refused(|terms| terms.pace.block = 0), Error::InvalidPace);
    assert_eq!(refused(|terms| terms.guardian = None), Error::InvalidCombination);
    let nobody = |terms: &mut Terms| {
        terms.succession = Succession::InOrder { heirs: vec![], turn: 1 };
    };
    assert_eq!(refused(nobody), Error::InvalidHeirs);
    let oneself = |terms: &mut Terms| {
        let heirs = vec![Heir { party: party(ALICE), minority: None }];
        terms.succession = Succession::InOrder { heirs, turn: 1 };
    };
    assert_eq!(refused(oneself), Error::InvalidHeirs);
    let owner_attests = |terms: &mut Terms| {
        terms.attestors.groups[1].members = vec![address(ALICE)];
    };
    assert_eq!(refused(owner_attests), Error::OwnerAttests);
    let too_many = |terms: &mut Terms| {
        terms.contesters = (0..9).map(address).collect();
    };
    assert_eq!(refused(too_many), Error::InvalidContesters);
    let never = |terms: &mut Terms| terms.attestors.groups[0].threshold = 4;
    assert_eq!(refused(never), Error::InvalidThreshold);
    let unknown = |terms: &mut Terms| terms.attestors.combinations[0].groups = 0b1000;
    assert_eq!(refused(unknown), Error::InvalidCombination);
}
