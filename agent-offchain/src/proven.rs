//! The chain as it is proven: what a node says, verified before the agent's logic sees it (section 7
//! of `docs/protocol.md`).
//!
//! | file | what |
//! |---|---|
//! | `anchor` | where trust begins: the genesis, a pinned block, or the head of the last run |
//! | `follow` | the way from there to the newest final block, without a gap |
//! | `state` | values of a block's state, by the root in its header |
//! | `recent` | headers of the last blocks, by their hashes |
//! | `faults` | which rule the node's answers broke |
//!
//! A header is known by its hash, and a state by its header. So the state of a block can be read as
//! soon as its header is there, before it is final: that exactly this block became final is what
//! [`ChainEvent::Finalised`] says, and it is said only of blocks that the tracker verified. Whether
//! such a block is young enough, and of a known runtime, is judged where something is decided on it.

mod anchor;
mod faults;
mod follow;
mod recent;
mod state;

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use regent_primitives::{
    agent_api::WorkItem, runtime_api::RequestState, timing::SLOT_MILLISECONDS,
    timing::WINDOW_BLOCKS, AgentId, BlockNumber, Epoch, EpochRecord, KeyId, KeyRecord, Refusal,
    Release, RequestId, H256,
};
use regent_proof::{HeadRules, HeadTracker, Limits};
use tokio::sync::Mutex;

use crate::{
    config::Checkpoint,
    metrics::Metrics,
    ports::{AskNode, ChainError, ChainEvent, Clock, ReadChain, Runtime, Unproven},
    shared::Shared,
    store::HeadSlot,
};
use faults::Faults;
use recent::Recent;

/// Everything a proven chain is made of.
pub struct Sources {
    /// The node.
    pub node: Arc<dyn AskNode>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where the newest verified head is kept.
    pub head: HeadSlot,
    /// The chain.
    pub genesis: H256,
    /// A later block that is trusted like the genesis.
    pub checkpoint: Option<Checkpoint>,
    /// What the servers see.
    pub shared: Arc<Shared>,
    /// Counters.
    pub metrics: Metrics,
}

/// A chain of which nothing is believed that is not proven. Cheap to clone.
#[derive(Clone)]
pub struct ProvenChain(Arc<Inner>);

struct Inner {
    node: Arc<dyn AskNode>,
    clock: Arc<dyn Clock>,
    genesis: H256,
    limits: Limits,
    tracker: Mutex<HeadTracker<HeadSlot>>,
    recent: Recent,
    faults: Faults,
    metrics: Metrics,
}

impl ProvenChain {
    /// Goes on from the head of the last run, or begins where the configuration says.
    ///
    /// # Errors
    /// The node does not prove who finalises what follows, or the store is of another chain.
    pub async fn open(sources: Sources) -> Result<Self, Unproven> {
        let Sources { node, clock, head, genesis, checkpoint, shared, metrics } = sources;
        let faults = Faults::new(shared, metrics.clone());
        // Which code is known is judged with a request, so that its refusal goes on the chain.
        let rules = HeadRules::new(genesis, SLOT_MILLISECONDS, Vec::new());
        let limits = rules.limits;
        let anchor = anchor::find(node.as_ref(), &head, genesis, checkpoint, &limits).await;
        let opened = anchor.and_then(|anchor| Ok(HeadTracker::open(rules, anchor, head)?));
        let tracker = Mutex::new(opened.inspect_err(|error| faults.of_head(error))?);
        faults.begin();
        let recent = Recent::default();
        let inner = Inner { node, clock, genesis, limits, tracker, recent, faults, metrics };
        Ok(Self(Arc::new(inner)))
    }
}

#[async_trait]
impl ReadChain for ProvenChain {
    async fn follow(
        &self,
    ) -> Result<BoxStream<'static, Result<ChainEvent, ChainError>>, ChainError> {
        follow::follow(self.0.clone()).await
    }

    async fn runtime(&self, at: H256) -> Result<Runtime, ChainError> {
        self.0.runtime(at).await
    }

    async fn request(&self, id: RequestId, at: H256) -> Result<Option<RequestState>, ChainError> {
        self.0.request(id, at).await
    }

    async fn epoch(
        &self,
        id: KeyId,
        epoch: Epoch,
        at: H256,
    ) -> Result<Option<EpochRecord>, ChainError> {
        self.0.epoch(id, epoch, at).await
    }

    async fn key(&self, id: KeyId, at: H256) -> Result<Option<KeyRecord>, ChainError> {
        self.0.key(id, at).await
    }

    async fn is_frozen(&self, id: KeyId, at: H256) -> Result<bool, ChainError> {
        self.0.is_frozen(id, at).await
    }

    async fn has_release(&self, release: &Release, at: H256) -> Result<bool, ChainError> {
        self.0.has_release(release, at).await
    }

    async fn has_refusal(&self, refusal: &Refusal, at: H256) -> Result<bool, ChainError> {
        self.0.has_refusal(refusal, at).await
    }

    async fn agent_work(&self, agent: AgentId, at: H256) -> Result<Vec<WorkItem>, ChainError> {
        self.0.node.agent_work(agent, at).await
    }

    /// A constant of the runtime's code, which is known by its hash.
    async fn window_blocks(&self, _at: H256) -> Result<BlockNumber, ChainError> {
        Ok(WINDOW_BLOCKS)
    }
}
