use regent_contract_logic::{
    attestation::{Attestors, Case, Combination, Group, Kind},
    countdown::Pace,
    inheritance::{
        Controller, Event, Guardian, Heir, Inheritance, Minority, Standing, State, Step,
        Succession, Terms,
    },
    Action, Address, Error, Hash, PolicyId, Remember, Status,
};

use crate::stage::*;

const SECOND_HEIR: u8 = 3;
const FAMILY: [u8; 3] = [10, 11, 12];
const NOTARY: u8 = 13;
const MEDICAL: u8 = 14;
const FRIEND: u8 = 15;
const GUARDIAN: u8 = 16;
const TRUSTEE: u8 = 17;
const CERTIFICATE: Hash = Hash([5; 32]);
const CONDITION: Hash = Hash([4; 32]);

const INTERVAL: u32 = 1_000;
const GRACE: u32 = 100;
const CONTEST: u32 = 50;
const TURN: u32 = 30;

fn terms() -> Terms {
    let group = |kind, members: &[u8], threshold| Group {
        kind,
        members: members.iter().copied().map(address).collect(),
        threshold,
    };
    Terms {
        owner: party(ALICE),
        succession: Succession::InOrder {
            heirs: vec![
                Heir { party: party(BOB), minority: None },
                Heir { party: party(SECOND_HEIR), minority: None },
            ],
            turn: TURN,
        },
        guardian: Some(Guardian {
            address: address(GUARDIAN),
            policy: policy(GUARDIAN),
            term: 500,
        }),
        attestors: Attestors {
            groups: vec![
                group(Kind::Family, &FAMILY, 2),
                group(Kind::Notary, &[NOTARY], 1),
                group(Kind::Medical, &[MEDICAL], 1),
            ],
            combinations: vec![
                Combination { case: Case::Death, silence: true, groups: 0b011 },
                Combination { case: Case::Incapacity, silence: false, groups: 0b100 },
                Combination { case: Case::Recovery, silence: false, groups: 0b100 },
            ],
        },
        executor: None,
        contesters: vec![address(FRIEND)],
        contests: 1,
        interval: INTERVAL,
        grace: GRACE,
        contest: CONTEST,
        pace: Pace { block: 500, halt: 60_000 },
        condition: Some(CONDITION),
    }
}

/// A contract of these terms with the key bound.
fn begin(terms: &Terms) -> (State, Stage) {
    let stage = Stage::new();
    let mut state = State::new(terms, &stage).unwrap();
    Inheritance { terms, state: &mut state }.bind(&stage, KEY).unwrap();
    (state, stage)
}

/// The owner falls silent, and it is noticed.
fn fall_silent(contract: &mut Inheritance<'_>, stage: &mut Stage) {
    stage.pass(INTERVAL + 1);
    contract.report_silence(&stage.by(BOB)).unwrap();
    stage.pass(GRACE + 1);
}

/// Two of the family and the notary attest the death.
fn attest_death(contract: &mut Inheritance<'_>, stage: &Stage) {
    for (who, group) in [(FAMILY[0], 0), (FAMILY[2], 0), (NOTARY, 1)] {
        contract.attest(&stage.by(who), Case::Death, group, CERTIFICATE).unwrap();
    }
}

/// Has a step prepared. Returns what is done for it.
fn prepare(contract: &mut Inheritance<'_>, stage: &Stage, step: Step) -> Vec<Action> {
    let prepared = contract.prepare(stage, step, preparation()).unwrap();
    contract.state.submitted(PREPARATION);
    prepared.actions
}

/// Takes a step, prepared and carried out before. Returns what is done for it.
fn take(contract: &mut Inheritance<'_>, stage: &Stage, step: Step) -> Vec<Action> {
    prepare(contract, stage, step);
    contract.execute(&stage.with_preparation(Status::Completed), step).unwrap().actions
}

/// An inheritance in which Bob can have the next epoch prepared for him.
fn proven(contract: &mut Inheritance<'_>, stage: &mut Stage) {
    fall_silent(contract, stage);
    attest_death(contract, stage);
    stage.pass(CONTEST + 1);
}

#[test]
fn an_heir_inherits_after_silence_attestation_and_contest_period() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };

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

fn request_of_owner(stage: &Stage) -> regent_contract_logic::Request {
    request(stage.now.block + 10)
}

#[test]
fn any_act_of_the_owner_is_a_proof_of_life_until_the_heir_executes() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    fall_silent(&mut contract, &mut stage);
    attest_death(&mut contract, &stage);
    stage.pass(CONTEST + 1);

    contract.submit(&stage, request_of_owner(&stage)).unwrap();

    let late = contract.execute(&stage.by(BOB), Step::Succeed(0));
    assert_eq!(late, Err(Error::NotProven));
}

#[test]
fn silence_cannot_be_reported_within_the_interval_nor_by_strangers() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
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
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };

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
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
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
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    fall_silent(&mut contract, &mut stage);
    attest_death(&mut contract, &stage);
    stage.pass(CONTEST + 1);
    contract.retract(&stage.by(NOTARY), Case::Death, 1).unwrap();
    assert_eq!(contract.execute(&stage.by(BOB), Step::Succeed(0)), Err(Error::NotProven));
}

