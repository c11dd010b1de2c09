//! Weights of admitting deployers and of granting credits.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! upper estimates from the storage items read and written (an appended audit entry counts as four of
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
}

// Membership, institution, deployer, count; one entry.
fn deployer(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(CALL, CALL_PROOF).saturating_add(db.reads_writes(4 + 4, 2 + 4))
}

// The purse with its mapped address, what was granted, both issuances; one entry.
fn credits(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(CALL, CALL_PROOF).saturating_add(db.reads_writes(5 + 4, 5 + 4))
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
}
