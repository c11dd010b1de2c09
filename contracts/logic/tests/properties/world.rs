//! Several contracts on one chain, called one within the other.

use regent_contract_logic::{
    Account, Action, Address, Amount, Environment, Hash, KeyId, Moment, PolicyId, RequestId, Status,
};

use crate::{
    chain::{self, account, Ask, Chain, Key, Pending, Person, FIRST_CONTRACT},
    invariants,
    machines::{Happened, Machine, Message},
    random::Random,
    script, terms,
};

/// Calls within calls.
const MAX_DEPTH: u8 = 2;

/// A contract, and what the properties remember of it.
#[derive(Clone)]
pub struct Contract {
    pub machine: Machine,
    /// The key it is meant to keep; it may be another contract's.
    pub key: u8,
    /// Its owner revoked, recalled or cancelled: nothing may be carried out against them.
    pub revoked: bool,
    /// What the buyer paid in, what the buyer got back, what the seller got.
    pub paid: Amount,
    pub refunded: Amount,
    pub proceeds: Amount,
    pub settled: bool,
}

/// How often something happened, over all sequences.
pub type Count = std::collections::BTreeMap<&'static str, u64>;

#[derive(Clone)]
pub struct World {
    pub chain: Chain,
    pub contracts: Vec<Contract>,
}

/// A call in progress.
pub struct Call<'a> {
    pub chain: &'a Chain,
    pub contract: u8,
    pub caller: Person,
    pub value: Amount,
}

impl Environment for Call<'_> {
    fn caller(&self) -> Address {
        chain::address(self.caller)
    }

    fn value(&self) -> Amount {
        self.value
    }

    fn now(&self) -> Moment {
        self.chain.now
    }

    fn own_account(&self) -> Account {
        account(self.contract)
    }

    fn owner_of(&self, key: KeyId) -> Option<Account> {
        self.chain.keys.get(key.0[0] as usize).map(|key| key.owner)
    }

    fn status_of(&self, request: RequestId) -> Status {
        self.chain.status_of(request)
    }

    fn keccak256(&self, bytes: &[u8]) -> Hash {
        chain::hash_of(bytes)
    }
}

impl World {
    /// One to three contracts with a key each. Some claim the key of another.
    pub fn new(random: &mut Random) -> Self {
        let mut world = Self { chain: Chain::new(), contracts: Vec::new() };
        for _ in 0..1 + random.below(3) {
            let index = world.contracts.len() as u8;
            let contract = FIRST_CONTRACT + index;
            let env = Call { chain: &world.chain, contract, caller: terms::ALICE, value: 0 };
            let machine = match random.below(10) {
                0..=3 => terms::inheritance(random, &env),
                4..=6 => terms::sale(random, &env, terms::ALICE),
                7 => terms::sale(random, &env, terms::MALLORY),
                _ => terms::delegation(random, &env),
            };
            let seller = match &machine {
                Machine::Sale(terms, _) => terms.seller.address.0[0],
                _ => terms::ALICE,
            };
            let claims_anothers = index > 0 && random.percent(10);
            let key = if claims_anothers { 0 } else { world.chain.keys.len() as u8 };
            if !claims_anothers {
                let policy: PolicyId = chain::policy(seller);
                let owner = account(contract);
                world.chain.keys.push(Key { owner, policy, pending: None, frozen: false });
            }
            world.chain.gated[contract as usize] = machine.condition().is_some();
            world.contracts.push(Contract {
                machine,
                key,
                revoked: false,
                paid: 0,
                refunded: 0,
                proceeds: 0,
                settled: false,
            });
        }
        for person in [terms::ALICE, terms::BOB] {
            world.chain.refuses[person as usize] = random.percent(5);
        }
        world
    }

    /// Calls a contract as the chain would: all of it happens, or nothing.
    pub fn call(
        &mut self,
        random: &mut Random,
        count: &mut Count,
        index: usize,
        call: (Person, Amount, Message),
        depth: u8,
    ) -> bool {
        let before = self.clone();
        let prepared_by = call.2.prepares().then_some(call.0);
        let done = self.attempt(random, count, index, call, depth).is_some();
        if !done {
            *self = before;
        } else {
            self.note_late(index);
            if let Some(caller) = prepared_by {
                invariants::replaced(&before, self, index, caller);
                *count.entry("prepared").or_default() += 1;
            }
        }
        done
    }

