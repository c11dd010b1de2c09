//! Weights of `pallet_regent_quorums`, measured by `tools/weights.sh` (frame-benchmarking-cli 64.0.0); not
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

impl<T: frame_system::Config> pallet_regent_quorums::WeightInfo for WeightInfo<T> {
    // Storage: `Consortium::Members` (r:1 w:0)
    // Proof: `Consortium::Members` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Institutions` (r:1 w:0)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Quorums::Agents` (r:1 w:1)
    // Proof: `Quorums::Agents` (`max_values`: None, `max_size`: Some(186), added: 2661, mode: `MaxEncodedLen`)
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
    // Fastest run: 121_357_000 picoseconds.
    fn register_agent() -> Weight {
        Weight::from_parts(216_033_000, 3651)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Consortium::Members` (r:1 w:0)
    // Proof: `Consortium::Members` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Institutions` (r:1 w:0)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Quorums::Agents` (r:1 w:1)
    // Proof: `Quorums::Agents` (`max_values`: None, `max_size`: Some(186), added: 2661, mode: `MaxEncodedLen`)
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
    // Fastest run: 60_062_000 picoseconds.
    fn remove_agent() -> Weight {
        Weight::from_parts(95_367_000, 3651)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Consortium::Members` (r:1 w:0)
    // Proof: `Consortium::Members` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Institutions` (r:1 w:0)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Quorums::Agents` (r:1 w:1)
    // Proof: `Quorums::Agents` (`max_values`: None, `max_size`: Some(186), added: 2661, mode: `MaxEncodedLen`)
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
    // Fastest run: 120_294_000 picoseconds.
    fn update_endpoint() -> Weight {
        Weight::from_parts(164_126_000, 3651)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Consortium::Members` (r:1 w:0)
    // Proof: `Consortium::Members` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Institutions` (r:1 w:0)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Quorums::Agents` (r:256 w:0)
    // Proof: `Quorums::Agents` (`max_values`: None, `max_size`: Some(186), added: 2661, mode: `MaxEncodedLen`)
    // Storage: `Quorums::QuorumCount` (r:1 w:1)
    // Proof: `Quorums::QuorumCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Audit::Count` (r:1 w:1)
    // Proof: `Audit::Count` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Audit::Head` (r:1 w:1)
    // Proof: `Audit::Head` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Audit::SubjectHead` (r:1 w:1)
    // Proof: `Audit::SubjectHead` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
    // Storage: `Quorums::Quorums` (r:0 w:1)
    // Proof: `Quorums::Quorums` (`max_values`: None, `max_size`: Some(8208), added: 10683, mode: `MaxEncodedLen`)
    // Storage: `Audit::Entries` (r:0 w:1)
    // Proof: `Audit::Entries` (`max_values`: None, `max_size`: Some(255), added: 2730, mode: `MaxEncodedLen`)
    // `n` was measured from 1 to 256.
    // Fastest run: 60_022_000 picoseconds.
    fn create_quorum(n: u32) -> Weight {
        Weight::from_parts(71_507_702, 3617)
            // Standard error: 23_935.
            .saturating_add(Weight::from_parts(4_527_831, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6))
            .saturating_add(Weight::from_parts(0, 2661).saturating_mul(n.into()))
    }
}
