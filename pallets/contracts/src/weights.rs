//! Weights of admitting deployers, of granting credits and of fulfilling conditions.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! upper estimates from the storage items read and written (an appended audit entry counts as five of
//! each), at RocksDB's costs, plus a stated reference time for decoding and hashing.

use frame_support::weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight};

/// Reference time of a call's own work, with the hash of an audit entry, in picoseconds.
const CALL: u64 = 40_000_000;
/// Proof size of the items a call touches, in bytes.
const CALL_PROOF: u64 = 24_000;

/// What the calls cost, at most.
pub trait WeightInfo {
    /// [`crate::Pallet::admit_deployer`].
    fn admit_deployer() -> Weight;
    /// [`crate::Pallet::remove_deployer`].
    fn remove_deployer() -> Weight;
    /// [`crate::Pallet::grant_credits`].
    fn grant_credits() -> Weight;
    /// [`crate::Pallet::revoke_credits`].
    fn revoke_credits() -> Weight;
    /// [`ConditionControl::fulfil`](regent_primitives::control::ConditionControl::fulfil) of one more.
    fn fulfil_condition() -> Weight;
    /// [`ConditionControl::withdraw`](regent_primitives::control::ConditionControl::withdraw).
    fn withdraw_condition() -> Weight;
}

// Membership, institution, deployer, count; one entry.
fn deployer(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(CALL, CALL_PROOF).saturating_add(db.reads_writes(4 + 5, 2 + 5))
}

// The purse with its mapped address, what was granted, both issuances; one entry.
fn credits(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(CALL, CALL_PROOF).saturating_add(db.reads_writes(5 + 5, 5 + 5))
}

// The condition, how many there are; two entries.
fn condition(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(2 * CALL, CALL_PROOF).saturating_add(db.reads_writes(2 + 10, 2 + 10))
}

impl WeightInfo for () {
    fn admit_deployer() -> Weight {
        deployer(RocksDbWeight::get())
    }
    fn remove_deployer() -> Weight {
        deployer(RocksDbWeight::get())
    }
    fn grant_credits() -> Weight {
        credits(RocksDbWeight::get())
    }
    fn revoke_credits() -> Weight {
        credits(RocksDbWeight::get())
    }
    fn fulfil_condition() -> Weight {
        condition(RocksDbWeight::get())
    }
    fn withdraw_condition() -> Weight {
        condition(RocksDbWeight::get())
    }
}
