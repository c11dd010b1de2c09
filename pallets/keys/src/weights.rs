//! Weights of the calls.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! estimates for tests.

use frame_support::weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight};
use regent_primitives::bounds::MAX_LEAVES;

/// Weights of the calls. Enrolments and confirmations are weighed where they are called from, in
/// the requests pallet.
pub trait WeightInfo {
    /// `accept_confirmed` of a next epoch with the largest tree. What the requests cost that it ends is
    /// weighed where they are.
    fn accept_confirmed() -> Weight;
    /// `transfer_control` of a key with the largest tree, again without its requests.
    fn transfer_control() -> Weight;
    /// `withdraw_epoch` of one with the largest tree.
    fn withdraw_epoch() -> Weight;
    /// `freeze` of a key that is not frozen.
    fn freeze() -> Weight;
    /// `unfreeze` of a key that governance froze too.
    fn unfreeze() -> Weight;
}

fn accept_confirmed(db: RuntimeDbWeight) -> Weight {
    // Reads: entry, token, status, genesis, and the log's count, head and subject head. Writes: entry,
    // status, and the log's entry, count, head and subject head.
    Weight::from_parts(220_000_000, 0)
        .saturating_add(db.reads_writes(8, 6))
        .saturating_add(end_epoch(db))
}

fn transfer_control(db: RuntimeDbWeight) -> Weight {
    // One entry of the log more.
    accept_confirmed(db)
        .saturating_add(Weight::from_parts(20_000_000, 0).saturating_add(db.reads_writes(4, 4)))
}

/// What it costs that another epoch ends, without the requests it ends: its token, its status, an entry
/// of the log and a place in the index for each leaf.
fn end_epoch(db: RuntimeDbWeight) -> Weight {
    let leaves = u64::from(MAX_LEAVES);
    Weight::from_parts(600_000_000, 0).saturating_add(db.reads_writes(8, leaves.saturating_add(5)))
}

fn freeze(db: RuntimeDbWeight) -> Weight {
    // Reads: entry, freeze, genesis, and the log's count, head and subject head. Writes: freeze, and
    // the log's entry, count, head and subject head.
    Weight::from_parts(60_000_000, 0).saturating_add(db.reads_writes(6, 5))
}

impl WeightInfo for () {
    fn accept_confirmed() -> Weight {
        accept_confirmed(RocksDbWeight::get())
    }

    fn transfer_control() -> Weight {
        transfer_control(RocksDbWeight::get())
    }

    fn withdraw_epoch() -> Weight {
        end_epoch(RocksDbWeight::get()).saturating_add(freeze(RocksDbWeight::get()))
    }

    fn freeze() -> Weight {
        freeze(RocksDbWeight::get())
    }

    fn unfreeze() -> Weight {
        freeze(RocksDbWeight::get())
    }
}
