//! Weights of trusting and revoking measurements. Opening a session is part of the weights of the
//! pallet of requests.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! estimates for tests.

use frame_support::weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight};

/// Reference time of a call's own work on a full list, with the hash of an audit entry, in
/// picoseconds.
const CALL: u64 = 40_000_000;
/// Proof size of the items a call touches, in bytes.
const CALL_PROOF: u64 = 24_000;

/// What the calls cost, at most.
pub trait WeightInfo {
    /// [`crate::Pallet::trust_measurement`].
    fn trust_measurement() -> Weight;
    /// [`crate::Pallet::revoke_measurement`].
    fn revoke_measurement() -> Weight;
}

// Measurements, whether simulated ones are allowed; one entry.
fn call(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(CALL, CALL_PROOF).saturating_add(db.reads_writes(2 + 4, 1 + 4))
}

impl WeightInfo for () {
    fn trust_measurement() -> Weight {
        call(RocksDbWeight::get())
    }
    fn revoke_measurement() -> Weight {
        call(RocksDbWeight::get())
    }
}
