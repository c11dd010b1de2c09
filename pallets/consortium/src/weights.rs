//! Weights of the consortium.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! estimates for tests.

use frame_support::weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight};

/// Reference time of a call's own work, with the hash of up to two audit entries, in picoseconds.
const CALL: u64 = 40_000_000;
/// Reference time of the extension's own work, in picoseconds.
const EXTENSION: u64 = 10_000_000;
/// Proof size of the items a call touches, in bytes.
const CALL_PROOF: u64 = 24_000;
/// Proof size of the three items the extension touches, in bytes.
const EXTENSION_PROOF: u64 = 9_000;

/// What the calls and the extension cost.
pub trait WeightInfo {
    /// [`crate::Pallet::register_institution`].
    fn register_institution() -> Weight;
    /// [`crate::Pallet::suspend_institution`].
    fn suspend_institution() -> Weight;
    /// [`crate::Pallet::resume_institution`].
    fn resume_institution() -> Weight;
    /// [`crate::Pallet::set_quota`].
    fn set_quota() -> Weight;
    /// [`crate::Pallet::add_member`].
    fn add_member() -> Weight;
    /// [`crate::Pallet::remove_member`].
    fn remove_member() -> Weight;
    /// [`crate::Pallet::set_validator`].
    fn set_validator() -> Weight;
    /// [`crate::Pallet::add_council_member`], without the change of the council itself.
    fn add_council_member() -> Weight;
    /// [`crate::Pallet::remove_council_member`], without the change of the council itself.
    fn remove_council_member() -> Weight;
    /// [`crate::Pallet::replace_administrator`], without the change of the council itself.
    fn replace_administrator() -> Weight;
    /// [`crate::Pallet::authorize_upgrade`].
    fn authorize_upgrade() -> Weight;
    /// [`crate::CheckMembership`].
    fn check_membership() -> Weight;
}

fn call(db: RuntimeDbWeight, reads: u64, writes: u64) -> Weight {
    Weight::from_parts(CALL, CALL_PROOF).saturating_add(db.reads_writes(reads, writes))
}

impl WeightInfo for () {
    fn register_institution() -> Weight {
        estimates::register_institution(RocksDbWeight::get())
    }
    fn suspend_institution() -> Weight {
        estimates::change(RocksDbWeight::get())
    }
    fn resume_institution() -> Weight {
        estimates::change(RocksDbWeight::get())
    }
    fn set_quota() -> Weight {
        estimates::change(RocksDbWeight::get())
    }
    fn add_member() -> Weight {
        estimates::membership(RocksDbWeight::get())
    }
    fn remove_member() -> Weight {
        estimates::membership(RocksDbWeight::get())
    }
    fn set_validator() -> Weight {
        estimates::set_validator(RocksDbWeight::get())
    }
    fn add_council_member() -> Weight {
        estimates::council(RocksDbWeight::get())
    }
    fn remove_council_member() -> Weight {
        estimates::council(RocksDbWeight::get())
    }
    fn replace_administrator() -> Weight {
        estimates::replace_administrator(RocksDbWeight::get())
    }
    fn authorize_upgrade() -> Weight {
        estimates::authorize_upgrade(RocksDbWeight::get())
    }
    fn check_membership() -> Weight {
        estimates::check_membership(RocksDbWeight::get())
    }
}

mod estimates {
    use super::*;

    // Count, member, committed quota, member count, account, former nonce, institution; two entries.
    pub fn register_institution(db: RuntimeDbWeight) -> Weight {
        call(db, 7 + 8, 7 + 8)
    }

    // Institution, committed quota; one entry.
    pub fn change(db: RuntimeDbWeight) -> Weight {
        call(db, 2 + 4, 2 + 4)
    }

    // Caller, institution, member, seat, member count, account, former nonce; one entry.
    pub fn membership(db: RuntimeDbWeight) -> Weight {
        call(db, 7 + 4, 4 + 4)
    }

    // Institution, member, two seats; one entry.
    pub fn set_validator(db: RuntimeDbWeight) -> Weight {
        call(db, 4 + 4, 3 + 4)
    }

    // Member, institution, council; one entry.
    pub fn council(db: RuntimeDbWeight) -> Weight {
        call(db, 3 + 4, 1 + 4)
    }

    // Institution, member, member count, account, former nonce, council; four entries.
    pub fn replace_administrator(db: RuntimeDbWeight) -> Weight {
        call(db, 6 + 16, 6 + 16).saturating_add(Weight::from_parts(CALL, 0))
    }

    // The authorisation; one entry.
    pub fn authorize_upgrade(db: RuntimeDbWeight) -> Weight {
        call(db, 4, 1 + 4)
    }

    // Member, institution, usage twice (charged and given back); the block number is cached.
    pub fn check_membership(db: RuntimeDbWeight) -> Weight {
        Weight::from_parts(EXTENSION, EXTENSION_PROOF).saturating_add(db.reads_writes(4, 2))
    }
}
