//! Weights of the audit log.
//!
//! Not measured yet: upper estimates from the storage items read and written, at the runtime's
//! `DbWeight`, plus a stated reference time for hashing. Running `benchmarking.rs` replaces them.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Reference time of encoding and hashing one entry (at most about 250 bytes), in picoseconds.
const HASH_ENTRY: u64 = 10_000_000;
/// Proof size of the four items an append touches, in bytes.
const APPEND_PROOF: u64 = 12_000;

/// What appending costs.
pub trait WeightInfo {
    /// One entry.
    fn append() -> Weight;
}

/// Estimates for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Reads: genesis hash, count, head, subject's head. Writes: entry, count, head, subject's head.
    fn append() -> Weight {
        Weight::from_parts(HASH_ENTRY, APPEND_PROOF)
            .saturating_add(T::DbWeight::get().reads_writes(4, 4))
    }
}

impl WeightInfo for () {
    fn append() -> Weight {
        Weight::from_parts(HASH_ENTRY, APPEND_PROOF).saturating_add(
            frame_support::weights::constants::RocksDbWeight::get().reads_writes(4, 4),
        )
    }
}
