//! Weights of `pallet_regent_contracts`, measured by `tools/weights.sh` (frame-benchmarking-cli 64.0.0); not
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

impl<T: frame_system::Config> pallet_regent_contracts::WeightInfo for WeightInfo<T> {
    // Storage: `Consortium::Members` (r:1 w:0)
    // Proof: `Consortium::Members` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Institutions` (r:1 w:0)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Contracts::Deployers` (r:1 w:1)
    // Proof: `Contracts::Deployers` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    // Storage: `Contracts::CounterForDeployers` (r:1 w:1)
    // Proof: `Contracts::CounterForDeployers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
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
    // Fastest run: 59_190_000 picoseconds.
    fn admit_deployer() -> Weight {
        Weight::from_parts(87_904_000, 3617)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Contracts::Deployers` (r:1 w:1)
    // Proof: `Contracts::Deployers` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    // Storage: `Contracts::CounterForDeployers` (r:1 w:1)
    // Proof: `Contracts::CounterForDeployers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
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
    // Fastest run: 41_688_000 picoseconds.
    fn remove_deployer() -> Weight {
        Weight::from_parts(76_282_000, 3546)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Contracts::Granted` (r:1 w:1)
    // Proof: `Contracts::Granted` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Revive::OriginalAccount` (r:1 w:1)
    // Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
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
    // Fastest run: 105_717_000 picoseconds.
    fn grant_credits() -> Weight {
        Weight::from_parts(178_262_000, 3593)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Contracts::Granted` (r:1 w:1)
    // Proof: `Contracts::Granted` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
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
    // Fastest run: 72_996_000 picoseconds.
    fn revoke_credits() -> Weight {
        Weight::from_parts(128_259_000, 3593)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Contracts::Fulfilments` (r:1 w:1)
    // Proof: `Contracts::Fulfilments` (`max_values`: None, `max_size`: Some(132), added: 2607, mode: `MaxEncodedLen`)
    // Storage: `Contracts::FulfilledOf` (r:1 w:1)
    // Proof: `Contracts::FulfilledOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Audit::Count` (r:1 w:1)
    // Proof: `Audit::Count` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Audit::Head` (r:1 w:1)
    // Proof: `Audit::Head` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Audit::SubjectHead` (r:1 w:1)
    // Proof: `Audit::SubjectHead` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
    // Storage: `Audit::Entries` (r:0 w:2)
    // Proof: `Audit::Entries` (`max_values`: None, `max_size`: Some(255), added: 2730, mode: `MaxEncodedLen`)
    // Fastest run: 60_623_000 picoseconds.
    fn fulfil_condition() -> Weight {
        Weight::from_parts(113_331_000, 3597)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Contracts::Fulfilments` (r:1 w:1)
    // Proof: `Contracts::Fulfilments` (`max_values`: None, `max_size`: Some(132), added: 2607, mode: `MaxEncodedLen`)
    // Storage: `Contracts::FulfilledOf` (r:1 w:1)
    // Proof: `Contracts::FulfilledOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Audit::Count` (r:1 w:1)
    // Proof: `Audit::Count` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Audit::Head` (r:1 w:1)
    // Proof: `Audit::Head` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Audit::SubjectHead` (r:1 w:1)
    // Proof: `Audit::SubjectHead` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
    // Storage: `Audit::Entries` (r:0 w:2)
    // Proof: `Audit::Entries` (`max_values`: None, `max_size`: Some(255), added: 2730, mode: `MaxEncodedLen`)
    // Fastest run: 60_092_000 picoseconds.
    fn withdraw_condition() -> Weight {
        Weight::from_parts(108_713_000, 3597)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
}
