//! Weights of the calls.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! estimates for tests.

use frame_support::weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight};

/// Weights of the calls. Enrolments and confirmations are weighed where they are called from, in
/// the requests pallet.
pub trait WeightInfo {
    /// `accept_confirmed` of a key with the largest tree.
    fn accept_confirmed() -> Weight;
}

fn accept_confirmed(db: RuntimeDbWeight) -> Weight {
    // Reads: token, status, genesis, and the log's count, head and subject head. Writes: status, and
    // the log's entry, count, head and subject head.
    Weight::from_parts(220_000_000, 0).saturating_add(db.reads_writes(6, 5))
}

impl WeightInfo for () {
    fn accept_confirmed() -> Weight {
        accept_confirmed(RocksDbWeight::get())
    }
}
