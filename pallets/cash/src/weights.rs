//! Weights of issuing, transferring, redeeming and recovering cash.
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
    /// [`crate::Pallet::set_issuer`].
    fn set_issuer() -> Weight;
    /// [`crate::Pallet::issue`].
    fn issue() -> Weight;
    /// [`crate::Pallet::transfer`].
    fn transfer() -> Weight;
    /// [`crate::Pallet::redeem`].
    fn redeem() -> Weight;
    /// [`crate::Pallet::recover`].
    fn recover() -> Weight;
}

// Terms, issued, redeemed, institution; one entry.
fn terms(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(CALL, CALL_PROOF).saturating_add(db.reads_writes(4 + 5, 1 + 5))
}

// Terms, issued, redeemed, member, institution, the account with its reference and its mapped address,
// the issuance; one entry.
fn supply(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(2 * CALL, CALL_PROOF).saturating_add(db.reads_writes(10 + 5, 6 + 5))
}

// Member, two accounts with their references, the issuance.
fn payment(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(2 * CALL, CALL_PROOF).saturating_add(db.reads_writes(7, 4))
}

// Two members, contract, two accounts with their references and mapped addresses; one entry.
fn recovery(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(2 * CALL, CALL_PROOF).saturating_add(db.reads_writes(10 + 5, 6 + 5))
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
    fn recover() -> Weight {
        recovery(RocksDbWeight::get())
    }
}
