//! Weights of the audit log.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! estimates for tests.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Reference time of encoding and hashing one entry (at most about 250 bytes) and of merging its
/// block's subtrees, in picoseconds.
const HASH_ENTRY: u64 = 20_000_000;
/// Proof size of the five items an append touches, in bytes.
const APPEND_PROOF: u64 = 13_500;
/// Reference time of a root of a block's subtrees, in picoseconds.
const HASH_ROOT: u64 = 20_000_000;
/// Proof size of the six items the hook touches, in bytes.
const CLOSE_PROOF: u64 = 4_500;

/// What appending costs, and what each block does.
pub trait WeightInfo {
    /// One entry.
    fn append() -> Weight;
    /// The hook of every block.
    fn close_block() -> Weight;
}

impl WeightInfo for () {
    fn append() -> Weight {
        Weight::from_parts(HASH_ENTRY, APPEND_PROOF)
            .saturating_add(RocksDbWeight::get().reads_writes(5, 5))
    }

    fn close_block() -> Weight {
        Weight::from_parts(HASH_ROOT, CLOSE_PROOF)
            .saturating_add(RocksDbWeight::get().reads_writes(5, 2))
    }
}
