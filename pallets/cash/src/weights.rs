//! Weights of issuing, transferring and redeeming cash.
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
    /// [`crate::Pallet::set_issuer`].
    fn set_issuer() -> Weight;
    /// [`crate::Pallet::issue`].
    fn issue() -> Weight;
    /// [`crate::Pallet::transfer`].
    fn transfer() -> Weight;
    /// [`crate::Pallet::redeem`].
    fn redeem() -> Weight;
}

// Terms, issued, redeemed; one entry.
fn terms(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(CALL, CALL_PROOF).saturating_add(db.reads_writes(3 + 4, 1 + 4))
}

// Terms, issued, redeemed, member, institution, the account with its reference and its mapped address,
// the issuance; one entry.
fn supply(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(2 * CALL, CALL_PROOF).saturating_add(db.reads_writes(10 + 4, 6 + 4))
}

// Member or contract, two accounts with their references, the issuance.
fn payment(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(2 * CALL, CALL_PROOF).saturating_add(db.reads_writes(7, 4))
}

impl WeightInfo for () {
    fn set_issuer() -> Weight {
        terms(RocksDbWeight::get())
    }
    fn issue() -> Weight {
        supply(RocksDbWeight::get())
    }
    fn transfer() -> Weight {
        payment(RocksDbWeight::get())
    }
    fn redeem() -> Weight {
        supply(RocksDbWeight::get())
    }
}