    fn attempt(
        &mut self,
        random: &mut Random,
        count: &mut Count,
        index: usize,
        (caller, value, message): (Person, Amount, Message),
        depth: u8,
    ) -> Option<()> {
        let contract = FIRST_CONTRACT + index as u8;
        self.chain.transfer(caller, contract, value).ok()?;
        let env = Call { chain: &self.chain, contract, caller, value };
        let revoked = self.contracts[index].revoked;
        let (actions, happened) = self.contracts[index].machine.apply(&env, message)?.ok()?;
        self.contracts[index].paid += value;
        for event in &happened {
            self.remember(count, index, *event);
        }
        for action in &actions {
            // A payee calls back, before it has the money. The control plane calls nobody.
            if matches!(action, Action::Pay { .. }) && depth < MAX_DEPTH {
                for _ in 0..random.below(8) {
                    self.call_back(random, count, index, depth);
                }
            }
            if revoked {
                invariants::permitted(&self.contracts[index], caller, action);
            }
            let dropped = self.is_pending(index);
            if let Some(request) = self.chain.act(contract, caller, action).ok()? {
                self.contracts[index].machine.submitted(request);
            }
            match action {
                Action::Cancel(_) => *count.entry("requests cancelled").or_default() += 1,
                Action::Withdraw(_) if dropped => {
                    *count.entry("epochs dropped").or_default() += 1;
                }
                Action::WithdrawCondition(_) => {
                    *count.entry("conditions withdrawn").or_default() += 1;
                }
                _ => {}
            }
            if let Action::Pay { to, amount } = action {
                let contract = &mut self.contracts[index];
                if to.0[0] == terms::BOB {
                    contract.refunded += amount;
                } else {
                    contract.proceeds += amount;
                }
            }
        }
        Some(())
    }

    fn call_back(&mut self, random: &mut Random, count: &mut Count, index: usize, depth: u8) {
        let target = if random.percent(70) {
            index
        } else {
            random.below(self.contracts.len() as u64) as usize
        };
        let inner = script::message(random, &self.chain, &self.contracts[target]);
        if let Some(inner) = inner {
            let done = self.call(random, count, target, inner, depth + 1);
            *count.entry("calls back").or_default() += u64::from(done);
        }
        // A payee is a stranger: what it sees has to be right.
        invariants::control(self, index);
        invariants::prepared(self, index);
    }

    fn remember(&mut self, count: &mut Count, index: usize, event: Happened) {
        let contract = &mut self.contracts[index];
        match event {
            Happened::Revoked | Happened::Cancelled | Happened::Recalled => {
                contract.revoked = true;
            }
            Happened::Settled => {
                assert!(!contract.revoked, "settled after it was cancelled");
                contract.settled = true;
            }
            Happened::Succeeded | Happened::Appointed => {
                assert!(!contract.revoked, "executed after it was revoked");
                let waited = self.chain.now.block - self.chain.woke;
                assert!(waited > terms::CONTEST, "executed too soon after a halt");
            }
            _ => {}
        }
        let name = match event {
            Happened::Succeeded => "succeeded",
            Happened::Appointed => "appointed",
            Happened::Restored => "restored",
            Happened::CameOfAge => "came of age",
            Happened::Released => "released",
            Happened::Revoked => "revoked",
            Happened::Restarted => "restarted after a halt",
            Happened::Contested => "contested",
            Happened::Settled => "settled",
            Happened::Cancelled => "cancelled",
            Happened::Disputed => "disputed",
            Happened::Recalled => "recalled",
            Happened::Other => return,
        };
        *count.entry(name).or_default() += 1;
    }

    fn is_pending(&self, index: usize) -> bool {
        self.chain.keys[self.contracts[index].key as usize].pending.is_some()
    }

    /// Governance lifts a freeze; of an inheritance, because a recalled adviser's stays for a reason.
    pub fn lift_freeze(&mut self, index: usize) {
        let contract = &self.contracts[index];
        if matches!(contract.machine, Machine::Inheritance(..)) {
            self.chain.keys[contract.key as usize].frozen = false;
        }
    }

    /// What can neither be cancelled nor used any more is remembered.
    fn note_late(&mut self, index: usize) {
        let contract = FIRST_CONTRACT + index as u8;
        for position in 0..self.chain.requests.len() {
            let open = self.chain.requests[position];
            let Ask::Prepare { owner, policy } = open.ask else { continue };
            if open.contract == contract
                && open.status == Status::Executing
                && !invariants::can_follow(self, index, owner, policy)
            {
                self.chain.requests[position].late = true;
            }
        }
    }

    /// People and agents proceed with one of the open requests.
    pub fn carry_out(&mut self, random: &mut Random, count: &mut Count) {
        if self.chain.requests.is_empty() {
            return;
        }
        let mut position = random.below(self.chain.requests.len() as u64) as usize;
        // A preparation is what everybody waits for.
        if random.percent(70) {
            let prepares = |open: &chain::Open| matches!(open.ask, Ask::Prepare { .. });
            position = self.chain.requests.iter().position(prepares).unwrap_or(position);
        }
        while random.percent(75) {
            let open = self.chain.requests[position];
            if self.chain.keys[open.key as usize].frozen {
                return;
            }
            let Some(done) = self.chain.proceed(position) else { continue };
            match done.ask {
                Ask::Use => invariants::carried_out(self, done),
                // The chain takes no result of what was cancelled.
                Ask::Prepare { .. } if done.cancelled => {}
                Ask::Prepare { owner, policy } => {
                    let (contract, expires, late) = (done.contract, done.expires, done.late);
                    *count.entry("came too late").or_default() += u64::from(late);
                    let pending = Pending { owner, policy, contract, expires, late };
                    self.chain.keys[open.key as usize].pending = Some(pending);
                }
            }
            return;
        }
    }
}
