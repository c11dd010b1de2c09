//! A small model of the chain: keys, requests, balances, two clocks.

use regent_contract_logic::{
    Account, Action, Address, Amount, BlockNumber, Hash, KeyId, Moment, PolicyId, Request,
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

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    Use,
    Prepare { owner: Account, policy: PolicyId },
}

/// A request that may still be carried out.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    pub key: u8,
    pub contract: u8,
    pub person: u8,
    pub ask: Ask,
    pub expires: BlockNumber,
}

#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub owner: Account,
    pub policy: PolicyId,
    pub pending: Option<(Account, PolicyId)>,
    pub frozen: bool,
}

#[derive(Clone)]
pub struct Chain {
    pub now: Moment,
    /// The block after the last halt.
    pub woke: BlockNumber,
    pub keys: Vec<Key>,
    pub requests: Vec<Open>,
    /// By number: people and contracts.
    pub balances: [Amount; 128],
    /// Who refuses money.
    pub refuses: [bool; 128],
}

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

    fn submit(&mut self, contract: u8, person: u8, request: &Request) -> Result<(), Refused> {
        let ask = match request.operation.split_first() {
            Some((5, rest)) => {
                let (owner, policy) = rest[rest.len() - 64..].split_at(32);
                let owner = Account(owner.try_into().unwrap());
                Ask::Prepare { owner, policy: PolicyId(policy.try_into().unwrap()) }
            }
            _ => Ask::Use,
        };
        let now = self.now.block;
        let full = self.requests.len() >= 32;
        let owned = self.owned(contract, request.key)?;
        let superseded = request.policy != owned.policy;
        if owned.frozen || superseded || request.expires < now || full {
            return Err(Refused);
        }
        let (key, expires) = (request.key.0[0], request.expires);
        self.requests.push(Open { key, contract, person, ask, expires });
        Ok(())
    }

    pub fn act(&mut self, contract: u8, person: u8, action: &Action) -> Result<(), Refused> {
        match action {
            Action::Submit(request) => self.submit(contract, person, request),
            Action::FulfilCondition { condition, .. } => {
                assert_eq!(*condition, Hash([77; 32]), "a condition of another policy");
                Ok(())
            }
            Action::TransferControl { key, owner, policy } => {
                let owned = self.owned(contract, *key)?;
                if owned.frozen || owned.pending != Some((*owner, *policy)) {
                    return Err(Refused);
                }
                *owned = Key { owner: *owner, policy: *policy, pending: None, frozen: false };
                let number = key.0[0];
                self.requests.retain(|open| open.key != number);
                Ok(())
            }
            Action::Freeze(key) => {
                let owned = self.owned(contract, *key)?;
                if owned.frozen {
                    return Err(Refused);
                }
                owned.frozen = true;
                Ok(())
            }
            Action::Unfreeze(key) => {
                let owned = self.owned(contract, *key)?;
                if !owned.frozen {
                    return Err(Refused);
                }
                owned.frozen = false;
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
