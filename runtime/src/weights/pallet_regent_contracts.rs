//! Weights of `pallet_regent_contracts`, to be measured by `tools/weights.sh`.

use core::marker::PhantomData;

use frame_support::{traits::Get, weights::Weight};

/// The weights, with the runtime's database weight.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_regent_contracts::WeightInfo for WeightInfo<T> {
    fn admit_deployer() -> Weight {
        Weight::from_parts(90_000_000, 3617)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn remove_deployer() -> Weight {
        Weight::from_parts(90_000_000, 3617)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn grant_credits() -> Weight {
        Weight::from_parts(120_000_000, 3617)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    fn revoke_credits() -> Weight {
        Weight::from_parts(120_000_000, 3617)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    fn fulfil_condition() -> Weight {
        Weight::from_parts(90_000_000, 3617)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn withdraw_condition() -> Weight {
        Weight::from_parts(90_000_000, 3617)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(8))
    }
}
