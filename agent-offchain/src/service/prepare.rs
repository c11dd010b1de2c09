//! Verdicts, made in the background while a block waits for its finality.
//!
//! A verdict depends on the block alone. So it can be made as soon as the block is the best one, and
//! it is used only if exactly this block becomes final: nothing is decided on state that is not.

use std::{collections::BTreeMap, sync::Arc};

use regent_primitives::{AgentId, BlockNumber, H256};
use tokio::{sync::OnceCell, task::JoinHandle};

use super::queue::AttemptKey;
use crate::{
    ports::{ChainError, DeliverShare, Head, ReadChain, Runtime},
    verify::{verify, Context, Trust, Verdict},
};

/// Blocks for which verdicts are kept: finality is at most some blocks behind.
const BLOCKS: usize = 16;

/// What all verdicts of one block share.
#[derive(Default)]
struct BlockFacts {
    runtime: OnceCell<Runtime>,
    window_blocks: OnceCell<BlockNumber>,
}

/// What verdicts are made from.
#[derive(Clone)]
pub struct Judge {
    /// The chain.
    pub genesis: H256,
    /// Who judges.
    pub agent: AgentId,
    /// Whom it believes.
    pub trust: Arc<Trust>,
    /// Where states are read.
    pub chain: Arc<dyn ReadChain>,
    /// To whom connections are prepared.
    pub enclaves: Arc<dyn DeliverShare>,
}

/// Verdicts by block.
pub struct Verdicts {
    judge: Judge,
    blocks: BTreeMap<(BlockNumber, H256), Block>,
}

#[derive(Default)]
struct Block {
    facts: Arc<BlockFacts>,
    verdicts: BTreeMap<AttemptKey, JoinHandle<Result<Verdict, ChainError>>>,
}

impl Verdicts {
    /// None yet.
    pub fn new(judge: Judge) -> Self {
        Self { judge, blocks: BTreeMap::new() }
    }

    /// Has a verdict made on a block that may become final. While finality stands still only the
    /// first blocks after it are judged: they are the next to become final.
    pub fn prepare(&mut self, head: Head, attempt: AttemptKey) {
        let key = (head.number, head.hash);
        if self.blocks.len() < BLOCKS || self.blocks.contains_key(&key) {
            self.start(head, attempt);
        }
    }

    /// Has a verdict made on a block that is final.
    pub fn start(&mut self, head: Head, attempt: AttemptKey) {
        let block = self.blocks.entry((head.number, head.hash)).or_default();
        let facts = &block.facts;
        block.verdicts.entry(attempt).or_insert_with(|| {
            let (judge, facts) = (self.judge.clone(), facts.clone());
            tokio::spawn(async move { judge.verdict(head, attempt, &facts).await })
        });
    }

    /// The verdict on an attempt at a block that is final.
    pub async fn take(&mut self, head: Head, attempt: AttemptKey) -> Result<Verdict, ChainError> {
        self.start(head, attempt);
        let handle = self
            .blocks
            .get_mut(&(head.number, head.hash))
            .and_then(|block| block.verdicts.remove(&attempt));
        match handle {
            Some(handle) => handle.await.map_err(|error| ChainError(error.to_string()))?,
            None => Err(ChainError("the verdict was taken already".into())),
        }
    }

    /// The runtime and the windows at a block, as a context for judging.
    pub async fn context(&mut self, head: Head) -> Result<Context<'_>, ChainError> {
        let block = self.blocks.entry((head.number, head.hash)).or_default();
        self.judge.context(head, &block.facts).await
    }

    /// Forgets blocks up to this one: they are final, or never will be.
    pub fn advance(&mut self, finalised: BlockNumber) {
        self.blocks = self.blocks.split_off(&(finalised.saturating_add(1), H256::zero()));
    }
}

impl Judge {
    async fn verdict(
        &self,
        head: Head,
        (request, attempt): AttemptKey,
        facts: &BlockFacts,
    ) -> Result<Verdict, ChainError> {
        let (context, state) =
            tokio::try_join!(self.context(head, facts), self.chain.request(request, head.hash))?;
        let frozen = match &state {
            Some(state) => self.chain.is_frozen(state.record.body.key, head.hash).await?,
            None => false,
        };
        let verdict = verify(&context, request, attempt, state.as_ref(), frozen);
        if let Verdict::Release(approved) = &verdict {
            let endpoint = approved.session.endpoint.to_vec();
            let enclaves = self.enclaves.clone();
            tokio::spawn(async move {
                if let Ok(endpoint) = std::str::from_utf8(&endpoint) {
                    enclaves.prepare(endpoint).await;
                }
            });
        }
        Ok(verdict)
    }

    async fn context(&self, head: Head, facts: &BlockFacts) -> Result<Context<'_>, ChainError> {
        let runtime = facts.runtime.get_or_try_init(|| self.chain.runtime(head.hash));
        let window_blocks =
            facts.window_blocks.get_or_try_init(|| self.chain.window_blocks(head.hash));
        let (runtime, window_blocks) = tokio::try_join!(runtime, window_blocks)?;
        Ok(Context {
            genesis: self.genesis,
            agent: self.agent,
            head,
            runtime: *runtime,
            window_blocks: *window_blocks,
            trust: &self.trust,
        })
    }
}
