//! What the agent's logic needs of the world. Adapters for node, enclave and clock are in
//! [`crate::adapters`]; tests bring their own.
//!
//! Of the chain there are two: [`AskNode`] is what a node says, of which nothing is believed, and
//! [`ReadChain`] what is proven. [`crate::proven`] makes the one of the other.

use async_trait::async_trait;
use futures::stream::BoxStream;
use regent_primitives::{
    agent_api::WorkItem,
    enclave_api::{Delivery, DeliveryStatus},
    runtime_api::RequestState,
    AgentId, BlockNumber, Epoch, EpochRecord, KeyId, KeyRecord, Refusal, Release, RequestId, H256,
};
use regent_proof::{Fragment, HeadError, Header, Limits, Query, SetId};

pub use regent_client::Head;

/// What became of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainEvent {
    /// A new best block: nothing is decided on it, but it can be prepared for.
    Best(Head),
    /// A new finalised block.
    Finalised(Head),
    /// The authorities finalised two blocks at one height: proven, and the end of all trust in them.
    Conflict {
        /// The height.
        number: BlockNumber,
        /// The second block.
        found: H256,
        /// The one that was final before.
        known: H256,
    },
}

/// The runtime at a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// BLAKE2b-256 of its code.
    pub code_hash: H256,
    /// Its specification's version.
    pub spec_version: u32,
}

/// The node did not answer, or not what was expected.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ChainError(pub String);

/// Why nothing proven came of asking a node.
#[derive(Debug, thiserror::Error)]
pub enum Unproven {
    /// It did not answer.
    #[error(transparent)]
    Node(#[from] ChainError),
    /// What it answered is not proven, or may not be acted on.
    #[error(transparent)]
    Head(#[from] HeadError),
}

/// What a node announces without being asked. All of it is hearsay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// The header of a new best block.
    Best(Header),
    /// A block that is said to be final.
    Finalised(Head),
}

/// Asks a node. Nothing it says is verified.
#[async_trait]
pub trait AskNode: Send + Sync {
    /// New blocks from now on, beginning with the newest finalised one. Ends when the connection is
    /// lost.
    async fn announcements(
        &self,
    ) -> Result<BoxStream<'static, Result<Announcement, ChainError>>, ChainError>;
    /// The header with this hash.
    async fn header(&self, hash: H256) -> Result<Header, ChainError>;
    /// The headers from a height up to the next justified one, and its justification.
    async fn final_run(
        &self,
        from: BlockNumber,
        limits: &Limits,
    ) -> Result<(Vec<Header>, Vec<u8>), Unproven>;
    /// A justified header at this height or later, of the set of authorities in office at it.
    async fn handoff(&self, at: BlockNumber, limits: &Limits) -> Result<Fragment, Unproven>;
    /// The set of authorities in office after the block at a height.
    async fn set_after(&self, number: BlockNumber) -> Result<SetId, ChainError>;
    /// The nodes of a block's state that prove these queries.
    async fn prove(&self, queries: &[Query], at: H256) -> Result<Vec<Vec<u8>>, ChainError>;
    /// What waits for an agent at a block: a hint, and nothing is lost by a wrong one but time.
    async fn agent_work(&self, agent: AgentId, at: H256) -> Result<Vec<WorkItem>, ChainError>;
}

/// Reads what is proven of the chain at given blocks. That a block is final is said by
/// [`ChainEvent::Finalised`] alone: what is read at others is true of them if they become final.
#[async_trait]
pub trait ReadChain: Send + Sync {
    /// New blocks from now on, beginning with the newest finalised one. Ends when the connection is
    /// lost.
    async fn follow(
        &self,
    ) -> Result<BoxStream<'static, Result<ChainEvent, ChainError>>, ChainError>;
    /// The runtime at a block.
    async fn runtime(&self, at: H256) -> Result<Runtime, ChainError>;
    /// A request at a block, without the releases and refusals that are noted about it.
    async fn request(&self, id: RequestId, at: H256) -> Result<Option<RequestState>, ChainError>;
    /// One epoch of a key at a block.
    async fn epoch(
        &self,
        id: KeyId,
        epoch: Epoch,
        at: H256,
    ) -> Result<Option<EpochRecord>, ChainError>;
    /// A key in its current epoch at a block.
    async fn key(&self, id: KeyId, at: H256) -> Result<Option<KeyRecord>, ChainError>;
    /// Whether somebody froze a key at a block.
    async fn is_frozen(&self, id: KeyId, at: H256) -> Result<bool, ChainError>;
    /// Whether this release is noted at a block.
    async fn has_release(&self, release: &Release, at: H256) -> Result<bool, ChainError>;
    /// Whether this refusal is noted at a block.
    async fn has_refusal(&self, refusal: &Refusal, at: H256) -> Result<bool, ChainError>;
    /// What waits for an agent at a block: the one thing that is not proven, for it is a hint. What is
    /// made up is not released, what is hidden waits for an honest node.
    async fn agent_work(&self, agent: AgentId, at: H256) -> Result<Vec<WorkItem>, ChainError>;
    /// Blocks of a window of the device roots' labels.
    async fn window_blocks(&self, at: H256) -> Result<BlockNumber, ChainError>;
}

/// Why a share did not arrive.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DeliverError {
    /// No answer, or no room yet: it can be sent again.
    #[error("no answer: {0}")]
    Unanswered(String),
    /// The enclave does not want it: its session may be over.
    #[error("refused: {0}")]
    Refused(String),
}

/// Brings shares to enclaves.
#[async_trait]
pub trait DeliverShare: Send + Sync {
    /// Prepares a connection; nothing is sent that matters.
    async fn prepare(&self, endpoint: &str);
    /// Delivers one share.
    async fn deliver(
        &self,
        endpoint: &str,
        delivery: &Delivery,
    ) -> Result<DeliveryStatus, DeliverError>;
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch.
    fn now_milliseconds(&self) -> u64;
}
