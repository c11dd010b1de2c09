//! Weights of calls and hooks.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! estimates for tests.

use frame_support::weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight};
use regent_primitives::bounds::{MAX_LEAVES, MAX_LINEAGE};

/// Weights of calls and hooks, each including what it does in the pallets beside this one.
pub trait WeightInfo {
    /// `submit` of an operation with `b` bytes of payload, at the end of the longest lineage, with a
    /// session if `s` is 1.
    fn submit_operation(b: u32, s: u32) -> Weight;
    /// `submit` of an enrolment of `l` leaves, with a session if `s` is 1.
    fn submit_enrolment(l: u32, s: u32) -> Weight;
    /// `approve` as the `a`th approval; the last one offers `l` leaves.
    fn approve(a: u32, l: u32) -> Weight;
    /// `approve` that denies, after `a` - 1 approvals.
    fn deny(a: u32) -> Weight;
    /// `open_session` that offers `l` leaves.
    fn open_session(l: u32) -> Weight;
    /// `cancel` of an approved request.
    fn cancel() -> Weight;
    /// `note` of a release, on a tree of `l` leaves.
    fn note_release(l: u32) -> Weight;
    /// `note` of a confirmation, on a tree of `l` leaves.
    fn note_confirmation(l: u32) -> Weight;
    /// What a confirmation costs beside, that ends an epoch of `l` leaves with `n` open requests.
    fn end_epoch(l: u32, n: u32) -> Weight;
    /// The check of a release before it enters pool or block.
    fn authorize_release(l: u32) -> Weight;
    /// The check of a confirmation before it enters pool or block.
    fn authorize_confirmation(l: u32) -> Weight;
    /// `complete` of an operation, on a tree of `l` leaves.
    fn complete_operation(l: u32) -> Weight;
    /// `complete` of an enrolment, of a token of `l` leaves.
    fn complete_enrolment(l: u32) -> Weight;
    /// `n` requests that end at the start of a block.
    fn settle_closing(n: u32) -> Weight;
    /// `n` requests whose deadlines are queued again at the start of a block.
    fn settle_waiting(n: u32) -> Weight;
}

const MICROSECOND: u64 = 1_000_000;
/// Database reads and writes of one entry of the audit log.
const ENTRY: (u64, u64) = (4, 4);
/// Reads and writes of opening a session.
const SESSION: (u64, u64) = (5, 3);
/// Reads and writes of closing a request.
const CLOSE: (u64, u64) = (6, 7);

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

/// Full blocks of the queue that a deadline is moved past, at the most: each is read twice.
const QUEUE: (u64, u64) = (2 * 32, 0);

fn submit_operation(db: RuntimeDbWeight, b: u32, s: u32) -> Weight {
    let kibibytes = u64::from(b / 1_024).saturating_add(1);
    let time = kibibytes.saturating_mul(20).saturating_add(leaves(MAX_LEAVES)).saturating_add(200);
    let lineage = (u64::from(MAX_LINEAGE).saturating_add(2), 0);
    // Membership, bounds, policy, key (token and status); request, payload, indices and queue.
    cost(db, time, &[(19, 8), lineage, QUEUE, ENTRY]).saturating_add(session(db, s))
}

fn submit_enrolment(db: RuntimeDbWeight, l: u32, s: u32) -> Weight {
    let time = leaves(l).saturating_mul(3).saturating_add(200);
    // As above, and the quorum with each agent.
    let own = (u64::from(l).saturating_add(19), 8);
    cost(db, time, &[own, QUEUE, ENTRY]).saturating_add(session(db, s))
}

fn session(db: RuntimeDbWeight, s: u32) -> Weight {
    cost(db, 1_050, &[SESSION, ENTRY]).saturating_mul(u64::from(s))
}

fn approve(db: RuntimeDbWeight, a: u32, l: u32) -> Weight {
    // The stored approvals are counted, not verified again.
    let time = leaves(l).saturating_add(u64::from(a)).saturating_add(250);
    cost(db, time, &[(8, 3), ENTRY, ENTRY])
}

fn deny(db: RuntimeDbWeight, a: u32) -> Weight {
    cost(db, u64::from(a).saturating_add(250), &[(3, 2), ENTRY, CLOSE])
}

fn open_session(db: RuntimeDbWeight, l: u32) -> Weight {
    cost(db, leaves(l).saturating_add(1_100), &[(8, 2), SESSION, ENTRY])
}

fn cancel(db: RuntimeDbWeight) -> Weight {
    cost(db, 50, &[(1, 1), CLOSE, ENTRY])
}

