//! Types of the contracts' Solidity interfaces that all of them use.

use alloc::vec::Vec;

use ink::{
    sol::{DynBytes, FixedBytes},
    Address,
};
use regent_contract_logic::{self as logic, custody, Account, Hash, KeyId, PolicyId};

/// `bytes32`.
pub type Bytes32 = FixedBytes<32>;

/// `Party`.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Party {
    /// Who calls.
    pub who: Address,
    /// Who owns the key then.
    pub account: Bytes32,
    /// Under which policy.
    pub policy: Bytes32,
}

impl From<Party> for logic::Party {
    fn from(party: Party) -> Self {
        Self {
            address: address(party.who),
            account: Account(party.account.0),
            policy: PolicyId(party.policy.0),
        }
    }
}

/// `IRegent.Request`.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Request {
    /// Makes it unique.
    pub salt: Bytes32,
    /// The key.
    pub key: Bytes32,
    /// What to do.
    pub operation: DynBytes,
    /// What the payload does.
    pub effect: DynBytes,
    /// The payload.
    pub payload: DynBytes,
    /// The policy it is made under.
    pub policy: Bytes32,
    /// The last block at which it can be approved or released.
    pub expires: u32,
}

impl From<Request> for logic::Request {
    fn from(request: Request) -> Self {
        Self {
            salt: request.salt.0,
            key: KeyId(request.key.0),
            operation: request.operation.0,
            effect: request.effect.0,
            payload: request.payload.0,
            policy: PolicyId(request.policy.0),
            expires: request.expires,
        }
    }
}

impl From<logic::Request> for Request {
    fn from(request: logic::Request) -> Self {
        Self {
            salt: FixedBytes(request.salt),
            key: FixedBytes(request.key.0),
            operation: DynBytes(request.operation),
            effect: DynBytes(request.effect),
            payload: DynBytes(request.payload),
            policy: FixedBytes(request.policy.0),
            expires: request.expires,
        }
    }
}

/// `Preparation`.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Preparation {
    /// Makes the request unique.
    pub salt: Bytes32,
    /// Quorum and tree of the next epoch, SCALE-encoded.
    pub sharing: DynBytes,
    /// The policy under which it is requested.
    pub policy: Bytes32,
    /// The last block at which it can be approved or released.
    pub expires: u32,
}

impl From<Preparation> for custody::Preparation {
    fn from(preparation: Preparation) -> Self {
        Self {
            salt: preparation.salt.0,
            sharing: preparation.sharing.0,
            policy: PolicyId(preparation.policy.0),
            expires: preparation.expires,
        }
    }
}

/// An address, as the machines have it.
pub fn address(address: Address) -> logic::Address {
    logic::Address(address.0)
}

/// Addresses, as the machines have them.
pub fn addresses(addresses: Vec<Address>) -> Vec<logic::Address> {
    addresses.into_iter().map(address).collect()
}

/// 32 bytes that may be missing: zero stands for none.
pub fn optional(bytes: Bytes32) -> Option<Hash> {
    (bytes.0 != [0; 32]).then_some(Hash(bytes.0))
}

/// An address that may be missing: zero stands for none.
pub fn optional_address(who: Address) -> Option<logic::Address> {
    (who.0 != [0; 20]).then(|| address(who))
}
