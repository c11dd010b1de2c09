//! What the machines speak of.

use codec::{Decode, Encode};

/// Height of a block.
///
/// A block that finality discards takes with it what a contract did in it. On the chain that stays,
/// blocks counted are finalised blocks.
pub type BlockNumber = u32;

/// An amount of the chain's asset, in its smallest unit.
pub type Amount = u128;

/// A contract or a person, as contracts see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Address(pub [u8; 20]);

/// An account of the chain, which can own a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Account(pub [u8; 32]);

/// A key's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct KeyId(pub [u8; 32]);

/// A request's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct RequestId(pub [u8; 32]);

/// A policy's id: its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct PolicyId(pub [u8; 32]);

/// Hash of a document outside the chain: a certificate, an order, a receipt of payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Hash(pub [u8; 32]);

/// Who a key can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Party {
    /// Who calls.
    pub address: Address,
    /// The account that owns the key once it has left the contract.
    pub account: Account,
    /// The policy under which the party uses the key: it names the party's approvers.
    pub policy: PolicyId,
}

/// The block being built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Moment {
    /// Its height.
    pub block: BlockNumber,
    /// Its time in milliseconds since 1970: of its slot, which its author does not choose.
    pub milliseconds: u64,
}

/// Where a request stands, as far as a contract has to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It collects approvals. Once cancelled it is never carried out.
    Pending,
    /// It is approved: it can be cancelled, but agents may have begun on it.
    Approved,
    /// Shares were released. It cannot be cancelled.
    Executing,
    /// It was carried out.
    Completed,
    /// Nothing comes of it.
    Over,
}
