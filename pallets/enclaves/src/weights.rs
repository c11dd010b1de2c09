//! Weights of trusting and revoking measurements. Opening a session is part of the weights of the
//! pallet of requests.
//!
//! Not measured yet: upper estimates from the storage items read and written (an appended audit
//! entry counts as four of each), at the runtime's `DbWeight`, plus a stated reference time for
//! decoding and hashing. Running `benchmarking.rs` replaces them.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight},
};

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

/// Estimates at the database costs of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn trust_measurement() -> Weight {
        call(T::DbWeight::get())
    }
    fn revoke_measurement() -> Weight {
        call(T::DbWeight::get())
    }
}

impl WeightInfo for () {
    fn trust_measurement() -> Weight {
        call(RocksDbWeight::get())
    }
    fn revoke_measurement() -> Weight {
        call(RocksDbWeight::get())
    }
}
