//! The next epoch, prepared before a step is taken.

use regent_contract_logic::{
    attestation::Case,
    custody::Preparation,
    inheritance::{Inheritance, State, Step, Terms},
    Action, Error, Status,
};

use super::estate::*;
use crate::stage::*;

#[test]
fn a_frozen_key_is_thawed_for_the_heir() {
    let mut estate = Estate::under(terms());
    let (mut contract, mut stage) = estate.enter();
    // Governance may have lifted the first: the second is asked for all the same.
    for _ in 0..2 {
        assert_eq!(contract.freeze(&stage).unwrap().actions, [Action::Freeze(KEY)]);
    }
    prove_death(&mut contract, &mut stage);
    let prepared = prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));
    assert_eq!(prepared.first(), Some(&Action::Unfreeze(KEY)));
}

#[test]
fn a_contested_case_leaves_nothing_prepared() {
    let mut estate = Estate::proven(terms());
    let (mut contract, stage) = estate.enter();
    prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));
    let not_met = Action::WithdrawCondition(CONDITION);

    // Still being asked for: the request is cancelled. There already: the epoch is dropped.
    let ends = [
        (Status::Pending, vec![not_met.clone(), Action::Cancel(PREPARATION)]),
        (Status::Approved, vec![not_met.clone(), Action::Cancel(PREPARATION)]),
        (Status::Completed, vec![not_met.clone(), Action::Withdraw(KEY)]),
        (Status::Over, vec![not_met.clone()]),
        (Status::Executing, vec![not_met.clone()]),
    ];
    for (status, expected) in ends {
        let stage = stage.with_preparation(status);
        let fresh = || contract.state.clone();
        let on = |state: &mut State, message: fn(&mut Inheritance<'_>, &Stage) -> Vec<Action>| {
            let actions = message(&mut Inheritance { terms: contract.terms, state }, &stage);
            assert_eq!(actions, expected, "{status:?}");
            assert_eq!(state.prepared(), None);
        };
        on(&mut fresh(), |contract, stage| {
            contract.contest(&stage.by(FRIEND), Case::Death).unwrap().actions
        });
        on(&mut fresh(), |contract, stage| contract.prove_life(stage).unwrap().actions);
        on(&mut fresh(), |contract, stage| contract.revoke(stage).unwrap().actions);
        on(&mut fresh(), |contract, stage| {
            contract.retract(&stage.by(NOTARY), Case::Death, 1).unwrap().actions
        });
        on(&mut fresh(), |contract, stage| contract.answer(&stage.by(BOB)).unwrap().actions);
    }
    // The owner's request comes after it.
    let actions = contract.submit(&stage, request_of_owner(&stage)).unwrap().actions;
    assert!(matches!(actions[..], [_, Action::Cancel(PREPARATION), Action::Submit(_)]));
}

#[test]
fn what_could_not_be_cancelled_is_dropped_when_it_is_found() {
    let mut estate = Estate::proven(terms());
    let (mut contract, mut stage) = estate.enter();
    prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));
    contract.contest(&stage.with_preparation(Status::Executing), Case::Death).unwrap();
    let under_way = stage.with_preparation(Status::Executing);
    assert!(contract.observe(&under_way).unwrap().actions.is_empty());

    // Proven anew: what the contest stopped is not taken up again.
    stage = under_way;
    prove_death(&mut contract, &mut stage);
    let heir = stage.by(BOB);
    let again = contract.prepare(&heir, Step::Succeed(0), preparation());
    assert_eq!(again, Err(Error::PreparationUnderWay));
    assert_eq!(contract.execute(&heir, Step::Succeed(0)), Err(Error::NotPrepared));

    let there = stage.with_preparation(Status::Completed);
    assert_eq!(contract.observe(&there).unwrap().actions, [Action::Withdraw(KEY)]);
    assert_eq!(contract.execute(&there.by(BOB), Step::Succeed(0)), Err(Error::NotPrepared));
    take(&mut contract, &stage.by(BOB), Step::Succeed(0));
}

#[test]
fn a_preparation_holds_until_it_expires_against_all_but_whom_it_is_for() {
    let mut terms = terms();
    terms.executor = Some(address(20));
    let mut estate = Estate::proven(terms);
    let (mut contract, mut stage) = estate.enter();
    stage.pass(TURN);
    prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));
    let mut there = stage.with_preparation(Status::Completed);

    let executor = contract.prepare(&there.by(20), Step::Succeed(0), preparation());
    assert_eq!(executor, Err(Error::AlreadyPrepared));
    let second = contract.prepare(&there.by(SECOND_HEIR), Step::Succeed(1), preparation());
    assert_eq!(second, Err(Error::AlreadyPrepared));
    let mut anew = contract.state.clone();
    let actions = prepare(
        &mut Inheritance { terms: contract.terms, state: &mut anew },
        &there.by(BOB),
        Step::Succeed(0),
    );
    assert!(actions.contains(&Action::Withdraw(KEY)));

    there.pass(preparation().expires + 1 - there.now.block);
    prepare(&mut contract, &there.by(SECOND_HEIR), Step::Succeed(1));
    assert_eq!(contract.state.prepared(), Some(Step::Succeed(1)));
}

/// Whose agents share the next epoch has the key, though the owner comes back before it is handed over.
#[test]
fn nobody_has_the_key_shared_by_agents_of_their_own_before_it_is_theirs() {
    let mut estate = Estate::proven(terms());
    let (mut contract, stage) = estate.enter();
    let own = || Preparation { sharing: vec![9, 9], ..preparation() };
    let refused = contract.prepare(&stage.by(BOB), Step::Succeed(0), own());
    assert_eq!(refused, Err(Error::OtherSharing));
    prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));

    // What returns to the owner is the owner's to share.
    contract.revoke(&stage).unwrap();
    contract.prepare(&stage, Step::Release, own()).unwrap();

    // Terms for decades may leave it to those who approve.
    let mut estate = Estate::proven(Terms { sharing: None, ..terms() });
    let (mut contract, stage) = estate.enter();
    contract.prepare(&stage.by(BOB), Step::Succeed(0), own()).unwrap();
}

#[test]
fn what_waits_for_a_guardian_does_not_keep_an_heir_waiting() {
    let mut estate = Estate::under(terms());
    let (mut contract, mut stage) = estate.enter();
    contract.attest(&stage.by(MEDICAL), Case::Incapacity, 2, CERTIFICATE).unwrap();
    prove_death(&mut contract, &mut stage);
    prepare(&mut contract, &stage.by(GUARDIAN), Step::Appoint);
    let actions = prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));
    assert!(actions.contains(&Action::Cancel(PREPARATION)));
    assert_eq!(contract.state.prepared(), Some(Step::Succeed(0)));
}
