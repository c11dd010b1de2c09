//! Weights of calls and hooks.
//!
//! Upper estimates, not yet measured: reads and writes by the runtime's database weight; 20 µs for
//! decoding and dispatch; 100 µs for a signature, twice where it may have two forms; 2 µs for each
//! leaf of a tree that is decoded and walked; 20 µs for a KiB of payload; 1 ms for verifying a
//! session's evidence. Run `benchmarking.rs` to replace them.

use core::marker::PhantomData;

use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight},
};
use regent_primitives::bounds::MAX_LINEAGE;

/// Weights of calls and hooks, each including what it does in the pallets beside this one.
pub trait WeightInfo {
    /// `submit` with `b` bytes of payload, at the end of the longest lineage, to enrol `l` leaves (0
    /// for other operations), with a session if `s` is 1.
    fn submit(b: u32, l: u32, s: u32) -> Weight;
    /// `approve` as the `a`th approval; the last one offers `l` leaves.
    fn approve(a: u32, l: u32) -> Weight;
    /// `open_session` that offers `l` leaves.
    fn open_session(l: u32) -> Weight;
    /// `cancel` of an approved request.
    fn cancel() -> Weight;
    /// `note` of the costliest kind, on a tree of `l` leaves.
    fn note(l: u32) -> Weight;
    /// The check of such a note before it enters pool or block.
    fn authorize_note(l: u32) -> Weight;
    /// `complete` on a tree of `l` leaves, of which a new token has `e`.
    fn complete(l: u32, e: u32) -> Weight;
    /// Settling `n` deadlines at the start of a block.
    fn on_deadlines(n: u32) -> Weight;
}

const MICROSECOND: u64 = 1_000_000;
/// Database reads and writes of one entry of the audit log.
const ENTRY: (u64, u64) = (4, 4);
/// Reads and writes of opening a session.
const SESSION: (u64, u64) = (5, 3);
/// Reads and writes of closing a request.
const CLOSE: (u64, u64) = (5, 6);

fn cost(db: RuntimeDbWeight, microseconds: u64, parts: &[(u64, u64)]) -> Weight {
    let (reads, writes) = parts.iter().fold((0u64, 0u64), |(reads, writes), (r, w)| {
        (reads.saturating_add(*r), writes.saturating_add(*w))
    });
    Weight::from_parts(microseconds.saturating_add(20).saturating_mul(MICROSECOND), 0)
        .saturating_add(db.reads_writes(reads, writes))
}

fn leaves(l: u32) -> u64 {
    u64::from(l).saturating_mul(2)
}

fn submit(db: RuntimeDbWeight, b: u32, l: u32, s: u32) -> Weight {
    let kibibytes = u64::from(b / 1_024).saturating_add(1);
    let time = kibibytes.saturating_mul(20).saturating_add(200).saturating_add(leaves(l) * 3);
    let lineage = (u64::from(MAX_LINEAGE).saturating_add(2), 0);
    // Membership, bounds, policy, key (token and status) or quorum with each agent; request,
    // payload, indices and queue.
    let own = (u64::from(l).saturating_add(16), 7);
    let session = cost(db, 1_050, &[SESSION, ENTRY]).saturating_mul(u64::from(s));
    cost(db, time, &[own, lineage, ENTRY]).saturating_add(session)
}

fn approve(db: RuntimeDbWeight, a: u32, l: u32) -> Weight {
    // The stored approvals are counted, not verified again.
    let time = leaves(l).saturating_add(u64::from(a)).saturating_add(250);
    cost(db, time, &[(8, 3), ENTRY, ENTRY, CLOSE])
}

fn open_session(db: RuntimeDbWeight, l: u32) -> Weight {
    cost(db, leaves(l).saturating_add(1_100), &[(7, 2), SESSION, ENTRY])
}

fn cancel(db: RuntimeDbWeight) -> Weight {
    cost(db, 50, &[(1, 1), CLOSE, ENTRY])
}

fn note(db: RuntimeDbWeight, l: u32) -> Weight {
    cost(db, leaves(l).saturating_add(50), &[(8, 4), ENTRY, ENTRY])
}

fn authorize_note(db: RuntimeDbWeight, l: u32) -> Weight {
    cost(db, leaves(l).saturating_add(150), &[(6, 0)])
}

fn complete(db: RuntimeDbWeight, l: u32, e: u32) -> Weight {
    let time = leaves(l).saturating_add(leaves(e) * 3).saturating_add(250);
    // A token's leaves enter the index of awaited confirmations one by one.
    let own = (u64::from(e).saturating_add(12), u64::from(e).saturating_add(5));
    cost(db, time, &[own, CLOSE, ENTRY, ENTRY])
}

fn on_deadlines(db: RuntimeDbWeight, n: u32) -> Weight {
    let each = cost(db, 200, &[(4, 2), CLOSE, ENTRY]);
    db.reads_writes(1, 1).saturating_add(each.saturating_mul(u64::from(n)))
}

/// The estimates, with the runtime's database weight.
pub struct SubstrateWeight<T>(PhantomData<T>);

macro_rules! weights {
    ($db:expr) => {
        fn submit(b: u32, l: u32, s: u32) -> Weight {
            submit($db, b, l, s)
        }
        fn approve(a: u32, l: u32) -> Weight {
            approve($db, a, l)
        }
        fn open_session(l: u32) -> Weight {
            open_session($db, l)
        }
        fn cancel() -> Weight {
            cancel($db)
        }
        fn note(l: u32) -> Weight {
            note($db, l)
        }
        fn authorize_note(l: u32) -> Weight {
            authorize_note($db, l)
        }
        fn complete(l: u32, e: u32) -> Weight {
            complete($db, l, e)
        }
        fn on_deadlines(n: u32) -> Weight {
            on_deadlines($db, n)
        }
    };
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    weights!(T::DbWeight::get());
}

impl WeightInfo for () {
    weights!(RocksDbWeight::get());
}
