//! Weights of the calls.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! estimates for tests.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// `create` of the largest policy.
    fn create() -> Weight;
    /// `change` to the largest policy, with `s` signatures.
    fn change(s: u32) -> Weight;
}

const DISPATCH: Weight = Weight::from_parts(20_000_000, 0);
const CHECK: Weight = Weight::from_parts(100_000_000, 0);
const SIGNATURE: Weight = Weight::from_parts(200_000_000, 0);

fn create(db: frame_support::weights::RuntimeDbWeight) -> Weight {
    // Reads: membership 2, the policy's hash, genesis, and the log's count, head and subject head.
    // Writes: the policy, its predecessor, and the log's entry, count, head and subject head.
    DISPATCH.saturating_add(CHECK).saturating_add(db.reads_writes(7, 6))
}

fn change(db: frame_support::weights::RuntimeDbWeight, s: u32) -> Weight {
    create(db)
        .saturating_add(CHECK)
        .saturating_add(SIGNATURE.saturating_mul(u64::from(s)))
        .saturating_add(db.reads(1))
}

impl WeightInfo for () {
    fn create() -> Weight {
        create(RocksDbWeight::get())
    }

    fn change(s: u32) -> Weight {
        change(RocksDbWeight::get(), s)
    }
}
