//! What a call brings, and what a machine reads of the chain.

use crate::types::{Account, Address, Amount, Hash, KeyId, Moment, RequestId, Status};

/// The call that is being answered.
pub trait Environment {
    /// Who calls: a person, or another contract.
    fn caller(&self) -> Address;
    /// What the call pays, already received.
    fn value(&self) -> Amount;
    /// The block being built.
    fn now(&self) -> Moment;
    /// The account that owns what the contract owns.
    fn own_account(&self) -> Account;
    /// Who owns a key; `None` if there is none.
    fn owner_of(&self, key: KeyId) -> Option<Account>;
    /// Where a request stands.
    fn status_of(&self, request: RequestId) -> Status;
    /// Keccak-256, the hash that every contract language has.
    fn keccak256(&self, bytes: &[u8]) -> Hash;
}
