//! What holds whatever happens.

use regent_contract_logic::{
    delegation::{self, Controller},
    inheritance::Standing,
    sale, Action,
};

use crate::{
    chain::{account, address, policy, Open, Person, FIRST_CONTRACT, PEOPLE, TOGETHER},
    machines::{Machine, Message},
    script,
    terms::{ALICE, BOB, SECOND_HEIR, TRUSTEE},
    world::{Call, Contract, World},
};

/// No unit of value was created or lost, anywhere.
pub fn value(world: &World) {
    let total: u128 = world.chain.balances.iter().sum();
    assert_eq!(total, 1_000 * u128::from(PEOPLE), "value was created or lost");
    for index in 0..world.contracts.len() {
        value_of(world, index);
    }
}

/// Whoever the contract makes a request for, tried with everyone: a bit each.
fn obeyed(world: &World, index: usize) -> u16 {
    let contract = FIRST_CONTRACT + index as u8;
    let kept = &world.contracts[index];
    let request = script::request(&world.chain, kept.key, world.chain.now.block);
    let mut obeyed = 0;
    for caller in 0..PEOPLE {
        let env = Call { chain: &world.chain, contract, caller, value: 0 };
        let asked = kept.machine.clone().apply(&env, Message::Submit(request.clone()));
        if matches!(asked, Some(Ok(_))) {
            obeyed |= 1 << caller;
        }
    }
    obeyed
}

/// One party is in control of every key, and only one: the one that the key's policy names on the
/// chain is the one that its owner is, or that the contract which owns it obeys.
pub fn control(world: &World, index: usize) {
    let contract = &world.contracts[index];
    let key = &world.chain.keys[contract.key as usize];
    let obeyed = obeyed(world, index);
    if key.owner != account(FIRST_CONTRACT + index as u8) {
        assert_eq!(obeyed, 0, "a contract obeys somebody for a key it does not own");
        let owner = key.owner.0[0];
        let is_contract = owner >= FIRST_CONTRACT;
        assert!(is_contract || key.policy == policy(owner), "an owner without the policy");
        return;
    }
    let expected = match &contract.machine {
        _ if bound(contract).is_none() => 0,
        Machine::Inheritance(_, state) => {
            assert_ne!(state.standing(), Standing::Left, "nobody is in control");
            match key.policy.0[0] {
                TOGETHER => 1 << BOB | 1 << SECOND_HEIR | 1 << TRUSTEE,
                party => 1 << party,
            }
        }
        Machine::Sale(terms, state) => {
            let seller = terms.seller.address.0[0];
            assert!(state.seller_is_in_control(), "nobody is in control");
            assert_eq!(key.policy, policy(seller));
            u16::from(!state.is_locked()) << seller
        }
        Machine::Delegation(terms, state) => {
            assert_eq!(key.policy, policy(ALICE));
            match state.controller(terms, world.chain.now.block) {
                Controller::Owner => 1 << ALICE,
                // Unless all requests of the mandate are used up.
                Controller::Adviser => {
                    u16::from(state.requests() < terms.requests && state.spent()[0] < 100) << BOB
                }
                Controller::Nobody => panic!("nobody is in control"),
            }
        }
    };
    assert_eq!(obeyed, expected, "the contract obeys others than the chain names");
}

fn bound(contract: &Contract) -> Option<regent_contract_logic::KeyId> {
    match &contract.machine {
        Machine::Inheritance(_, state) => state.key(),
        Machine::Sale(_, state) => state.key(),
        Machine::Delegation(_, state) => state.key(),
    }
}

/// What a contract says it holds, it has; what came in went to the seller for a key, or back.
fn value_of(world: &World, index: usize) {
    let contract = &world.contracts[index];
    let balance = world.chain.balances[FIRST_CONTRACT as usize + index];
    assert_eq!(balance, contract.machine.held(), "a contract holds another amount than it says");
    assert_eq!(contract.paid, contract.refunded + contract.proceeds + balance, "an amount is gone");
    if let Machine::Sale(terms, state) = &contract.machine {
        let price = match terms.price {
            sale::Price::Asset(amount) => amount,
            sale::Price::Attested { .. } => 0,
        };
        let owner = world.chain.keys[contract.key as usize].owner;
        if contract.settled {
            assert_eq!(contract.proceeds, price, "control without the price");
            assert_eq!(owner, terms.buyer.account, "the price without control");
        } else {
            assert_eq!(contract.proceeds, 0, "the price without control");
        }
        if state.standing() == sale::Standing::Cancelled {
            assert_eq!(contract.refunded + state.refund(), contract.paid, "not all is refunded");
        }
    }
}

/// After a revocation a contract does nothing but return to its owner what is the owner's, and to the
/// buyer what is the buyer's.
pub fn permitted(contract: &Contract, caller: Person, action: &Action) {
    let (owner, payee) = match &contract.machine {
        Machine::Inheritance(terms, _) => (terms.owner, None),
        Machine::Sale(terms, _) => (terms.seller, Some(terms.buyer.address)),
        Machine::Delegation(terms, _) => (terms.owner, None),
    };
    match action {
        Action::TransferControl { owner: to, policy, .. } => {
            assert_eq!((*to, *policy), (owner.account, owner.policy), "executed after revocation");
        }
        Action::Pay { to, .. } => assert_eq!(Some(*to), payee, "paid after revocation"),
        Action::Submit(_) => {
            assert_eq!(address(caller), owner.address, "requested after revocation");
        }
        Action::FulfilCondition { .. } => panic!("a condition fulfilled after revocation"),
        Action::Freeze(_) | Action::Unfreeze(_) => {}
    }
}

/// A request is carried out only while whoever made it is in control, and while nothing was paid for
/// what it may take away.
pub fn carried_out(world: &World, open: Open) {
    let contract = &world.contracts[(open.contract - FIRST_CONTRACT) as usize];
    match &contract.machine {
        Machine::Inheritance(_, state) => {
            let policy = world.chain.keys[open.key as usize].policy.0[0];
            let heirs = [BOB, SECOND_HEIR, TRUSTEE];
            let together = policy == TOGETHER && heirs.contains(&open.person);
            assert!(together || policy == open.person, "a former party's request was carried out");
            assert_ne!(state.standing(), Standing::Left);
        }
        Machine::Sale(_, state) => assert!(!state.is_locked(), "what is paid for was used"),
        Machine::Delegation(terms, state) => {
            let controller = state.controller(terms, world.chain.now.block);
            let expected = if open.person == BOB { Controller::Adviser } else { Controller::Owner };
            assert_eq!(controller, expected, "a former party's request was carried out");
            assert_ne!(state.standing(), delegation::Standing::Left);
        }
    }
}
