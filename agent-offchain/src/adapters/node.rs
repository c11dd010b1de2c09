//! The agent's own node.

use std::{future::Future, time::Duration};

use async_trait::async_trait;
use futures::{
    stream::{self, BoxStream},
    StreamExt, TryStreamExt,
};
use regent_client::{Client, ClientError, ProofError};
use regent_primitives::{agent_api::WorkItem, AgentId, BlockNumber, H256};
use regent_proof::{Fragment, Header, Limits, Query, SetId};

use crate::ports::{Announcement, AskNode, ChainError, Unproven};

/// The longest a node may take over one question.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Asks a node by its RPC.
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

    /// Hash of block 0, as the node says.
    pub fn genesis(&self) -> H256 {
        self.client.genesis()
    }
}

async fn within<T, E>(
    what: &str,
    call: impl Future<Output = Result<T, E>> + Send,
) -> Result<T, ChainError>
where
    E: std::fmt::Display,
{
    match tokio::time::timeout(TIMEOUT, call).await {
        Ok(result) => result.map_err(|error| ChainError(error.to_string())),
        Err(_) => Err(nothing(what)),
    }
}

/// The same, of what names the rule that its answer broke.
async fn proof_within<T>(
    what: &str,
    call: impl Future<Output = Result<T, ProofError>> + Send,
) -> Result<T, Unproven> {
    match tokio::time::timeout(TIMEOUT, call).await {
        Ok(Ok(proof)) => Ok(proof),
        Ok(Err(ProofError::Head(error))) => Err(error.into()),
        Ok(Err(error)) => Err(ChainError(error.to_string()).into()),
        Err(_) => Err(nothing(what).into()),
    }
}

fn nothing(what: &str) -> ChainError {
    ChainError(format!("{what}: nothing within {TIMEOUT:?}"))
}

#[async_trait]
impl AskNode for Node {
    async fn announcements(
        &self,
    ) -> Result<BoxStream<'static, Result<Announcement, ChainError>>, ChainError> {
        let finalised = within("finalised heads", self.client.finalised_heads()).await?;
        let best = within("best heads", self.client.best_headers()).await?;
        let newest = within("finalised head", self.client.finalised_head()).await?;
        let failed = |error: ClientError| ChainError(error.to_string());
        // The end of either is the end of both: an error that whoever follows sees.
        let ended = || stream::once(async { Err(ChainError("the connection was lost".into())) });
        let finalised = finalised.map_ok(Announcement::Finalised).map_err(failed).chain(ended());
        let best = best.map_ok(Announcement::Best).map_err(failed).chain(ended());
        let first = stream::once(async move { Ok(Announcement::Finalised(newest)) });
        Ok(first.chain(stream::select(finalised, best)).boxed())
    }

    async fn header(&self, hash: H256) -> Result<Header, ChainError> {
        within("header", self.client.header(hash)).await
    }

    async fn final_run(
        &self,
        from: BlockNumber,
        limits: &Limits,
    ) -> Result<(Vec<Header>, Vec<u8>), Unproven> {
        proof_within("finality proof", self.client.final_run(from, limits)).await
    }

    async fn handoff(&self, at: BlockNumber, limits: &Limits) -> Result<Fragment, Unproven> {
        let proof = proof_within("finality proof", self.client.finality_proof(at, limits)).await?;
        let header = self.header(proof.block).await?;
        Ok(Fragment { header, justification: proof.justification })
    }

    async fn set_after(&self, number: BlockNumber) -> Result<SetId, ChainError> {
        let hash = within("block hash", self.client.block_hash(number)).await?.unwrap_or_default();
        within("authority set", self.client.set_id(hash)).await
    }

    async fn prove(&self, queries: &[Query], at: H256) -> Result<Vec<Vec<u8>>, ChainError> {
        within("read proof", self.client.read_proof(queries, at)).await
    }

    async fn agent_work(&self, agent: AgentId, at: H256) -> Result<Vec<WorkItem>, ChainError> {
        within("agent work", self.client.agent_work(agent, Some(at))).await
    }
}