fn note_release(db: RuntimeDbWeight, l: u32) -> Weight {
    // Its request may be over: then it logs that it is unaccounted, and that the request failed.
    let time = leaves(l).saturating_mul(2).saturating_add(50);
    cost(db, time, &[(12, 5), ENTRY, ENTRY, ENTRY])
}

fn note_confirmation(db: RuntimeDbWeight, l: u32) -> Weight {
    // The last one activates the key.
    let time = leaves(l).saturating_mul(3).saturating_add(50);
    cost(db, time, &[(8, 4), ENTRY, ENTRY])
}

fn end_epoch(db: RuntimeDbWeight, l: u32, n: u32) -> Weight {
    // Each leaf's agent is asked to puncture.
    let time = leaves(l).saturating_mul(3);
    let own = (8, u64::from(l).saturating_add(3));
    let each = cost(db, 200, &[(3, 1), CLOSE, ENTRY, ENTRY, ENTRY]);
    cost(db, time, &[own, ENTRY]).saturating_add(each.saturating_mul(u64::from(n)))
}

fn authorize_release(db: RuntimeDbWeight, l: u32) -> Weight {
    cost(db, leaves(l).saturating_add(150), &[(9, 0)])
}

fn authorize_confirmation(db: RuntimeDbWeight, l: u32) -> Weight {
    cost(db, leaves(l).saturating_add(150), &[(7, 0)])
}

fn complete_operation(db: RuntimeDbWeight, l: u32) -> Weight {
    // Releases of another attempt are logged as unaccounted.
    cost(db, leaves(l).saturating_add(250), &[(8, 2), CLOSE, ENTRY, ENTRY])
}

fn complete_enrolment(db: RuntimeDbWeight, l: u32) -> Weight {
    let time = leaves(l).saturating_mul(4).saturating_add(250);
    // The quorum's agents are read, and the token's leaves enter the index of awaited confirmations,
    // one by one.
    let own = (u64::from(l).saturating_add(17), u64::from(l).saturating_add(6));
    cost(db, time, &[own, CLOSE, ENTRY, ENTRY, ENTRY])
}

fn settle_closing(db: RuntimeDbWeight, n: u32) -> Weight {
    let each = cost(db, 200, &[(3, 1), CLOSE, ENTRY, ENTRY]);
    db.reads_writes(1, 1).saturating_add(each.saturating_mul(u64::from(n)))
}

fn settle_waiting(db: RuntimeDbWeight, n: u32) -> Weight {
    let each = cost(db, 200, &[(3, 2), QUEUE]);
    db.reads_writes(1, 1).saturating_add(each.saturating_mul(u64::from(n)))
}

impl WeightInfo for () {
    fn submit_operation(b: u32, s: u32) -> Weight {
        submit_operation(RocksDbWeight::get(), b, s)
    }
    fn submit_enrolment(l: u32, s: u32) -> Weight {
        submit_enrolment(RocksDbWeight::get(), l, s)
    }
    fn approve(a: u32, l: u32) -> Weight {
        approve(RocksDbWeight::get(), a, l)
    }
    fn deny(a: u32) -> Weight {
        deny(RocksDbWeight::get(), a)
    }
    fn open_session(l: u32) -> Weight {
        open_session(RocksDbWeight::get(), l)
    }
    fn cancel() -> Weight {
        cancel(RocksDbWeight::get())
    }
    fn note_release(l: u32) -> Weight {
        note_release(RocksDbWeight::get(), l)
    }
    fn note_confirmation(l: u32) -> Weight {
        note_confirmation(RocksDbWeight::get(), l)
    }
    fn end_epoch(l: u32, n: u32) -> Weight {
        end_epoch(RocksDbWeight::get(), l, n)
    }
    fn authorize_release(l: u32) -> Weight {
        authorize_release(RocksDbWeight::get(), l)
    }
    fn authorize_confirmation(l: u32) -> Weight {
        authorize_confirmation(RocksDbWeight::get(), l)
    }
    fn complete_operation(l: u32) -> Weight {
        complete_operation(RocksDbWeight::get(), l)
    }
    fn complete_enrolment(l: u32) -> Weight {
        complete_enrolment(RocksDbWeight::get(), l)
    }
    fn settle_closing(n: u32) -> Weight {
        settle_closing(RocksDbWeight::get(), n)
    }
    fn settle_waiting(n: u32) -> Weight {
        settle_waiting(RocksDbWeight::get(), n)
    }
}
