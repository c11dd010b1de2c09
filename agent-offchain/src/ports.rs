//! What the agent's logic needs of the world. Adapters for node, enclave and clock are in
//! [`crate::adapters`]; tests bring their own.

use async_trait::async_trait;
use futures::stream::BoxStream;
use regent_primitives::{
    agent_api::WorkItem,
    enclave_api::{Delivery, DeliveryStatus},
    runtime_api::RequestState,
    AgentId, BlockNumber, Epoch, EpochRecord, KeyId, KeyRecord, RequestId, H256,
};

pub use regent_client::Head;

/// What a node tells without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainEvent {
    /// A new best block: nothing is decided on it, but it can be prepared for.
    Best(Head),
    /// A new finalised block.
    Finalised(Head),
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

/// Reads the chain at given blocks.
#[async_trait]
pub trait ReadChain: Send + Sync {
    /// New blocks from now on, beginning with the newest finalised one. Ends when the connection is
    /// lost.
    async fn follow(
        &self,
    ) -> Result<BoxStream<'static, Result<ChainEvent, ChainError>>, ChainError>;
    /// The runtime at a block.
    async fn runtime(&self, at: H256) -> Result<Runtime, ChainError>;
    /// All of a request at a block.
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
    /// What waits for an agent at a block.
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
