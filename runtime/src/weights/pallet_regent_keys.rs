//! Weights of `pallet_regent_keys`, measured by `tools/weights.sh` (frame-benchmarking-cli 64.0.0); not
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

impl<T: frame_system::Config> pallet_regent_keys::WeightInfo for WeightInfo<T> {
    // Storage: `Keys::Entries` (r:1 w:1)
    // Proof: `Keys::Entries` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
    // Storage: `Keys::Statuses` (r:2 w:2)
    // Proof: `Keys::Statuses` (`max_values`: None, `max_size`: Some(214), added: 2689, mode: `MaxEncodedLen`)
    // Storage: `Keys::Tokens` (r:2 w:0)
    // Proof: `Keys::Tokens` (`max_values`: None, `max_size`: Some(45219), added: 47694, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Audit::Count` (r:1 w:1)
    // Proof: `Audit::Count` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Audit::Head` (r:1 w:1)
    // Proof: `Audit::Head` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Audit::SubjectHead` (r:1 w:1)
    // Proof: `Audit::SubjectHead` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
    // Storage: `Requests::OpenOfKey` (r:1 w:0)
    // Proof: `Requests::OpenOfKey` (`max_values`: None, `max_size`: Some(1057), added: 3532, mode: `MaxEncodedLen`)
    // Storage: `Keys::Awaiting` (r:0 w:256)
    // Proof: `Keys::Awaiting` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
    // Storage: `Audit::Entries` (r:0 w:2)
    // Proof: `Audit::Entries` (`max_values`: None, `max_size`: Some(255), added: 2730, mode: `MaxEncodedLen`)
    // Fastest run: 1_407_294_000 picoseconds.
    fn accept_confirmed() -> Weight {
        Weight::from_parts(2_332_418_000, 96378)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(264))
    }
    // Storage: `Keys::Entries` (r:1 w:1)
    // Proof: `Keys::Entries` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
    // Storage: `Revive::AccountInfoOf` (r:1 w:0)
    // Proof: `Revive::AccountInfoOf` (`max_values`: None, `max_size`: Some(247), added: 2722, mode: `MaxEncodedLen`)
    // Storage: `Keys::Freezes` (r:1 w:0)
    // Proof: `Keys::Freezes` (`max_values`: None, `max_size`: Some(34), added: 2509, mode: `MaxEncodedLen`)
    // Storage: `Keys::Statuses` (r:2 w:2)
    // Proof: `Keys::Statuses` (`max_values`: None, `max_size`: Some(214), added: 2689, mode: `MaxEncodedLen`)
    // Storage: `Keys::Tokens` (r:2 w:0)
    // Proof: `Keys::Tokens` (`max_values`: None, `max_size`: Some(45219), added: 47694, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Audit::Count` (r:1 w:1)
    // Proof: `Audit::Count` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Audit::Head` (r:1 w:1)
    // Proof: `Audit::Head` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Audit::SubjectHead` (r:1 w:1)
    // Proof: `Audit::SubjectHead` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
    // Storage: `Requests::OpenOfKey` (r:1 w:0)
    // Proof: `Requests::OpenOfKey` (`max_values`: None, `max_size`: Some(1057), added: 3532, mode: `MaxEncodedLen`)
    // Storage: `Keys::Awaiting` (r:0 w:256)
    // Proof: `Keys::Awaiting` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
    // Storage: `Audit::Entries` (r:0 w:4)
    // Proof: `Audit::Entries` (`max_values`: None, `max_size`: Some(255), added: 2730, mode: `MaxEncodedLen`)
    // Fastest run: 1_476_392_000 picoseconds.
    fn transfer_control() -> Weight {
        Weight::from_parts(2_601_470_000, 96378)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(266))
    }
    // Storage: `Keys::Entries` (r:1 w:0)
    // Proof: `Keys::Entries` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
    // Storage: `Revive::AccountInfoOf` (r:1 w:0)
    // Proof: `Revive::AccountInfoOf` (`max_values`: None, `max_size`: Some(247), added: 2722, mode: `MaxEncodedLen`)
    // Storage: `Keys::Statuses` (r:1 w:1)
    // Proof: `Keys::Statuses` (`max_values`: None, `max_size`: Some(214), added: 2689, mode: `MaxEncodedLen`)
    // Storage: `Keys::Tokens` (r:1 w:0)
    // Proof: `Keys::Tokens` (`max_values`: None, `max_size`: Some(45219), added: 47694, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Audit::Count` (r:1 w:1)
    // Proof: `Audit::Count` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Audit::Head` (r:1 w:1)
    // Proof: `Audit::Head` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Audit::SubjectHead` (r:1 w:1)
    // Proof: `Audit::SubjectHead` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
    // Storage: `Keys::Awaiting` (r:0 w:256)
    // Proof: `Keys::Awaiting` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
    // Storage: `Audit::Entries` (r:0 w:2)
    // Proof: `Audit::Entries` (`max_values`: None, `max_size`: Some(255), added: 2730, mode: `MaxEncodedLen`)
    // Fastest run: 1_255_451_000 picoseconds.
    fn withdraw_epoch() -> Weight {
        Weight::from_parts(2_266_276_000, 48684)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(262))
    }
    // Storage: `Keys::Entries` (r:1 w:0)
    // Proof: `Keys::Entries` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
    // Storage: `Keys::Freezes` (r:1 w:1)
    // Proof: `Keys::Freezes` (`max_values`: None, `max_size`: Some(34), added: 2509, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Audit::Count` (r:1 w:1)
    // Proof: `Audit::Count` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Audit::Head` (r:1 w:1)
    // Proof: `Audit::Head` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Audit::SubjectHead` (r:1 w:1)
    // Proof: `Audit::SubjectHead` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
    // Storage: `Audit::Entries` (r:0 w:1)
    // Proof: `Audit::Entries` (`max_values`: None, `max_size`: Some(255), added: 2730, mode: `MaxEncodedLen`)
    // Fastest run: 46_567_000 picoseconds.
    fn freeze() -> Weight {
        Weight::from_parts(85_880_000, 3546)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Keys::Entries` (r:1 w:0)
    // Proof: `Keys::Entries` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
    // Storage: `Keys::Freezes` (r:1 w:1)
    // Proof: `Keys::Freezes` (`max_values`: None, `max_size`: Some(34), added: 2509, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Audit::Count` (r:1 w:1)
    // Proof: `Audit::Count` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Audit::Head` (r:1 w:1)
    // Proof: `Audit::Head` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Audit::SubjectHead` (r:1 w:1)
    // Proof: `Audit::SubjectHead` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
    // Storage: `Audit::Entries` (r:0 w:1)
    // Proof: `Audit::Entries` (`max_values`: None, `max_size`: Some(255), added: 2730, mode: `MaxEncodedLen`)
    // Fastest run: 48_290_000 picoseconds.
    fn unfreeze() -> Weight {
        Weight::from_parts(81_853_000, 3546)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(5))
    }
}
