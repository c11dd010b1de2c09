//! An owner's key in a contract, and how far the inheritance has come.

use regent_contract_logic::{
    attestation::{Attestors, Case, Combination, Group, Kind},
    countdown::Pace,
    inheritance::{Guardian, Heir, Inheritance, State, Step, Succession, Terms},
    Action, Hash, Remember, Request, Status,
};

use crate::stage::*;

pub const SECOND_HEIR: u8 = 3;
pub const FAMILY: [u8; 3] = [10, 11, 12];
pub const NOTARY: u8 = 13;
pub const MEDICAL: u8 = 14;
pub const FRIEND: u8 = 15;
pub const GUARDIAN: u8 = 16;
pub const TRUSTEE: u8 = 17;
pub const CERTIFICATE: Hash = Hash([5; 32]);
pub const CONDITION: Hash = Hash([4; 32]);

pub const INTERVAL: u32 = 1_000;
pub const GRACE: u32 = 100;
pub const CONTEST: u32 = 50;
pub const TURN: u32 = 30;

pub fn terms() -> Terms {
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
        sharing: Some(hash_of(&SHARING)),
    }
}

/// A contract with its terms, and the chain around it.
pub struct Estate {
    terms: Terms,
    state: State,
    stage: Stage,
}

impl Estate {
    /// With the key bound, and nothing else done.
    pub fn under(terms: Terms) -> Self {
        let stage = Stage::new();
        let mut state = State::new(&terms, &stage).unwrap();
        Inheritance { terms: &terms, state: &mut state }.bind(&stage, KEY).unwrap();
        Self { terms, state, stage }
    }

    /// As soon as Bob can have the next epoch prepared for him.
    pub fn proven(terms: Terms) -> Self {
        let mut estate = Self::under(terms);
        let (mut contract, mut stage) = estate.enter();
        prove_death(&mut contract, &mut stage);
        estate.stage = stage;
        estate
    }

    /// What a test acts on, and the moment it begins.
    pub fn enter(&mut self) -> (Inheritance<'_>, Stage) {
        (Inheritance { terms: &self.terms, state: &mut self.state }, self.stage)
    }
}

/// The owner falls silent, and it is noticed.
pub fn fall_silent(contract: &mut Inheritance<'_>, stage: &mut Stage) {
    stage.pass(INTERVAL + 1);
    contract.report_silence(&stage.by(BOB)).unwrap();
    stage.pass(GRACE + 1);
}

/// Two of the family and the notary attest the death.
pub fn attest_death(contract: &mut Inheritance<'_>, stage: &Stage) {
    for (who, group) in [(FAMILY[0], 0), (FAMILY[2], 0), (NOTARY, 1)] {
        contract.attest(&stage.by(who), Case::Death, group, CERTIFICATE).unwrap();
    }
}

/// The owner is silent, attested to be dead, and nobody contests it any more.
pub fn prove_death(contract: &mut Inheritance<'_>, stage: &mut Stage) {
    fall_silent(contract, stage);
    attest_death(contract, stage);
    stage.pass(CONTEST + 1);
}

/// That a step is due, where no document says so.
pub fn met_without_a_document() -> Action {
    Action::FulfilCondition { condition: CONDITION, evidence: Hash([0; 32]) }
}

/// Has a step prepared. Returns what is done for it.
pub fn prepare(contract: &mut Inheritance<'_>, stage: &Stage, step: Step) -> Vec<Action> {
    let prepared = contract.prepare(stage, step, preparation()).unwrap();
    contract.state.submitted(PREPARATION);
    prepared.actions
}

/// Takes a step, prepared and carried out before. Returns what is done for it.
pub fn take(contract: &mut Inheritance<'_>, stage: &Stage, step: Step) -> Vec<Action> {
    prepare(contract, stage, step);
    contract.execute(&stage.with_preparation(Status::Completed), step).unwrap().actions
}

pub fn request_of_owner(stage: &Stage) -> Request {
    request(stage.now.block + 10)
}
