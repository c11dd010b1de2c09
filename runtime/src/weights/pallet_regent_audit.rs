//! Weights of `pallet_regent_audit`: both figures are estimates, from the storage items read and written, until
//! `tools/weights.sh` measures them again and writes this file anew. They were measured last before each
//! block's entries became a leaf of the log's commitment.
#![allow(clippy::unnecessary_cast, unused_parens)]

use core::marker::PhantomData;

use frame_support::{traits::Get, weights::Weight};

/// The estimated weights, with the runtime's database weight.
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
