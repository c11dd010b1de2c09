//! A small model of the chain: keys, requests, conditions, balances, two clocks.

use regent_contract_logic::{
    Account, Action, Address, Amount, BlockNumber, Hash, KeyId, Moment, PolicyId, Request,
    RequestId, Status,
};

/// People, by number. Their address, account and policy are that number repeated.
pub type Person = u8;
pub const PEOPLE: u8 = 13;
/// Contracts are numbered from here.
pub const FIRST_CONTRACT: u8 = 100;
/// The policy of heirs together.
pub const TOGETHER: u8 = 50;
/// Milliseconds of a block.
pub const BLOCK: u64 = 500;

pub fn address(who: u8) -> Address {
    Address([who; 20])
}

pub fn account(who: u8) -> Account {
    Account([who; 32])
}

pub fn policy(who: u8) -> PolicyId {
    PolicyId([who; 32])
}

pub fn key(number: u8) -> KeyId {
    KeyId([number; 32])
}

/// Quorum and tree that everybody agreed on, encoded.
pub const SHARING: [u8; 2] = [2, 2];

/// Stands in for a hash: of other bytes, at most 32, it is another.
pub fn hash_of(bytes: &[u8]) -> Hash {
    let mut hash = [0xff; 32];
    hash[..bytes.len()].copy_from_slice(bytes);
    Hash(hash)
}

#[derive(Clone, Copy, Debug)]
pub enum Ask {
    Use,
    Prepare { owner: Account, policy: PolicyId },
}

/// A request that may still be carried out.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    pub id: u16,
    pub key: u8,
    pub contract: u8,
    pub person: u8,
    pub ask: Ask,
    pub expires: BlockNumber,
    pub status: Status,
    /// Cancelled when agents had begun on it: they may finish.
    pub cancelled: bool,
    /// Its step could follow no more when it could not be cancelled any more.
    pub late: bool,
}

/// The next epoch of a key.
#[derive(Clone, Copy, Debug)]
pub struct Pending {
    pub owner: Account,
    pub policy: PolicyId,
    /// Of the request it came of.
    pub contract: u8,
    pub expires: BlockNumber,
    pub late: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub owner: Account,
    pub policy: PolicyId,
    pub pending: Option<Pending>,
    pub frozen: bool,
}

#[derive(Clone)]
pub struct Chain {
    pub now: Moment,
    /// The block after the last halt.
    pub woke: BlockNumber,
    pub keys: Vec<Key>,
    pub requests: Vec<Open>,
    /// Of every request there was, whether it was carried out.
    completed: Vec<bool>,
    /// By number of the contract: whether its condition is fulfilled.
    pub fulfilled: [bool; 128],
    /// And whether the policies of the key it keeps have transfers wait for that.
    pub gated: [bool; 128],
    /// By number: people and contracts.
    pub balances: [Amount; 128],
    /// Who refuses money.
    pub refuses: [bool; 128],
}

/// Requests there may be at once.
pub const MAX_REQUESTS: usize = 32;

/// Something the control plane or a payee refuses.
pub struct Refused;

impl Chain {
    pub fn new() -> Self {
        let mut balances = [0; 128];
        for person in 0..PEOPLE {
            balances[person as usize] = 1_000;
        }
        Self {
            now: Moment { block: 10, milliseconds: 10 * BLOCK },
            woke: 0,
            keys: Vec::new(),
            requests: Vec::new(),
            completed: Vec::new(),
            fulfilled: [false; 128],
            gated: [false; 128],
            balances,
            refuses: [false; 128],
        }
    }

    pub fn advance(&mut self, blocks: u32) {
        self.now.block += blocks;
        self.now.milliseconds += u64::from(blocks) * BLOCK;
        let now = self.now.block;
        self.requests.retain(|open| open.expires >= now);
    }

    /// Stands still for a million blocks' time, and wakes.
    pub fn halt(&mut self) {
        self.now.milliseconds += 1_000_000 * BLOCK;
        self.advance(1);
        self.woke = self.now.block;
    }

    pub fn transfer(&mut self, from: u8, to: u8, amount: Amount) -> Result<(), Refused> {
        let left = self.balances[from as usize].checked_sub(amount).ok_or(Refused)?;
        self.balances[from as usize] = left;
        self.balances[to as usize] += amount;
        Ok(())
    }

    fn owned(&mut self, contract: u8, key: KeyId) -> Result<&mut Key, Refused> {
        let owned = self.keys.get_mut(key.0[0] as usize).ok_or(Refused)?;
        if owned.owner == account(contract) {
            Ok(owned)
        } else {
            Err(Refused)
        }
    }

    pub fn status_of(&self, request: RequestId) -> Status {
        let id = u16::from_le_bytes([request.0[0], request.0[1]]);
        match self.requests.iter().find(|open| open.id == id && !open.cancelled) {
            Some(open) => open.status,
            None if self.completed.get(usize::from(id)).copied().unwrap_or(false) => {
                Status::Completed
            }
            None => Status::Over,
        }
    }

