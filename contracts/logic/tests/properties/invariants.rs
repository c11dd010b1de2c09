//! What holds whatever happens.

use regent_contract_logic::{
    attestation::Case,
    custody::Preparation,
    delegation::{self, Controller},
    inheritance::{self, Standing, Step},
    sale, Account, Action, PolicyId, Status,
};

use crate::{
    chain::{
        self, account, address, policy, Ask, Open, Pending, Person, FIRST_CONTRACT, MAX_REQUESTS,
        PEOPLE, TOGETHER,
    },
    machines::{Machine, Message},
    script,
    terms::{ALICE, BOB, GUARDIAN, SECOND_HEIR, TRUSTEE},
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
        // For the key's return alone.
        Action::FulfilCondition { .. } => {
            assert_eq!(address(caller), owner.address, "a condition fulfilled after revocation");
        }
        Action::Freeze(_)
        | Action::Unfreeze(_)
        | Action::Cancel(_)
        | Action::Withdraw(_)
        | Action::WithdrawCondition(_) => {}
    }
}

/// Whether a step that leads to this owner and policy may still be taken, now or later.
pub fn can_follow(world: &World, index: usize, owner: Account, policy: PolicyId) -> bool {
    match &world.contracts[index].machine {
        Machine::Inheritance(_, state) => {
            let standing = state.standing();
            let is_proven = |case| state.contest_until(case).is_some();
            match policy.0[0] {
                ALICE if owner == account(ALICE) => standing == Standing::Revoked,
                ALICE => is_term_over(world, state) || is_proven(Case::Recovery),
                GUARDIAN => standing == Standing::Owner && is_proven(Case::Incapacity),
                _ => is_proven(Case::Death) || matches!(standing, Standing::Trustee { .. }),
            }
        }
        Machine::Sale(terms, state) if owner == terms.buyer.account => {
            matches!(state.standing(), sale::Standing::Paid | sale::Standing::Disputed { .. })
        }
        Machine::Sale(_, state) => state.standing() == sale::Standing::Cancelled,
        Machine::Delegation(terms, state) => {
            state.controller(terms, world.chain.now.block) == Controller::Owner
        }
    }
}

fn is_term_over(world: &World, state: &inheritance::State) -> bool {
    let now = world.chain.now.block;
    matches!(state.standing(), Standing::Guardian { until } if now > until)
}

/// Nothing is prepared, and no condition met, for what can happen no more: unless agents were at it when
/// it ended, and then it is dropped by the next call.
pub fn prepared(world: &World, index: usize) {
    let contract = FIRST_CONTRACT + index as u8;
    for open in &world.chain.requests {
        let Ask::Prepare { owner, policy } = open.ask else { continue };
        if open.contract == contract && !open.cancelled && !open.late {
            assert!(can_follow(world, index, owner, policy), "a request for what is over is open");
        }
    }
    let pending = world.chain.keys[world.contracts[index].key as usize].pending;
    if let Some(Pending { owner, policy, late: false, contract: of, .. }) = pending {
        let stands = of != contract || can_follow(world, index, owner, policy);
        assert!(stands, "an epoch for what is over is pending");
    }
    if world.chain.fulfilled[contract as usize] {
        let met = match &world.contracts[index].machine {
            Machine::Inheritance(_, state) => {
                let is_proven = |case| state.contest_until(case).is_some();
                let by_itself =
                    matches!(state.standing(), Standing::Trustee { .. } | Standing::Revoked);
                Case::ALL.into_iter().any(is_proven) || is_term_over(world, state) || by_itself
            }
            Machine::Sale(_, state) => {
                matches!(state.standing(), sale::Standing::Paid | sale::Standing::Cancelled)
            }
            Machine::Delegation(..) => false,
        };
        assert!(met, "a condition is met that is not");
    }
}

/// What others rely on is replaced by nobody but the party it is for, until it has expired; heirs go
/// before a guardian.
pub fn replaced(before: &World, after: &World, index: usize, caller: Person) {
    let key = world_key(before, index);
    let Some(old) = key.pending else { return };
    let stood = can_follow(before, index, old.owner, old.policy)
        && !old.late
        && is_held(&before.contracts[index].machine);
    // Where time had to be looked at first, it may have ended in the call itself.
    let stands = can_follow(after, index, old.owner, old.policy);
    if !(stood && stands) || old.expires < before.chain.now.block {
        return;
    }
    if world_key(after, index).pending.is_some() {
        return;
    }
    let own = old.owner == account(caller) || old.policy == policy(caller);
    let outranked = old.policy == policy(GUARDIAN);
    // An heir who came of age does not want what was prepared for the trustee.
    let of_age = old.policy == policy(TRUSTEE) && caller == BOB;
    assert!(own || outranked || of_age, "what others rely on was replaced: {old:?} by {caller}");
}

/// Whether the contract holds to what it had prepared. An heir who declines gives up what agents are at, and
/// nobody relies on what they bring.
fn is_held(machine: &Machine) -> bool {
    match machine {
        Machine::Inheritance(_, state) => state.prepared().is_some(),
        Machine::Sale(..) | Machine::Delegation(..) => true,
    }
}

fn world_key(world: &World, index: usize) -> chain::Key {
    world.chain.keys[world.contracts[index].key as usize]
}

