//! Types of this pallet alone.

use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use regent_primitives::{AccountId, BlockNumber};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What an institution has used of its quota. Amounts are picoseconds of reference time.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct QuotaUsage {
    /// The window [`QuotaUsage::used`] counts: in any other, nothing is used.
    pub window: u32,
    /// Used in that window.
    pub used: u64,
    /// The block [`QuotaUsage::used_in_block`] counts: in any other, nothing is used.
    pub block: BlockNumber,
    /// Used in that block.
    pub used_in_block: u64,
}

impl QuotaUsage {
    /// The same usage, seen from this window and block.
    pub fn at(self, window: u32, block: BlockNumber) -> Self {
        Self {
            window,
            used: if self.window == window { self.used } else { 0 },
            block,
            used_in_block: if self.block == block { self.used_in_block } else { 0 },
        }
    }
}

/// An institution of the genesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisInstitution {
    /// Its name, 1 to 64 bytes.
    pub name: String,
    /// The account that administers it; a member of itself.
    pub administrator: AccountId,
    /// Its other members. The administrator may be listed too.
    pub members: Vec<AccountId>,
    /// Weight its members may use per window, in picoseconds of reference time.
    pub quota: u64,
    /// The member in its validator seat.
    pub validator: Option<AccountId>,
}
