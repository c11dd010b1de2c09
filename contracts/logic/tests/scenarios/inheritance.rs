use regent_contract_logic::{
    attestation::{Attestors, Case, Combination, Group, Kind},
    countdown::Pace,
    inheritance::{
        Controller, Event, Guardian, Heir, Inheritance, Minority, Standing, State, Step,
        Succession, Terms,
    },
    Action, Address, Error, Hash, PolicyId,
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
        condition: Some(Hash([4; 32])),
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

    let prepared = contract.prepare(&stage.by(BOB), Step::Succeed(0), preparation()).unwrap();
    let [Action::FulfilCondition { condition, evidence }, Action::Submit(request)] =
        prepared.actions.as_slice()
    else {
        panic!("{prepared:?}");
    };
    assert_eq!((Some(*condition), *evidence), (terms.condition, CERTIFICATE));
    assert_eq!(request.operation[3..35], [BOB; 32]);
    assert!(contract.obeys(address(ALICE)), "preparing changes nothing yet");

    let executed = contract.execute(&stage.by(BOB), Step::Succeed(0)).unwrap();
    let heir = party(BOB);
    assert_eq!(
        executed.actions,
        [Action::TransferControl { key: KEY, owner: heir.account, policy: heir.policy }]
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
    contract.execute(&stage.by(BOB), Step::Succeed(0)).unwrap();
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
    other.execute(&stage.by(SECOND_HEIR), second).unwrap();

    stage.pass(TURN);
    contract.execute(&stage.by(SECOND_HEIR), second).unwrap();
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

    let executed = contract.execute(&stage.by(BOB), Step::Succeed(0)).unwrap();

    let kept = Action::TransferControl { key: KEY, owner: CONTRACT, policy: family_policy };
    assert_eq!(executed.actions, [kept]);
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
    contract.execute(&stage.by(TRUSTEE), Step::Succeed(0)).unwrap();

    assert!(contract.obeys(address(TRUSTEE)) && !contract.obeys(address(BOB)));
    let mut reshare = request_of_owner(&stage);
    reshare.operation = vec![4, 0];
    let refused = contract.submit(&stage.by(TRUSTEE), reshare);
    assert_eq!(refused, Err(Error::OperationNotAllowed));
    assert_eq!(contract.execute(&stage.by(BOB), Step::Majority), Err(Error::NotOfAge));

    stage.pass(until - stage.now.block);
    let executed = contract.execute(&stage.by(BOB), Step::Majority).unwrap();
    let heir = party(BOB);
    let to_heir = Action::TransferControl { key: KEY, owner: heir.account, policy: heir.policy };
    assert_eq!(executed.actions, [to_heir]);
}

#[test]
fn a_guardian_is_in_control_during_incapacity_and_control_returns() {
    let terms = terms();
    let (mut state, mut stage) = begin(&terms);
    let mut contract = Inheritance { terms: &terms, state: &mut state };
    let report = Hash([6; 32]);
    contract.attest(&stage.by(MEDICAL), Case::Incapacity, 2, report).unwrap();
    stage.pass(CONTEST + 1);
    contract.execute(&stage.by(GUARDIAN), Step::Appoint).unwrap();
    assert!(contract.obeys(address(GUARDIAN)) && !contract.obeys(address(ALICE)));
    assert_eq!(contract.revoke(&stage), Err(Error::NotInControl));

    // Attested to be well again.
    let mut recovered = contract.state.clone();
    let mut other = Inheritance { terms: &terms, state: &mut recovered };
    let mut soon = stage;
    other.attest(&soon.by(MEDICAL), Case::Recovery, 2, report).unwrap();
    soon.pass(CONTEST + 1);
    let restored = other.execute(&soon, Step::Restore).unwrap();
    let back = Action::TransferControl { key: KEY, owner: CONTRACT, policy: policy(ALICE) };
    assert_eq!(restored.actions, [back.clone()]);
    assert!(other.obeys(address(ALICE)) && !other.obeys(address(GUARDIAN)));

    // Or at the end of the guardian's term, without anybody's word.
    assert_eq!(contract.execute(&stage, Step::Restore), Err(Error::NotProven));
    stage.pass(501);
    assert_eq!(contract.execute(&stage, Step::Restore).unwrap().actions, [back]);
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
    let released = contract.execute(&stage, Step::Release).unwrap();
    let owner = party(ALICE);
    let back = Action::TransferControl { key: KEY, owner: owner.account, policy: owner.policy };
    assert_eq!(released.actions, [back]);
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
    let executed = contract.execute(&stage.by(BOB), Step::Succeed(0)).unwrap();
    assert_eq!(executed.actions.first(), Some(&Action::Unfreeze(KEY)));
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
