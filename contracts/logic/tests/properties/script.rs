//! Messages that could be next, and some that could not.

use codec::Encode;
use regent_contract_logic::{
    attestation::Case,
    custody::Preparation,
    delegation::Controller,
    inheritance::{Standing, State, Step},
    operation::{Effect, Transfer},
    sale::{self, Price, Ruling},
    Amount, BlockNumber, Request,
};

use crate::{
    chain::{key, Chain, Person, PEOPLE, SHARING},
    machines::{Machine, Message},
    random::Random,
    terms::*,
    world::Contract,
};

/// A request that every controller may make.
pub fn request(chain: &Chain, number: u8, expires: BlockNumber) -> Request {
    let transfer = Transfer { recipient: vec![RECIPIENT], asset: ASSET, amount: [1, 0] };
    Request {
        salt: [0; 32],
        key: key(number),
        operation: vec![1, 1],
        effect: Effect { transfers: vec![transfer], fee: None }.encode(),
        payload: vec![1],
        policy: chain.keys[number as usize].policy,
        expires,
    }
}

fn preparation(random: &mut Random, chain: &Chain, key: u8) -> Preparation {
    let lifetime = if random.percent(25) { random.below(8) } else { random.below(60) };
    let expires = chain.now.block + lifetime as u32;
    let policy = chain.keys[key as usize].policy;
    // Some would have it shared by agents of their own.
    let sharing = if random.percent(98) { SHARING.into() } else { vec![3, 3] };
    Preparation { salt: [1; 32], sharing, policy, expires }
}

/// A caller, a value and a message. Most are what somebody could well do now.
pub fn message(
    random: &mut Random,
    chain: &Chain,
    contract: &Contract,
) -> Option<(Person, Amount, Message)> {
    let (mut caller, mut value, message) = match &contract.machine {
        Machine::Inheritance(_, state) => {
            if state.key().is_none() && random.percent(90) {
                (ALICE, 0, Message::Bind(key(contract.key)))
            } else {
                let waits = matches!(state.standing(), Standing::Trustee { .. });
                let next = random
                    .percent(if waits { 90 } else { 45 })
                    .then(|| next_step(random, chain, contract, state));
                let any =
                    |random: &mut Random| inheritance(random, chain, contract, state.standing());
                next.flatten().unwrap_or_else(|| any(random))
            }
        }
        Machine::Sale(terms, state) => {
            if state.key().is_none() && random.percent(90) {
                (terms.seller.address.0[0], 0, Message::Bind(key(contract.key)))
            } else {
                sale(random, chain, contract, terms, state)
            }
        }
        Machine::Delegation(terms, state) => {
            if state.key().is_none() && random.percent(90) {
                (ALICE, 0, Message::Bind(key(contract.key)))
            } else {
                let controller = state.controller(terms, chain.now.block);
                delegation(random, chain, contract, controller)
            }
        }
    };
    if random.percent(10) {
        caller = random.below(u64::from(PEOPLE)) as Person;
    }
    if random.percent(4) {
        value = u128::from(random.below(200));
    }
    Some((caller, value, message))
}

/// What takes an inheritance a step on, if there is something.
fn next_step(
    random: &mut Random,
    chain: &Chain,
    contract: &Contract,
    state: &State,
) -> Option<(Person, Amount, Message)> {
    let is_proven = |case| state.contest_until(case).is_some();
    let (who, step) = match state.standing() {
        Standing::Owner | Standing::Guardian { .. } if is_proven(Case::Death) => {
            if random.percent(20) {
                return Some((random.pick(&[SECOND_HEIR, TRUSTEE, BOB]), 0, Message::Answer));
            }
            match state.prepared() {
                Some(Step::Succeed(1)) => (SECOND_HEIR, Step::Succeed(1)),
                _ => (BOB, Step::Succeed(0)),
            }
        }
        Standing::Owner if is_proven(Case::Incapacity) => (GUARDIAN, Step::Appoint),
        Standing::Guardian { .. } if is_proven(Case::Recovery) => (GUARDIAN, Step::Restore),
        Standing::Guardian { .. } => return Some((NOTARY, 0, Message::Attest(Case::Recovery, 1))),
        Standing::Trustee { .. } => (BOB, Step::Majority),
        Standing::Revoked => (ALICE, Step::Release),
        _ => return None,
    };
    let message = if state.prepared() == Some(step) {
        Message::Execute(step)
    } else {
        Message::Prepare(step, preparation(random, chain, contract.key))
    };
    Some((who, 0, message))
}

