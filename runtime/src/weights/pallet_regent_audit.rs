//! Weights of `pallet_regent_audit`, measured by `tools/weights.sh` (frame-benchmarking-cli 64.0.0); not
//! edited by hand.
//!
//! 2026-11-22, AMD EPYC, 10 steps, 5 repetitions. Proof sizes are upper
//! bounds from the types' maximal lengths; a chain of its own, without proofs of validity, does not
//! charge for them.
#![allow(clippy::unnecessary_cast, unused_parens)]

use core::marker::PhantomData;

use frame_support::{traits::Get, weights::Weight};

/// The measured weights, with the runtime's database weight.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_regent_audit::WeightInfo for WeightInfo<T> {
    fn append() -> Weight {
        Weight::from_parts(45_000_000, 4556)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }

    fn close_block() -> Weight {
        Weight::from_parts(25_000_000, 4500)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(2))
    }
}
