//! Terms of random contracts among the same people.

use std::rc::Rc;

use regent_contract_logic::{
    attestation::{Attestors, Case, Combination, Group, Kind},
    countdown::Pace,
    delegation::{self, Budget},
    inheritance::{self, Guardian, Heir, Minority, Succession},
    operation::Asset,
    sale::{self, Office, Price, SignOff},
    Environment, Hash, Party,
};

use crate::{
    chain::{account, address, hash_of, policy, Person, BLOCK, SHARING, TOGETHER},
    machines::Machine,
    random::Random,
};

pub const ALICE: Person = 0;
pub const BOB: Person = 1;
pub const SECOND_HEIR: Person = 2;
pub const TRUSTEE: Person = 3;
pub const GUARDIAN: Person = 4;
pub const EXECUTOR: Person = 5;
pub const FAMILY: [Person; 3] = [6, 7, 8];
pub const NOTARY: Person = 9;
pub const COURT: Person = 10;
pub const CONTESTER: Person = 11;
pub const MALLORY: Person = 12;

pub const INTERVAL: u32 = 20;
pub const GRACE: u32 = 8;
pub const CONTEST: u32 = 6;
pub const TURN: u32 = 5;
pub const LIFETIME: u32 = 6;
pub const RULING: u32 = 10;
pub const CONDITION: Hash = Hash([77; 32]);
pub const RECIPIENT: u8 = 42;
pub const ASSET: Asset = Asset::Ether { chain_id: 1 };

pub fn party(who: Person) -> Party {
    Party { address: address(who), account: account(who), policy: policy(who) }
}

fn attestors() -> Attestors {
    let group = |kind, members: &[Person], threshold| Group {
        kind,
        members: members.iter().copied().map(address).collect(),
        threshold,
    };
    let proves = |case, silence, groups| Combination { case, silence, groups };
    Attestors {
        groups: vec![
            group(Kind::Family, &FAMILY, 2),
            group(Kind::Notary, &[NOTARY], 1),
            group(Kind::Court, &[COURT], 1),
        ],
        combinations: vec![
            proves(Case::Death, true, 0b011),
            proves(Case::Death, false, 0b110),
            proves(Case::Incapacity, false, 0b100),
            proves(Case::Recovery, false, 0b010),
        ],
    }
}

pub fn inheritance(random: &mut Random, env: &impl Environment) -> Machine {
    let succession = if random.percent(20) {
        let heirs = vec![address(BOB), address(SECOND_HEIR), address(TRUSTEE)];
        Succession::Together { heirs, threshold: 2, policy: policy(TOGETHER) }
    } else {
        let until = 45 + random.below(50) as u32;
        let minority = Minority { until, trustee: address(TRUSTEE), policy: policy(TRUSTEE) };
        let minority = random.percent(75).then_some(minority);
        let heirs = vec![
            Heir { party: party(BOB), minority },
            Heir { party: party(SECOND_HEIR), minority: None },
        ];
        Succession::InOrder { heirs, turn: TURN }
    };
    let terms = inheritance::Terms {
        owner: party(ALICE),
        succession,
        guardian: Some(Guardian { address: address(GUARDIAN), policy: policy(GUARDIAN), term: 40 }),
        attestors: attestors(),
        executor: Some(address(EXECUTOR)),
        contesters: vec![address(CONTESTER)],
        contests: 2,
        interval: INTERVAL,
        grace: GRACE,
        contest: CONTEST,
        pace: Pace { block: BLOCK as u32, halt: 20 * BLOCK },
        sharing: random.percent(50).then(|| hash_of(&SHARING)),
        condition: random.percent(50).then_some(CONDITION),
    };
    let state = inheritance::State::new(&terms, env).expect("valid terms");
    Machine::Inheritance(Rc::new(terms), Box::new(state))
}

/// A sale by this seller.
pub fn sale(random: &mut Random, env: &impl Environment, seller: Person) -> Machine {
    let attested = random.percent(40);
    let price = if attested {
        let oracles = FAMILY.iter().copied().map(address).collect();
        Price::Attested { oracles, threshold: 2, statement: Hash([3; 32]) }
    } else {
        Price::Asset(100 + u128::from(random.below(100)))
    };
    let terms = sale::Terms {
        seller: party(seller),
        buyer: party(BOB),
        price,
        deposit: if random.percent(50) { u128::from(random.below(100)) } else { 0 },
        sign_offs: vec![SignOff { office: Office::Sanctions, address: address(NOTARY) }],
        arbiter: address(COURT),
        deadline: 20 + random.below(80) as u32,
        ruling: RULING,
        lifetime: LIFETIME,
        sharing: hash_of(&SHARING),
        condition: random.percent(50).then_some(CONDITION),
    };
    let state = sale::State::new(&terms, env).expect("valid terms");
    Machine::Sale(Rc::new(terms), state)
}

pub fn delegation(random: &mut Random, env: &impl Environment) -> Machine {
    let terms = delegation::Terms {
        owner: party(ALICE),
        adviser: address(BOB),
        until: 20 + random.below(60) as u32,
        budgets: vec![Budget { asset: ASSET, total: 100 }],
        recipients: vec![vec![RECIPIENT]],
        requests: 5,
        lifetime: LIFETIME,
    };
    let state = delegation::State::new(&terms, env).expect("valid terms");
    Machine::Delegation(Rc::new(terms), state)
}