fn inheritance(
    random: &mut Random,
    chain: &Chain,
    contract: &Contract,
    standing: Standing,
) -> (Person, Amount, Message) {
    let heirs = [BOB, BOB, SECOND_HEIR, TRUSTEE];
    let lifetime = random.below(8) as u32;
    let submit = Message::Submit(request(chain, contract.key, chain.now.block + lifetime));
    let step = match standing {
        Standing::Owner if random.percent(25) => Step::Appoint,
        Standing::Guardian { .. } if random.percent(60) => Step::Restore,
        Standing::Trustee { .. } => Step::Majority,
        Standing::Revoked => Step::Release,
        _ => Step::Succeed(u8::from(random.percent(25))),
    };
    let pusher = match step {
        Step::Succeed(_) => random.pick(&[BOB, SECOND_HEIR, EXECUTOR]),
        Step::Appoint => GUARDIAN,
        Step::Restore | Step::Release => ALICE,
        Step::Majority => BOB,
    };
    let case = random.pick(&[
        Case::Death,
        Case::Death,
        Case::Death,
        if matches!(standing, Standing::Guardian { .. }) {
            Case::Recovery
        } else {
            Case::Incapacity
        },
    ]);
    let (attestor, group) = match (case, random.below(6)) {
        (Case::Death, 0..=3) => (random.pick(&FAMILY), 0),
        (Case::Death, 4) | (Case::Recovery, _) => (NOTARY, 1),
        _ => (COURT, 2),
    };
    match random.below(100) {
        0..=2 => (ALICE, 0, Message::ProveLife),
        3..=4 => (random.pick(&[ALICE, GUARDIAN, TRUSTEE, BOB]), 0, submit),
        5..=14 => (random.pick(&[BOB, EXECUTOR]), 0, Message::ReportSilence),
        15..=17 => (MALLORY, 0, Message::Observe),
        18..=44 => (attestor, 0, Message::Attest(case, group)),
        45 => (attestor, 0, Message::Retract(case, group)),
        46..=47 => (random.pick(&[ALICE, CONTESTER]), 0, Message::Contest(case)),
        48..=54 => (random.pick(&heirs), 0, Message::Answer),
        55..=73 => (pusher, 0, Message::Prepare(step, preparation(random, chain, contract.key))),
        74..=96 => (pusher, 0, Message::Execute(step)),
        97 => (ALICE, 0, if random.percent(50) { Message::Freeze } else { Message::Unfreeze }),
        98 => (ALICE, 0, Message::Revoke),
        _ => (MALLORY, 0, Message::Settle),
    }
}

fn sale(
    random: &mut Random,
    chain: &Chain,
    contract: &Contract,
    terms: &sale::Terms,
    state: &sale::State,
) -> (Person, Amount, Message) {
    let seller = terms.seller.address.0[0];
    let either = random.pick(&[seller, BOB]);
    let lifetime = random.below(8) as u32;
    let submit = Message::Submit(request(chain, contract.key, chain.now.block + lifetime));
    let pays_here = matches!(terms.price, Price::Asset(_));
    let due = state.due(terms);
    let step = match state.standing() {
        sale::Standing::Cancelled => sale::Step::TakeBack,
        _ => sale::Step::Settle,
    };
    if state.prepared() == Some(sale::Step::Settle) && random.percent(30) {
        return (either, 0, Message::Settle);
    }
    match random.below(100) {
        0..=4 => (seller, 0, submit),
        5..=16 => (BOB, due, Message::Reserve),
        17..=34 if pays_here => (BOB, due, Message::Pay),
        17..=34 => (random.pick(&FAMILY), 0, Message::AttestPayment),
        35..=44 => (NOTARY, 0, Message::SignOff(0)),
        45 => (NOTARY, 0, Message::Refuse(0)),
        46..=47 => (either, 0, Message::Cancel),
        48 => (either, 0, Message::Dispute),
        49..=50 => (COURT, 0, Message::Rule(random.pick(&[Ruling::Complete, Ruling::Unwind]))),
        51..=54 => (random.pick(&FAMILY), 0, Message::AttestReturn),
        55..=56 => (MALLORY, 0, Message::Expire),
        57..=72 => {
            let caller = if step == sale::Step::TakeBack { seller } else { either };
            (caller, 0, Message::PrepareSale(step, preparation(random, chain, contract.key)))
        }
        73..=86 => (either, 0, Message::Settle),
        87..=92 => (seller, 0, Message::TakeBack),
        93..=98 => (random.pick(&[seller, BOB, MALLORY]), 0, Message::Withdraw),
        _ => (MALLORY, 0, Message::ProveLife),
    }
}

fn delegation(
    random: &mut Random,
    chain: &Chain,
    contract: &Contract,
    controller: Controller,
) -> (Person, Amount, Message) {
    let lifetime = random.below(8) as u32;
    let submit = Message::Submit(request(chain, contract.key, chain.now.block + lifetime));
    let advises = controller == Controller::Adviser;
    match random.below(100) {
        0..=39 => (if advises { BOB } else { ALICE }, 0, submit),
        40..=49 => (ALICE, 0, Message::Recall),
        50..=54 => (ALICE, 0, Message::Freeze),
        55..=64 => (ALICE, 0, Message::Unfreeze),
        65..=79 => (ALICE, 0, Message::PrepareRelease(preparation(random, chain, contract.key))),
        80..=95 => (ALICE, 0, Message::Release),
        96..=97 => (ALICE, 0, Message::Abandon),
        _ => (BOB, 0, Message::Observe),
    }
}
