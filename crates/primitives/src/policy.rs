//! Policies: who may have what done with a key. Types and content address only; every rule is
//! evaluated in `regent-policy`.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{H256, U256};
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::{
    bounds::*,
    hashing::{hash, Tag},
    ids::PolicyHash,
    payload::{Asset, Recipient},
    request::OperationKind,
    session::Measurement,
    AccountId, BlockNumber, Signature,
};

/// A short name, UTF-8.
pub type Name = BoundedVec<u8, ConstU32<MAX_NAME_BYTES>>;
/// Position of a role in its policy.
pub type RoleIndex = u8;

/// A named set of people, by the accounts whose signatures count.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Role {
    /// For people to read.
    pub name: Name,
    /// Its members, without duplicates.
    pub members: BoundedVec<AccountId, ConstU32<MAX_ROLE_MEMBERS>>,
}

/// `threshold` members of a role must approve before the next stage opens.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Stage {
    /// Which role.
    pub role: RoleIndex,
    /// How many of its members, from 1.
    pub threshold: u8,
}

/// The most one operation may move of an asset. An asset without a limit may not be moved at all.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct AssetLimit {
    /// Which asset.
    pub asset: Asset,
    /// Sum of one operation's transfers of it, in its smallest unit.
    pub maximum: U256,
    /// The most one operation may pay in fees of it, in its smallest unit.
    pub maximum_fee: U256,
}

/// Who may replace the policy by a successor.
pub type ChangeRule = Stage;

/// What a contract has to declare before requests of some kinds are taken, beside all approvals.
///
/// The declaration is the chain's word, and nobody's signature: a condition can only add to what the
/// stages ask for, and agents rely on the stages (section 7).
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Condition {
    /// The contract's own name for it.
    pub id: H256,
    /// The contract that fulfils it: no other account can.
    pub contract: AccountId,
    /// Kinds of operation that wait for it; at least one.
    pub operations: BoundedVec<OperationKind, ConstU32<MAX_OPERATION_KINDS>>,
}

/// What may be done with the keys that commit to it, and by whose approval.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Policy {
    /// For people to read.
    pub name: Name,
    /// The policy this one succeeds, with the signatures its change rule asks for.
    pub predecessor: Option<PolicyHash>,
    /// The roles it names.
    pub roles: BoundedVec<Role, ConstU32<MAX_ROLES>>,
    /// Who may request.
    pub requesters: RoleIndex,
    /// Approvals, in this order; at least one.
    pub stages: BoundedVec<Stage, ConstU32<MAX_STAGES>>,
    /// Kinds of operation it allows.
    pub operations: BoundedVec<OperationKind, ConstU32<MAX_OPERATION_KINDS>>,
    /// What one operation may move.
    pub limits: BoundedVec<AssetLimit, ConstU32<MAX_ASSET_LIMITS>>,
    /// To whom; `None` allows anyone.
    pub recipients: Option<BoundedVec<Recipient, ConstU32<MAX_RECIPIENTS>>>,
    /// Whether payloads that nobody parses may be signed or decrypted.
    pub allow_raw: bool,
    /// Blocks a request may live.
    pub maximum_lifetime: BlockNumber,
    /// Enclaves it accepts; at least one.
    pub measurements: BoundedVec<Measurement, ConstU32<MAX_MEASUREMENTS>>,
    /// Who may change it.
    pub change_rule: ChangeRule,
    /// What contracts have to declare first.
    pub conditions: BoundedVec<Condition, ConstU32<MAX_CONDITIONS>>,
}

impl Policy {
    /// Its content address.
    pub fn hash(&self, genesis: H256) -> PolicyHash {
        PolicyHash(hash(Tag::Policy, genesis, self))
    }
}

/// A member's signature over the change from a policy to its successor.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ChangeSignature {
    /// A member of the predecessor's change role.
    pub signer: AccountId,
    /// Over [`change_message`].
    pub signature: Signature,
}

/// Signatures a change can carry.
pub type ChangeSignatures = BoundedVec<ChangeSignature, ConstU32<MAX_ROLE_MEMBERS>>;

/// What members of the change role sign: `H(predecessor ‖ successor)`.
pub fn change_message(genesis: H256, predecessor: PolicyHash, successor: PolicyHash) -> H256 {
    hash(Tag::PolicyChange, genesis, &(predecessor, successor))
}