#[test]
fn the_next_heir_waits_for_the_first_to_decline_or_let_the_turn_pass() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    fall_silent(&mut contract, &mut stage);
    attest_death(&mut contract, &stage);
    stage.pass(CONTEST + 1);
    let second = Step::Succeed(1);
    assert_eq!(contract.execute(&stage.by(SECOND_HEIR), second), Err(Error::NotHeirsTurn));

    let mut declined = contract.state.clone();
    let mut other = Inheritance { terms: &terms, state: &mut declined };
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
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    fall_silent(&mut contract, &mut stage);
    attest_death(&mut contract, &stage);
    stage.pass(CONTEST + 1);
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
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    fall_silent(&mut contract, &mut stage);
    attest_death(&mut contract, &stage);
    stage.pass(CONTEST + 1);
    take(&mut contract, &stage.by(TRUSTEE), Step::Succeed(0));

    assert!(contract.obeys(address(TRUSTEE)) && !contract.obeys(address(BOB)));
    let mut reshare = request_of_owner(&stage);
    reshare.operation = vec![4, 0];
    let refused = contract.submit(&stage.by(TRUSTEE), reshare);
    assert_eq!(refused, Err(Error::OperationNotAllowed));
    assert_eq!(contract.execute(&stage.by(BOB), Step::Majority), Err(Error::NotOfAge));

    stage.pass(until - stage.now.block);
    let executed = take(&mut contract, &stage.by(BOB), Step::Majority);
    let heir = party(BOB);
    let to_heir = Action::TransferControl { key: KEY, owner: heir.account, policy: heir.policy };
    assert_eq!(executed, [to_heir]);
}

#[test]
fn a_guardian_is_in_control_during_incapacity_and_control_returns() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    let report = Hash([6; 32]);
    contract.attest(&stage.by(MEDICAL), Case::Incapacity, 2, report).unwrap();
    stage.pass(CONTEST + 1);
    take(&mut contract, &stage.by(GUARDIAN), Step::Appoint);
    assert!(contract.obeys(address(GUARDIAN)) && !contract.obeys(address(ALICE)));
    assert_eq!(contract.revoke(&stage), Err(Error::NotInControl));

    // Attested to be well again.
    let mut recovered = contract.state.clone();
    let mut other = Inheritance { terms: &terms, state: &mut recovered };
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
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    fall_silent(&mut contract, &mut stage);
    attest_death(&mut contract, &stage);
    stage.pass(CONTEST + 1);
    contract.revoke(&stage).unwrap();

    assert_eq!(contract.execute(&stage.by(BOB), Step::Succeed(0)), Err(Error::NotProven));
    let attested = contract.attest(&stage.by(NOTARY), Case::Death, 1, CERTIFICATE);
    assert_eq!(attested, Err(Error::CaseNotOpen));
    let released = take(&mut contract, &stage, Step::Release);
    let owner = party(ALICE);
    let back = Action::TransferControl { key: KEY, owner: owner.account, policy: owner.policy };
    assert_eq!(released, [back]);
}

#[test]
fn a_frozen_key_is_thawed_for_the_heir() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    assert_eq!(contract.freeze(&stage).unwrap().actions, [Action::Freeze(KEY)]);
    fall_silent(&mut contract, &mut stage);
    attest_death(&mut contract, &stage);
    stage.pass(CONTEST + 1);
    let prepared = prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));
    assert_eq!(prepared.first(), Some(&Action::Unfreeze(KEY)));
}

#[test]
fn a_contested_case_leaves_nothing_prepared() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    proven(&mut contract, &mut stage);
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
            let actions = message(&mut Inheritance { terms: &terms, state }, &stage);
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
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    proven(&mut contract, &mut stage);
    prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));
    contract.contest(&stage.with_preparation(Status::Executing), Case::Death).unwrap();
    let under_way = stage.with_preparation(Status::Executing);
    assert!(contract.observe(&under_way).unwrap().actions.is_empty());

    // Proven anew: what the contest stopped is not taken up again.
    stage = under_way;
    proven(&mut contract, &mut stage);
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
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    proven(&mut contract, &mut stage);
    stage.pass(TURN);
    prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));
    let mut there = stage.with_preparation(Status::Completed);

    let executor = contract.prepare(&there.by(20), Step::Succeed(0), preparation());
    assert_eq!(executor, Err(Error::AlreadyPrepared));
    let second = contract.prepare(&there.by(SECOND_HEIR), Step::Succeed(1), preparation());
    assert_eq!(second, Err(Error::AlreadyPrepared));
    let mut anew = contract.state.clone();
    let actions = prepare(
        &mut Inheritance { terms: &terms, state: &mut anew },
        &there.by(BOB),
        Step::Succeed(0),
    );
    assert!(actions.contains(&Action::Withdraw(KEY)));

    there.pass(preparation().expires + 1 - there.now.block);
    prepare(&mut contract, &there.by(SECOND_HEIR), Step::Succeed(1));
    assert_eq!(contract.state.prepared(), Some(Step::Succeed(1)));
}

#[test]
fn what_waits_for_a_guardian_does_not_keep_an_heir_waiting() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    contract.attest(&stage.by(MEDICAL), Case::Incapacity, 2, CERTIFICATE).unwrap();
    proven(&mut contract, &mut stage);
    prepare(&mut contract, &stage.by(GUARDIAN), Step::Appoint);
    let actions = prepare(&mut contract, &stage.by(BOB), Step::Succeed(0));
    assert!(actions.contains(&Action::Cancel(PREPARATION)));
    assert_eq!(contract.state.prepared(), Some(Step::Succeed(0)));
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
