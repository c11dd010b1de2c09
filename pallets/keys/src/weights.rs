//! Weights of the calls.
//!
//! Upper estimates, not yet measured: reads and writes by the runtime's database weight, 20 µs for
//! decoding and dispatch, 200 µs for decoding a token of the largest size and walking its tree. Run
//! `benchmarking.rs` to replace them.

use core::marker::PhantomData;

use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight},
};

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

/// The estimates, with the runtime's database weight.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn accept_confirmed() -> Weight {
        accept_confirmed(T::DbWeight::get())
    }
}

impl WeightInfo for () {
    fn accept_confirmed() -> Weight {
        accept_confirmed(RocksDbWeight::get())
    }
}
