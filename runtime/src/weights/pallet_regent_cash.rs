//! Weights of `pallet_regent_cash`, to be measured by `tools/weights.sh`.

use core::marker::PhantomData;

use frame_support::{traits::Get, weights::Weight};

/// The weights, with the runtime's database weight.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_regent_cash::WeightInfo for WeightInfo<T> {
    fn set_issuer() -> Weight {
        Weight::from_parts(90_000_000, 3617)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn issue() -> Weight {
        Weight::from_parts(120_000_000, 3617)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(10))
    }
    fn transfer() -> Weight {
        Weight::from_parts(90_000_000, 6204)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn redeem() -> Weight {
        Weight::from_parts(120_000_000, 3617)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(10))
    }
}
