//! The agent's own node.

use std::{future::Future, time::Duration};

use async_trait::async_trait;
use futures::{
    stream::{self, BoxStream},
    StreamExt, TryStreamExt,
};
use regent_client::{Client, ClientError};
use regent_primitives::{
    agent_api::WorkItem, runtime_api::RequestState, AgentId, BlockNumber, Epoch, EpochRecord,
    KeyId, KeyRecord, RequestId, H256,
};

use crate::ports::{ChainError, ChainEvent, ReadChain, Runtime};

/// The longest a node may take over one question.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Reads the chain through a node's RPC.
pub struct Node {
    client: Client,
}

impl Node {
    /// Connects to a node.
    ///
    /// # Errors
    /// If nothing answers there.
    pub async fn connect(url: &str) -> Result<Self, ChainError> {
        let client = within("connect", Client::connect(url)).await?;
        Ok(Self { client })
    }

    /// Hash of block 0.
    pub fn genesis(&self) -> H256 {
        self.client.genesis()
    }

    /// Milliseconds of a slot.
    ///
    /// # Errors
    /// If the node does not answer.
    pub async fn slot_milliseconds(&self) -> Result<u64, ChainError> {
        within("slot duration", self.client.slot_milliseconds()).await
    }
}

async fn within<T>(
    what: &str,
    call: impl Future<Output = Result<T, ClientError>> + Send,
) -> Result<T, ChainError> {
    match tokio::time::timeout(TIMEOUT, call).await {
        Ok(result) => result.map_err(|error| ChainError(error.to_string())),
        Err(_) => Err(ChainError(format!("{what}: nothing within {TIMEOUT:?}"))),
    }
}

#[async_trait]
impl ReadChain for Node {
    async fn follow(
        &self,
    ) -> Result<BoxStream<'static, Result<ChainEvent, ChainError>>, ChainError> {
        let finalised = within("finalised heads", self.client.finalised_heads()).await?;
        let best = within("best heads", self.client.best_heads()).await?;
        let newest = within("finalised head", self.client.finalised_head()).await?;
        let failed = |error: ClientError| ChainError(error.to_string());
        // The end of either is the end of both: an error that the service sees.
        let ended = || stream::once(async { Err(ChainError("the connection was lost".into())) });
        let finalised = finalised.map_ok(ChainEvent::Finalised).map_err(failed).chain(ended());
        let best = best.map_ok(ChainEvent::Best).map_err(failed).chain(ended());
        let first = stream::once(async move { Ok(ChainEvent::Finalised(newest)) });
        Ok(first.chain(stream::select(finalised, best)).boxed())
    }

    async fn runtime(&self, at: H256) -> Result<Runtime, ChainError> {
        let (version, code_hash) = tokio::try_join!(
            within("runtime version", self.client.runtime_version(Some(at))),
            within("runtime code", self.client.runtime_code_hash(Some(at)))
        )?;
        let code_hash =
            code_hash.ok_or_else(|| ChainError(format!("block {at:?} has no runtime code")))?;
        Ok(Runtime { code_hash, spec_version: version.spec_version })
    }

    async fn request(&self, id: RequestId, at: H256) -> Result<Option<RequestState>, ChainError> {
        within("request", self.client.request(id, Some(at))).await
    }

    async fn key(&self, id: KeyId, at: H256) -> Result<Option<KeyRecord>, ChainError> {
        within("key", self.client.key(id, Some(at))).await
    }

    async fn epoch(
        &self,
        id: KeyId,
        epoch: Epoch,
        at: H256,
    ) -> Result<Option<EpochRecord>, ChainError> {
        within("epoch", self.client.epoch(id, epoch, Some(at))).await
    }

    async fn agent_work(&self, agent: AgentId, at: H256) -> Result<Vec<WorkItem>, ChainError> {
        within("agent work", self.client.agent_work(agent, Some(at))).await
    }

    async fn window_blocks(&self, at: H256) -> Result<BlockNumber, ChainError> {
        within("status", self.client.status(Some(at))).await.map(|status| status.window_blocks)
    }
}