    fn submit(
        &mut self,
        contract: u8,
        person: u8,
        request: &Request,
    ) -> Result<RequestId, Refused> {
        let ask = match request.operation.split_first() {
            Some((5, rest)) => {
                let (owner, policy) = rest[rest.len() - 64..].split_at(32);
                let owner = Account(owner.try_into().unwrap());
                Ask::Prepare { owner, policy: PolicyId(policy.try_into().unwrap()) }
            }
            _ => Ask::Use,
        };
        let now = self.now.block;
        let full = self.requests.len() >= MAX_REQUESTS;
        let prepares = matches!(ask, Ask::Prepare { .. });
        let unmet = prepares && !self.is_condition_met(contract);
        let owned = self.owned(contract, request.key)?;
        let superseded = request.policy != owned.policy;
        let blocked = (prepares && owned.pending.is_some()) || unmet;
        if owned.frozen || superseded || blocked || request.expires < now || full {
            return Err(Refused);
        }
        let (key, expires) = (request.key.0[0], request.expires);
        let rival = |open: &Open| {
            open.key == key && !open.cancelled && matches!(open.ask, Ask::Prepare { .. })
        };
        assert!(!(prepares && self.requests.iter().any(rival)), "two preparations of one key");
        let id = self.completed.len() as u16;
        self.completed.push(false);
        let (status, cancelled, late) = (Status::Pending, false, false);
        let open = Open { id, key, contract, person, ask, expires, status, cancelled, late };
        self.requests.push(open);
        let mut name = [0; 32];
        name[..2].copy_from_slice(&id.to_le_bytes());
        Ok(RequestId(name))
    }

    /// Whether nothing keeps the contract's transfers waiting.
    fn is_condition_met(&self, contract: u8) -> bool {
        !self.gated[contract as usize] || self.fulfilled[contract as usize]
    }

    fn cancel(&mut self, contract: u8, request: RequestId) -> Result<(), Refused> {
        let id = u16::from_le_bytes([request.0[0], request.0[1]]);
        let found = self.requests.iter().position(|open| open.id == id && !open.cancelled);
        let position = found.ok_or(Refused)?;
        let open = &mut self.requests[position];
        if open.contract != contract || open.status == Status::Executing {
            return Err(Refused);
        }
        // Of what was approved, agents have begun on one half.
        if open.status == Status::Approved && id.is_multiple_of(2) {
            open.cancelled = true;
        } else {
            self.requests.swap_remove(position);
        }
        Ok(())
    }

    /// A request goes a step on, unless it waits for a condition: then it is neither approved nor begun
    /// on. Returns it if that carried it out.
    pub fn proceed(&mut self, position: usize) -> Option<Open> {
        let Open { contract, ask, status, .. } = self.requests[position];
        let waits = matches!(ask, Ask::Prepare { .. }) && !self.is_condition_met(contract);
        if waits && status != Status::Executing {
            return None;
        }
        let open = &mut self.requests[position];
        open.status = match open.status {
            Status::Pending => Status::Approved,
            Status::Approved => Status::Executing,
            _ => {
                let done = self.requests.swap_remove(position);
                self.completed[usize::from(done.id)] = !done.cancelled;
                return Some(done);
            }
        };
        None
    }

    /// Returns the id of what was submitted.
    pub fn act(
        &mut self,
        contract: u8,
        person: u8,
        action: &Action,
    ) -> Result<Option<RequestId>, Refused> {
        if let Action::Submit(request) = action {
            return self.submit(contract, person, request).map(Some);
        }
        self.change(contract, action).map(|()| None)
    }

    fn set_condition(&mut self, contract: u8, condition: Hash, to: bool) -> Result<(), Refused> {
        assert_eq!(condition, Hash([77; 32]), "a condition of another policy");
        let fulfilled = &mut self.fulfilled[contract as usize];
        if *fulfilled == to {
            return Err(Refused);
        }
        *fulfilled = to;
        Ok(())
    }

    fn change(&mut self, contract: u8, action: &Action) -> Result<(), Refused> {
        match action {
            Action::Submit(_) => Err(Refused),
            Action::Cancel(request) => self.cancel(contract, *request),
            Action::FulfilCondition { condition, .. } => {
                self.set_condition(contract, *condition, true)
            }
            Action::WithdrawCondition(condition) => self.set_condition(contract, *condition, false),
            Action::Withdraw(key) => {
                self.owned(contract, *key)?.pending = None;
                Ok(())
            }
            Action::TransferControl { key, owner, policy } => {
                let owned = self.owned(contract, *key)?;
                let pending = owned.pending.filter(|_| !owned.frozen).ok_or(Refused)?;
                if (pending.owner, pending.policy) != (*owner, *policy) {
                    return Err(Refused);
                }
                assert!(!pending.late, "what came to nothing was used");
                *owned = Key { owner: *owner, policy: *policy, pending: None, frozen: false };
                let number = key.0[0];
                self.requests.retain(|open| open.key != number);
                Ok(())
            }
            Action::Freeze(key) => {
                self.owned(contract, *key)?.frozen = true;
                Ok(())
            }
            Action::Unfreeze(key) => {
                self.owned(contract, *key)?.frozen = false;
                Ok(())
            }
            Action::Pay { to, amount } => {
                let to = to.0[0];
                if self.refuses[to as usize] {
                    return Err(Refused);
                }
                self.transfer(contract, to, *amount)
            }
        }
    }
}
