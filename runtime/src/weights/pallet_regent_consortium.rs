//! Weights of `pallet_regent_consortium`, measured by `tools/weights.sh` (frame-benchmarking-cli 64.0.0); not
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

impl<T: frame_system::Config> pallet_regent_consortium::WeightInfo for WeightInfo<T> {
    // Storage: `Consortium::InstitutionCount` (r:1 w:1)
    // Proof: `Consortium::InstitutionCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Members` (r:1 w:1)
    // Proof: `Consortium::Members` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::CommittedQuota` (r:1 w:1)
    // Proof: `Consortium::CommittedQuota` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Consortium::MemberCount` (r:1 w:1)
    // Proof: `Consortium::MemberCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Revive::OriginalAccount` (r:1 w:1)
    // Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::FormerNonces` (r:1 w:1)
    // Proof: `Consortium::FormerNonces` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Audit::Count` (r:1 w:1)
    // Proof: `Audit::Count` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Audit::Head` (r:1 w:1)
    // Proof: `Audit::Head` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Audit::SubjectHead` (r:1 w:1)
    // Proof: `Audit::SubjectHead` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Institutions` (r:0 w:1)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Audit::Entries` (r:0 w:2)
    // Proof: `Audit::Entries` (`max_values`: None, `max_size`: Some(255), added: 2730, mode: `MaxEncodedLen`)
    // Fastest run: 104_505_000 picoseconds.
    fn register_institution() -> Weight {
        Weight::from_parts(117_759_000, 3593)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(13))
    }
    // Storage: `Consortium::Institutions` (r:1 w:1)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Consortium::CommittedQuota` (r:1 w:1)
    // Proof: `Consortium::CommittedQuota` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
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
    // Fastest run: 44_954_000 picoseconds.
    fn suspend_institution() -> Weight {
        Weight::from_parts(58_639_000, 3617)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Consortium::Institutions` (r:1 w:1)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Consortium::CommittedQuota` (r:1 w:1)
    // Proof: `Consortium::CommittedQuota` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
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
    // Fastest run: 45_695_000 picoseconds.
    fn resume_institution() -> Weight {
        Weight::from_parts(80_510_000, 3617)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Consortium::Institutions` (r:1 w:1)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Consortium::CommittedQuota` (r:1 w:1)
    // Proof: `Consortium::CommittedQuota` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
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
    // Fastest run: 45_495_000 picoseconds.
    fn set_quota() -> Weight {
        Weight::from_parts(59_251_000, 3617)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Consortium::Members` (r:2 w:1)
    // Proof: `Consortium::Members` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Institutions` (r:1 w:0)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Consortium::MemberCount` (r:1 w:1)
    // Proof: `Consortium::MemberCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Revive::OriginalAccount` (r:1 w:1)
    // Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::FormerNonces` (r:1 w:1)
    // Proof: `Consortium::FormerNonces` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
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
    // Fastest run: 89_427_000 picoseconds.
    fn add_member() -> Weight {
        Weight::from_parts(143_117_000, 6044)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    // Storage: `Consortium::Members` (r:2 w:1)
    // Proof: `Consortium::Members` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Institutions` (r:1 w:0)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Seats` (r:1 w:0)
    // Proof: `Consortium::Seats` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::MemberCount` (r:1 w:1)
    // Proof: `Consortium::MemberCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Audit::Count` (r:1 w:1)
    // Proof: `Audit::Count` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Audit::Head` (r:1 w:1)
    // Proof: `Audit::Head` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Audit::SubjectHead` (r:1 w:1)
    // Proof: `Audit::SubjectHead` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
    // Storage: `Consortium::FormerNonces` (r:0 w:1)
    // Proof: `Consortium::FormerNonces` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Revive::OriginalAccount` (r:0 w:1)
    // Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Audit::Entries` (r:0 w:1)
    // Proof: `Audit::Entries` (`max_values`: None, `max_size`: Some(255), added: 2730, mode: `MaxEncodedLen`)
    // Fastest run: 126_166_000 picoseconds.
    fn remove_member() -> Weight {
        Weight::from_parts(136_925_000, 6196)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    // Storage: `Consortium::Institutions` (r:1 w:1)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Members` (r:1 w:0)
    // Proof: `Consortium::Members` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Seats` (r:1 w:2)
    // Proof: `Consortium::Seats` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
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
    // Fastest run: 57_126_000 picoseconds.
    fn set_validator() -> Weight {
        Weight::from_parts(61_285_000, 3617)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn add_council_member() -> Weight {
        Weight::from_parts(60_000_000, 6044)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn remove_council_member() -> Weight {
        Weight::from_parts(60_000_000, 6044)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn replace_administrator() -> Weight {
        Weight::from_parts(240_000_000, 6044)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(14))
    }
    fn authorize_upgrade() -> Weight {
        Weight::from_parts(60_000_000, 3593)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Consortium::Members` (r:1 w:0)
    // Proof: `Consortium::Members` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Institutions` (r:1 w:0)
    // Proof: `Consortium::Institutions` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
    // Storage: `Consortium::Usage` (r:1 w:1)
    // Proof: `Consortium::Usage` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
    // Fastest run: 28_813_000 picoseconds.
    fn check_membership() -> Weight {
        Weight::from_parts(31_699_000, 3617)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
}
