//! The offchain worker: wakes the agents of this node and brings their notes onto the chain.
//!
//! It runs on every new best block, at that block's state, and keeps nothing but how long to leave
//! an agent alone that did not answer: what waits for an agent is computed from the chain each time.
//! So neither a fork, nor a restart of the node, nor an agent that is down for a day loses anything.
//!
//! - An agent is woken while work waits for it, and every [`POLL_BLOCKS`] blocks without any, since
//!   it may hold notes that a fork threw out.
//! - Runs overlap when agents are slow: a lock for each agent keeps the others going, and one more
//!   lets only one run wait for agents that failed last time. Locks end by themselves, so that a
//!   node killed while it held one goes on [`LOCK_MILLIS`] later.
//! - The agent's notes are checked against the state and its signature before they go to the pool,
//!   which refuses those it knows.
//!
//! The node's offchain database offers no fork-aware storage; what is kept here is about the node and
//! its agents, not about a fork, and so belongs into the persistent one.

mod answer;
mod neighbour;
#[cfg(test)]
mod network;
#[cfg(test)]
mod tests;

use alloc::{boxed::Box, vec::Vec};

use frame_system::offchain::{CreateAuthorizedTransaction, SubmitTransaction};
use regent_primitives::{
    agent_api::{LocalAgents, LOCAL_AGENTS_KEY},
    traits::ChainInfo,
    AgentNote,
};
use sp_runtime::offchain::{
    http::PendingRequest,
    storage::StorageValueRef,
    storage_lock::{StorageLock, Time},
    Duration, Timestamp,
};

use crate::{Call, Config, Pallet, LOG_TARGET};
use neighbour::Neighbour;

/// Agents one node serves at most; those after are not woken.
pub(crate) const MAX_LOCAL_AGENTS: usize = 256;
/// Blocks between two visits to an agent for which no work waits.
pub(crate) const POLL_BLOCKS: u32 = 4;
/// Milliseconds an agent has to answer.
pub(crate) const ANSWER_MILLIS: u64 = 10_000;
/// Milliseconds between two looks at which agents have answered.
const SLICE_MILLIS: u64 = 25;
/// Milliseconds after which a lock that nobody freed ends: later than any run that took it.
pub(crate) const LOCK_MILLIS: u64 = ANSWER_MILLIS + 5_000;
/// Held by the one run that waits for agents that failed last time.
pub(crate) const PATIENCE_LOCK: &[u8] = b"regent/ocw/patience";

impl<T: Config> Pallet<T> {
    /// Wakes every local agent that is due and submits the notes they answer with.
    pub(crate) fn wake_local_agents() {
        let agents = match StorageValueRef::persistent(LOCAL_AGENTS_KEY).get::<LocalAgents>() {
            Ok(Some(agents)) if !agents.is_empty() => agents,
            Ok(_) => return,
            Err(_) => {
                log::error!(target: LOG_TARGET, "list of local agents does not decode: restart the node");
                return;
            }
        };
        let neighbours: Vec<_> =
            agents.into_iter().take(MAX_LOCAL_AGENTS).filter_map(Neighbour::load).collect();
        let (well, failing): (Vec<_>, Vec<_>) =
            neighbours.into_iter().partition(|neighbour| neighbour.is_well());

        // Those that failed are visited by one run at a time, and all requests are on their way
        // before any is waited for.
        let mut patience = lock(PATIENCE_LOCK);
        let patience = (!failing.is_empty()).then(|| patience.try_lock().ok()).flatten();
        let failing = if patience.is_some() { failing } else { Vec::new() };
        Self::visit(well.into_iter().chain(failing).collect());
    }

    fn visit(neighbours: Vec<Neighbour>) {
        let now = sp_io::offchain::timestamp();
        let block = T::Audit::block_number();
        let offers = Self::open_offers();
        let mut locks: Vec<_> = neighbours.iter().map(|neighbour| neighbour.lock_key()).collect();
        let mut locks: Vec<_> = locks.iter_mut().map(|key| lock(key)).collect();

        let deadline = now.add(Duration::from_millis(ANSWER_MILLIS));
        let mut waiting = Vec::new();
        for (mut neighbour, lock) in neighbours.into_iter().zip(locks.iter_mut()) {
            if !neighbour.is_due(now) {
                continue;
            }
            let work = Self::work_of(&neighbour.id(), &offers);
            if work.is_empty() && block % POLL_BLOCKS != 0 {
                continue;
            }
            // Another run waits for this agent's answer: its work is there at the next block too.
            let Ok(guard) = lock.try_lock() else { continue };
            match neighbour.wake(work, deadline) {
                Ok(pending) => waiting.push((pending, neighbour, guard)),
                Err(failure) => neighbour.failed(&failure),
            }
        }
        // A lock is freed as soon as its agent has answered, not when all have.
        await_answers(waiting, deadline, |neighbour, notes| {
            for note in notes {
                Self::bring(neighbour, note);
            }
        });
    }

    /// Submits a note that is new here and the agent's own.
    fn bring(neighbour: &Neighbour, note: AgentNote) {
        let agent = neighbour.id();
        if note.agent() != agent {
            log::warn!(target: LOG_TARGET, "agent {agent} answered with a note of {}", note.agent());
            return;
        }
        // Noted already, or not yet fitting this fork: the agent offers it again.
        if Self::check_note(&note).is_err() {
            return;
        }
        if !note.verify(T::Audit::genesis()) {
            log::warn!(target: LOG_TARGET, "agent {agent} answered with a note it did not sign");
            return;
        }
        let call = Call::<T>::note { note: Box::new(note) };
        let transaction =
            <T as CreateAuthorizedTransaction<Call<T>>>::create_authorized_transaction(call.into());
        if SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).is_err() {
            // Usually because the pool has it from the block before.
            log::debug!(target: LOG_TARGET, "a note of agent {agent} was not taken into the pool");
        }
    }
}

fn lock(key: &[u8]) -> StorageLock<'_, Time> {
    StorageLock::with_deadline(key, Duration::from_millis(LOCK_MILLIS))
}

/// Waits for answers until the deadline and handles each as soon as it is there. `G` is what an
/// agent's visit holds until then.
fn await_answers<G>(
    mut waiting: Vec<(PendingRequest, Neighbour, G)>,
    deadline: Timestamp,
    mut handle: impl FnMut(&Neighbour, Vec<AgentNote>),
) {
    // The clock ends this; the count only in case that it stands still.
    for _ in 0..=ANSWER_MILLIS / SLICE_MILLIS {
        if waiting.is_empty() {
            return;
        }
        let now = sp_io::offchain::timestamp();
        let slice = now.add(Duration::from_millis(SLICE_MILLIS)).min(deadline);
        let (requests, mut visits): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .map(|(pending, neighbour, held)| (pending, (neighbour, held)))
            .unzip();
        let results = PendingRequest::try_wait_all(requests, slice);
        waiting = Vec::new();
        for (result, (mut neighbour, held)) in results.into_iter().zip(visits.drain(..)) {
            match result {
                Err(pending) if now < deadline => waiting.push((pending, neighbour, held)),
                Err(_) => neighbour.failed("no answer in time"),
                Ok(response) => match neighbour.read(response, deadline) {
                    Ok(notes) => {
                        neighbour.answered();
                        handle(&neighbour, notes);
                    }
                    Err(failure) => neighbour.failed(&failure),
                },
            }
        }
    }
    for (_, mut neighbour, _) in waiting {
        neighbour.failed("no answer in time");
    }
}
