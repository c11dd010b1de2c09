//! A chain of one key, as far as a contract sees it.

use regent_contract_logic::{
    custody::Preparation, Account, Address, Amount, Environment, Hash, KeyId, Moment, Party,
    PolicyId, Request, RequestId, Status,
};

pub const ALICE: u8 = 1;
pub const BOB: u8 = 2;
pub const KEY: KeyId = KeyId([7; 32]);
/// The request of a preparation, and another one.
pub const PREPARATION: RequestId = RequestId([0; 32]);
pub const USE: RequestId = RequestId([1; 32]);
pub const CONTRACT: Account = Account([100; 32]);

pub fn address(who: u8) -> Address {
    Address([who; 20])
}

pub fn policy(who: u8) -> PolicyId {
    PolicyId([who; 32])
}

pub fn party(who: u8) -> Party {
    Party { address: address(who), account: Account([who; 32]), policy: policy(who) }
}

/// Who calls, with what, when.
#[derive(Clone, Copy)]
pub struct Stage {
    pub caller: u8,
    pub value: Amount,
    pub now: Moment,
    pub key_owner: Account,
    /// Where these two requests stand.
    pub statuses: [Status; 2],
}

impl Stage {
    pub fn new() -> Self {
        let now = Moment { block: 1_000, milliseconds: 500_000 };
        let statuses = [Status::Pending; 2];
        Self { caller: ALICE, value: 0, now, key_owner: CONTRACT, statuses }
    }

    pub fn by(&self, caller: u8) -> Self {
        Self { caller, ..*self }
    }

    /// The same, with the preparation's request there.
    pub fn with_preparation(&self, status: Status) -> Self {
        Self { statuses: [status, self.statuses[1]], ..*self }
    }

    /// The same, with the other request there.
    pub fn with_use(&self, status: Status) -> Self {
        Self { statuses: [self.statuses[0], status], ..*self }
    }

    pub fn paying(&self, value: Amount) -> Self {
        Self { value, ..*self }
    }

    /// So many blocks pass, half a second each.
    pub fn pass(&mut self, blocks: u32) {
        self.now.block += blocks;
        self.now.milliseconds += u64::from(blocks) * 500;
    }

    /// The chain stands still, and makes one block then.
    pub fn halt(&mut self, milliseconds: u64) {
        self.now.block += 1;
        self.now.milliseconds += milliseconds;
    }
}

impl Environment for Stage {
    fn caller(&self) -> Address {
        address(self.caller)
    }

    fn value(&self) -> Amount {
        self.value
    }

    fn now(&self) -> Moment {
        self.now
    }

    fn own_account(&self) -> Account {
        CONTRACT
    }

    fn owner_of(&self, key: KeyId) -> Option<Account> {
        (key == KEY).then_some(self.key_owner)
    }

    fn status_of(&self, request: RequestId) -> Status {
        self.statuses[request.0[0] as usize]
    }

    fn keccak256(&self, bytes: &[u8]) -> Hash {
        hash_of(bytes)
    }
}

/// Stands in for a hash: of other bytes, at most 32, it is another.
pub fn hash_of(bytes: &[u8]) -> Hash {
    let mut hash = [0xff; 32];
    hash[..bytes.len()].copy_from_slice(bytes);
    Hash(hash)
}

/// A request to sign raw bytes.
pub fn request(expires: u32) -> Request {
    Request {
        salt: [0; 32],
        key: KEY,
        operation: vec![1, 0],
        effect: vec![0, 0],
        payload: vec![1, 2, 3],
        policy: policy(ALICE),
        expires,
    }
}

/// Quorum and tree, encoded.
pub const SHARING: [u8; 2] = [8, 8];

pub fn preparation() -> Preparation {
    let expires = 1_000_000;
    Preparation { salt: [0; 32], sharing: SHARING.into(), policy: policy(ALICE), expires }
}
