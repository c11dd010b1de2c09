//! Weights of `pallet_regent_keys`, measured by `tools/weights.sh` (frame-benchmarking-cli 64.0.0); not
//! edited by hand.
//!
//! 2026-11-21, AMD EPYC, 20 steps, 10 repetitions. Proof sizes are upper
//! bounds from the types' maximal lengths; a chain of its own, without proofs of validity, does not
//! charge for them.
#![allow(clippy::unnecessary_cast, unused_parens)]

use core::marker::PhantomData;

use frame_support::{traits::Get, weights::Weight};

/// The measured weights, with the runtime's database weight.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_regent_keys::WeightInfo for WeightInfo<T> {
    // Storage: `Keys::Statuses` (r:1 w:1)
    // Proof: `Keys::Statuses` (`max_values`: None, `max_size`: Some(106), added: 2581, mode: `MaxEncodedLen`)
    // Storage: `Keys::Tokens` (r:1 w:0)
    // Proof: `Keys::Tokens` (`max_values`: None, `max_size`: Some(45207), added: 47682, mode: `MaxEncodedLen`)
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
    // Fastest run: 185_265_000 picoseconds.
    fn accept_confirmed() -> Weight {
        Weight::from_parts(284_450_000, 48672)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(5))
    }
}
