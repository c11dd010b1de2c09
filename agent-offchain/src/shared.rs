//! What the servers know of the service: a snapshot, replaced whenever it changes.

use std::sync::{
    atomic::{AtomicUsize, Ordering},
    Arc, PoisonError, RwLock,
};

use regent_primitives::{
    agent_api::WorkItem,
    bounds::{MAX_AGENT_ANSWER_BYTES, MAX_AGENT_NOTES},
    AgentId, AgentNote, H256,
};
use tokio::sync::mpsc;

use crate::ports::Head;

/// What is known of the chain.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChainView {
    /// The chain.
    pub genesis: Option<H256>,
    /// The newest finalised block.
    pub finalised: Option<Head>,
    /// Milliseconds of a slot.
    pub slot_milliseconds: u64,
    /// Whether the node's blocks are being followed.
    pub following: bool,
    /// The rule that the node's newest answers broke, if they broke one.
    pub unproven: Option<&'static str>,
}

/// What holds the key of the agent's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    /// The provider's name.
    pub provider: &'static str,
    /// Whether it tells old copies of the state from the newest.
    pub rollback_protected: bool,
}

/// Between the servers and the service.
pub struct Shared {
    agent: AgentId,
    root: Root,
    wakes: mpsc::Sender<Vec<WorkItem>>,
    notes: RwLock<Arc<Vec<AgentNote>>>,
    chain: RwLock<ChainView>,
    /// Where the next answer starts, so that no note is hidden behind others for ever.
    next_note: AtomicUsize,
}

impl Shared {
    /// With the channel on which the service hears of work.
    pub fn new(agent: AgentId, root: Root, wakes: mpsc::Sender<Vec<WorkItem>>) -> Self {
        Self {
            agent,
            root,
            wakes,
            notes: RwLock::default(),
            chain: RwLock::default(),
            next_note: AtomicUsize::new(0),
        }
    }

    /// Who the agent is.
    pub const fn agent(&self) -> AgentId {
        self.agent
    }

    /// What holds the key of its state.
    pub const fn root(&self) -> Root {
        self.root
    }

    /// Hands work to the service. Returns whether there was room; if not, the next block's wake
    /// brings it again.
    pub fn wake(&self, work: Vec<WorkItem>) -> bool {
        work.is_empty() || self.wakes.try_send(work).is_ok()
    }

    /// Notes not yet in finalised state, as many as one answer holds.
    pub fn notes(&self) -> Vec<AgentNote> {
        let notes = self.notes.read().unwrap_or_else(PoisonError::into_inner).clone();
        let count = notes.len().min(MAX_AGENT_NOTES as usize);
        let start = match notes.len() {
            length if length > count => self.next_note.fetch_add(count, Ordering::Relaxed) % length,
            _ => 0,
        };
        let mut bytes = 0usize;
        notes
            .iter()
            .cycle()
            .skip(start)
            .take(count)
            .take_while(|note| {
                bytes += codec::Encode::encoded_size(note);
                bytes < MAX_AGENT_ANSWER_BYTES as usize - 8
            })
            .cloned()
            .collect()
    }

    /// Replaces the notes.
    pub fn set_notes(&self, notes: Vec<AgentNote>) {
        *self.notes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(notes);
    }

    /// What is known of the chain.
    pub fn chain(&self) -> ChainView {
        *self.chain.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known of the chain.
    pub fn update_chain(&self, change: impl FnOnce(&mut ChainView)) {
        change(&mut self.chain.write().unwrap_or_else(PoisonError::into_inner));
    }
}
