//! Whom the contract obeys, and whose the key is in the end.

use regent_contract_logic::{
    attestation::Case,
    inheritance::{Heir, Inheritance, Minority, Standing, Step, Succession},
    Action, Address, Error, Hash, PolicyId,
};

use super::estate::*;
use crate::stage::*;

#[test]
fn the_next_heir_waits_for_the_first_to_decline_or_let_the_turn_pass() {
    let mut estate = Estate::proven(terms());
    let (mut contract, mut stage) = estate.enter();
    let second = Step::Succeed(1);
    assert_eq!(contract.execute(&stage.by(SECOND_HEIR), second), Err(Error::NotHeirsTurn));

    let mut declined = contract.state.clone();
    let mut other = Inheritance { terms: contract.terms, state: &mut declined };
    other.answer(&stage.by(BOB)).unwrap();
    assert_eq!(other.execute(&stage.by(BOB), Step::Succeed(0)), Err(Error::HeirDeclined));
    take(&mut other, &stage.by(SECOND_HEIR), second);

    stage.pass(TURN);
    take(&mut contract, &stage.by(SECOND_HEIR), second);
}

#[test]
fn heirs_together_inherit_when_enough_accept_and_keep_the_key_in_the_contract() {
    let mut terms = terms();
    let heirs: Vec<Address> = [BOB, SECOND_HEIR, TRUSTEE].map(address).into();
    let family_policy = PolicyId([50; 32]);
    terms.succession = Succession::Together { heirs, threshold: 2, policy: family_policy };
    let mut estate = Estate::proven(terms);
    let (mut contract, stage) = estate.enter();
    contract.answer(&stage.by(BOB)).unwrap();
    assert_eq!(contract.answer(&stage.by(BOB)), Err(Error::AlreadyAnswered));
    assert_eq!(contract.execute(&stage.by(BOB), Step::Succeed(0)), Err(Error::TooFewHeirs));
    contract.answer(&stage.by(TRUSTEE)).unwrap();

    let executed = take(&mut contract, &stage.by(BOB), Step::Succeed(0));

    let kept = Action::TransferControl { key: KEY, owner: CONTRACT, policy: family_policy };
    assert_eq!(executed.first(), Some(&kept));
    for heir in [BOB, SECOND_HEIR, TRUSTEE] {
        contract.submit(&stage.by(heir), request_of_owner(&stage)).unwrap();
    }
    assert_eq!(contract.submit(&stage, request_of_owner(&stage)), Err(Error::NotInControl));
}

#[test]
fn a_trustee_is_in_control_until_the_heir_is_of_age() {
    let mut terms = terms();
    let until = 10_000;
    let minority = Minority { until, trustee: address(TRUSTEE), policy: policy(TRUSTEE) };
    let heirs = vec![Heir { party: party(BOB), minority: Some(minority) }];
    terms.succession = Succession::InOrder { heirs, turn: TURN };
    let mut estate = Estate::proven(terms);
    let (mut contract, mut stage) = estate.enter();
    take(&mut contract, &stage.by(TRUSTEE), Step::Succeed(0));

    assert!(contract.obeys(address(TRUSTEE)) && !contract.obeys(address(BOB)));
    let mut reshare = request_of_owner(&stage);
    reshare.operation = vec![4, 0];
    let refused = contract.submit(&stage.by(TRUSTEE), reshare);
    assert_eq!(refused, Err(Error::OperationNotAllowed));
    assert_eq!(contract.execute(&stage.by(BOB), Step::Majority), Err(Error::NotOfAge));

    stage.pass(until - stage.now.block);
    let mut other = contract.state.clone();
    let mut prepared = Inheritance { terms: contract.terms, state: &mut other };
    let actions = prepare(&mut prepared, &stage.by(BOB), Step::Majority);
    assert!(actions.contains(&met_without_a_document()));
    let executed = take(&mut contract, &stage.by(BOB), Step::Majority);
    let heir = party(BOB);
    let to_heir = Action::TransferControl { key: KEY, owner: heir.account, policy: heir.policy };
    assert_eq!(executed, [to_heir, Action::WithdrawCondition(CONDITION)]);
}

#[test]
fn a_guardian_is_in_control_during_incapacity_and_control_returns() {
    let mut estate = Estate::under(terms());
    let (mut contract, mut stage) = estate.enter();
    let report = Hash([6; 32]);
    contract.attest(&stage.by(MEDICAL), Case::Incapacity, 2, report).unwrap();
    stage.pass(CONTEST + 1);
    take(&mut contract, &stage.by(GUARDIAN), Step::Appoint);
    assert!(contract.obeys(address(GUARDIAN)) && !contract.obeys(address(ALICE)));
    assert_eq!(contract.revoke(&stage), Err(Error::NotInControl));

    // Attested to be well again.
    let mut recovered = contract.state.clone();
    let mut other = Inheritance { terms: contract.terms, state: &mut recovered };
    let mut soon = stage;
    other.attest(&soon.by(MEDICAL), Case::Recovery, 2, report).unwrap();
    soon.pass(CONTEST + 1);
    let restored = take(&mut other, &soon, Step::Restore);
    let back = Action::TransferControl { key: KEY, owner: CONTRACT, policy: policy(ALICE) };
    assert_eq!(restored, [back.clone(), Action::WithdrawCondition(CONDITION)]);
    assert!(other.obeys(address(ALICE)) && !other.obeys(address(GUARDIAN)));

    // Or at the end of the guardian's term, without anybody's word.
    assert_eq!(contract.execute(&stage, Step::Restore), Err(Error::NotProven));
    stage.pass(501);
    assert_eq!(take(&mut contract, &stage, Step::Restore).first(), Some(&back));
    assert_eq!(contract.state.standing(), Standing::Owner);
}

#[test]
fn nothing_is_executable_after_a_revocation_but_the_keys_return() {
    let mut estate = Estate::proven(terms());
    let (mut contract, stage) = estate.enter();
    contract.revoke(&stage).unwrap();

    assert_eq!(contract.execute(&stage.by(BOB), Step::Succeed(0)), Err(Error::NotProven));
    let attested = contract.attest(&stage.by(NOTARY), Case::Death, 1, CERTIFICATE);
    assert_eq!(attested, Err(Error::CaseNotOpen));
    // A policy that has every transfer wait for the contract's word does not keep the key from its owner.
    let mut other = contract.state.clone();
    let mut prepared = Inheritance { terms: contract.terms, state: &mut other };
    let actions = prepare(&mut prepared, &stage, Step::Release);
    assert!(actions.contains(&met_without_a_document()));
    let released = take(&mut contract, &stage, Step::Release);
    let owner = party(ALICE);
    let back = Action::TransferControl { key: KEY, owner: owner.account, policy: owner.policy };
    assert_eq!(released, [back, Action::WithdrawCondition(CONDITION)]);
}