/// Whoever ends an agreement, and an heir who came of age, can have the key prepared for their own account
/// at once: no condition is in the way, and nothing that was begun for others, unless agents are at it.
pub fn way_back(world: &World, index: usize) {
    let kept = &world.contracts[index];
    let contract = FIRST_CONTRACT + index as u8;
    let key = world_key(world, index);
    let prepared = |open: &Open| {
        open.key == kept.key
            && !open.cancelled
            && open.status == Status::Executing
            && matches!(open.ask, Ask::Prepare { .. })
    };
    if bound(kept).is_none()
        || key.owner != account(contract)
        || world.chain.requests.len() >= MAX_REQUESTS
        || world.chain.requests.iter().any(prepared)
    {
        return;
    }
    let expires = world.chain.now.block;
    let preparation =
        Preparation { salt: [1; 32], sharing: chain::SHARING.into(), policy: key.policy, expires };
    let (caller, message) = match &kept.machine {
        Machine::Inheritance(_, state) if state.standing() == Standing::Revoked => {
            (ALICE, Message::Prepare(Step::Release, preparation))
        }
        Machine::Inheritance(terms, state) if is_of_age(world, terms, state) => {
            (BOB, Message::Prepare(Step::Majority, preparation))
        }
        Machine::Sale(terms, state) if state.standing() == sale::Standing::Cancelled => {
            (terms.seller.address.0[0], Message::PrepareSale(sale::Step::TakeBack, preparation))
        }
        Machine::Delegation(terms, state)
            if state.controller(terms, world.chain.now.block) == Controller::Owner
                && state.requests_until() < world.chain.now.block =>
        {
            (ALICE, Message::PrepareRelease(preparation))
        }
        _ => return,
    };
    let env = Call { chain: &world.chain, contract, caller, value: 0 };
    let done = kept.machine.clone().apply(&env, message);
    let Some(Ok((actions, _))) = done else { panic!("the way back is barred: {done:?}") };
    let mut chain = world.chain.clone();
    for action in &actions {
        let done = chain.act(contract, caller, action).is_ok();
        assert!(done, "the control plane bars the way back: {action:?} of {actions:?}");
    }
}

/// Whoever is in control has the key frozen, whatever became of an earlier freeze.
pub fn emergency(world: &World, index: usize) {
    let kept = &world.contracts[index];
    let contract = FIRST_CONTRACT + index as u8;
    let Machine::Inheritance(_, state) = &kept.machine else { return };
    if bound(kept).is_none() || world_key(world, index).owner != account(contract) {
        return;
    }
    let caller = match state.controller() {
        inheritance::Controller::Owner => ALICE,
        inheritance::Controller::Guardian => GUARDIAN,
        inheritance::Controller::Trustee(_) => TRUSTEE,
        inheritance::Controller::Heirs => BOB,
        inheritance::Controller::Nobody => return,
    };
    let env = Call { chain: &world.chain, contract, caller, value: 0 };
    let done = kept.machine.clone().apply(&env, Message::Freeze);
    let Some(Ok((actions, _))) = done else { panic!("the freeze is refused: {done:?}") };
    let mut chain = world.chain.clone();
    for action in &actions {
        let done = chain.act(contract, caller, action).is_ok();
        assert!(done, "the control plane refuses the freeze: {action:?} of {actions:?}");
    }
    assert!(chain.keys[kept.key as usize].frozen, "the key is not frozen");
}

/// However a sale has locked its key, the arbiter alone ends that, by a block that is known: when the time to
/// settle and that for a ruling are over.
pub fn unlocked(world: &World, index: usize) {
    let kept = &world.contracts[index];
    let Machine::Sale(terms, state) = &kept.machine else { return };
    if !state.is_locked() {
        return;
    }
    let (contract, arbiter) = (FIRST_CONTRACT + index as u8, terms.arbiter.0[0]);
    let (mut chain, mut machine) = (world.chain.clone(), kept.machine.clone());
    let known = chain.now.block.max(state.settle_until()) + terms.ruling + 2;
    for message in [Message::Expire, Message::Rule(sale::Ruling::Unwind)] {
        let Machine::Sale(_, state) = &machine else { return };
        let over = match (state.standing(), &message) {
            (sale::Standing::Reserved | sale::Standing::Paid, Message::Expire) => {
                state.settle_until()
            }
            (sale::Standing::Disputed { until }, Message::Rule(_)) => until,
            _ => continue,
        };
        chain.advance((over + 1).saturating_sub(chain.now.block));
        let env = Call { chain: &chain, contract, caller: arbiter, value: 0 };
        let done = machine.apply(&env, message);
        let Some(Ok((actions, _))) = done else { panic!("the key stays locked: {done:?}") };
        for action in &actions {
            let done = chain.act(contract, arbiter, action).is_ok();
            assert!(done, "the control plane keeps the key locked: {action:?} of {actions:?}");
        }
    }
    let Machine::Sale(_, state) = &machine else { return };
    assert!(!state.is_locked(), "the key stays locked");
    assert!(chain.now.block <= known, "the key stays locked for longer than is known");
}

/// Whether the minor whose trustee is in control is one no more.
fn is_of_age(world: &World, terms: &inheritance::Terms, state: &inheritance::State) -> bool {
    let Standing::Trustee { heir } = state.standing() else { return false };
    let inheritance::Succession::InOrder { heirs, .. } = &terms.succession else { return false };
    let minority = heirs[heir as usize].minority;
    minority.is_none_or(|minority| world.chain.now.block >= minority.until)
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
