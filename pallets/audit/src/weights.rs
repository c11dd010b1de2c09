//! Weights of the audit log.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! estimates for tests.

use frame_support::weights::Weight;

/// Reference time of encoding and hashing one entry (at most about 250 bytes), in picoseconds.
const HASH_ENTRY: u64 = 10_000_000;
/// Proof size of the four items an append touches, in bytes.
const APPEND_PROOF: u64 = 12_000;

/// What appending costs.
pub trait WeightInfo {
    /// One entry.
    fn append() -> Weight;
}

impl WeightInfo for () {
    fn append() -> Weight {
        Weight::from_parts(HASH_ENTRY, APPEND_PROOF).saturating_add(
            frame_support::weights::constants::RocksDbWeight::get().reads_writes(4, 4),
        )
    }
}
