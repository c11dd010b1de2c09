//! Weights of agents and quorums.
//!
//! A runtime measures them by running `benchmarking.rs`; the ones implemented here, for `()`, are
//! estimates for tests.

use frame_support::weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight};

/// Reference time of a call's own work, with the hash of an audit entry, in picoseconds.
const CALL: u64 = 30_000_000;
/// Reference time of verifying an agent's signature, in picoseconds.
const SIGNATURE: u64 = 100_000_000;
/// Reference time of checking and encoding one agent of a quorum, in picoseconds.
const AGENT: u64 = 1_000_000;
/// Proof size of the items a call touches, in bytes.
const CALL_PROOF: u64 = 24_000;
/// Proof size of one agent's record, in bytes.
const AGENT_PROOF: u64 = 3_000;

/// What the calls cost.
pub trait WeightInfo {
    /// [`crate::Pallet::register_agent`].
    fn register_agent() -> Weight;
    /// [`crate::Pallet::remove_agent`].
    fn remove_agent() -> Weight;
    /// [`crate::Pallet::update_endpoint`].
    fn update_endpoint() -> Weight;
    /// [`crate::Pallet::create_quorum`] of this many agents.
    fn create_quorum(agents: u32) -> Weight;
}

fn call(db: RuntimeDbWeight, reads: u64, writes: u64) -> Weight {
    Weight::from_parts(CALL, CALL_PROOF).saturating_add(db.reads_writes(reads, writes))
}

// Member and institution, agent; one entry.
fn agent(db: RuntimeDbWeight) -> Weight {
    call(db, 3 + 4, 1 + 4)
}

fn with_proof(db: RuntimeDbWeight) -> Weight {
    agent(db).saturating_add(Weight::from_parts(SIGNATURE, 0))
}

// Member and institution, count, quorum, each agent; one entry.
fn quorum(db: RuntimeDbWeight, agents: u32) -> Weight {
    let agents = u64::from(agents);
    call(db, 3 + 4, 2 + 4)
        .saturating_add(Weight::from_parts(AGENT, AGENT_PROOF).saturating_mul(agents))
        .saturating_add(db.reads(agents))
}

impl WeightInfo for () {
    fn register_agent() -> Weight {
        with_proof(RocksDbWeight::get())
    }
    fn remove_agent() -> Weight {
        agent(RocksDbWeight::get())
    }
    fn update_endpoint() -> Weight {
        with_proof(RocksDbWeight::get())
    }
    fn create_quorum(agents: u32) -> Weight {
        quorum(RocksDbWeight::get(), agents)
    }
}
