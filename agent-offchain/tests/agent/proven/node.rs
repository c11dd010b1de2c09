//! A node that serves what it is told to serve.

use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use futures::{
    channel::mpsc::{unbounded, UnboundedSender},
    stream::BoxStream,
    StreamExt,
};
use regent_agent::ports::{Announcement, AskNode, ChainError, Head, Unproven};
use regent_primitives::{agent_api::WorkItem, AgentId, BlockNumber, H256};
use regent_proof::{header::slot, layout, Fragment, Header, Limits, Query, SetId};

use super::world::{justified, validators, Chain, State, Validator};

type Said = Result<Announcement, ChainError>;

/// Clones are the same node.
#[derive(Clone)]
pub struct FakeNode(Arc<Mutex<Inner>>);

pub struct Inner {
    pub chain: Chain,
    /// Blocks that changed the authorities, with their justifications.
    handoffs: Vec<(BlockNumber, Vec<u8>)>,
    /// The state that is shown instead of every block's own.
    pub shown: Option<State>,
    /// What is done to every proof of a state.
    pub spoil: Option<fn(&mut Vec<Vec<u8>>)>,
    /// Headers that are served instead of those that were asked for.
    pub header: Option<Header>,
    subscribers: Vec<UnboundedSender<Said>>,
    /// Runs of headers that were asked for.
    pub runs: u32,
}

impl FakeNode {
    /// Of a chain that four validators finalise.
    pub fn new() -> Self {
        Self::of(Chain::new(validators(1, 4)))
    }

    pub fn of(chain: Chain) -> Self {
        let inner = Inner {
            chain,
            handoffs: Vec::new(),
            shown: None,
            spoil: None,
            header: None,
            subscribers: Vec::new(),
            runs: 0,
        };
        Self(Arc::new(Mutex::new(inner)))
    }

    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("no panic")
    }

    pub fn genesis(&self) -> H256 {
        self.inner().chain.genesis()
    }

    /// Blocks up to this height, of which only the last is announced, as final.
    pub fn grow_to(&self, number: BlockNumber) -> H256 {
        let mut inner = self.inner();
        inner.chain.grow_to(number);
        inner.announce();
        inner.chain.newest().hash()
    }

    /// One more block, with this in its state.
    pub fn push(&self, write: impl FnOnce(&mut State)) -> H256 {
        let mut inner = self.inner();
        inner.chain.push_with(Vec::new(), write);
        inner.announce();
        inner.chain.newest().hash()
    }

    /// One more block, after which others finalise.
    pub fn hand_over(&self, next: Vec<Validator>) {
        let mut inner = self.inner();
        let (old, set) = (inner.chain.validators.clone(), inner.chain.set_id);
        inner.chain.hand_over(next);
        let newest = inner.chain.newest();
        let handoff = (newest.number, justified(&old, newest, set));
        inner.handoffs.push(handoff);
    }

    /// Says of a block that it is final.
    pub fn say(&self, number: BlockNumber, hash: H256) {
        let head = Head { number, hash, slot: 0 };
        self.inner().emit(Announcement::Finalised(head));
    }
}

impl Inner {
    fn emit(&mut self, announcement: Announcement) {
        self.subscribers.retain(|to| to.unbounded_send(Ok(announcement.clone())).is_ok());
    }

    fn announce(&mut self) {
        let newest = self.chain.newest().clone();
        self.emit(Announcement::Best(newest.clone()));
        self.emit(Announcement::Finalised(head(&newest)));
    }

    /// The next justified block from a height on.
    fn justified_from(&self, from: BlockNumber) -> (BlockNumber, Vec<u8>) {
        let handoff = self.handoffs.iter().find(|(number, _)| *number >= from);
        handoff.cloned().unwrap_or_else(|| (self.chain.newest().number, self.chain.justification()))
    }
}

fn head(header: &Header) -> Head {
    Head { number: header.number, hash: header.hash(), slot: slot(header).unwrap_or_default() }
}

fn unknown() -> ChainError {
    ChainError("unknown block".into())
}

#[async_trait]
impl AskNode for FakeNode {
    async fn announcements(&self) -> Result<BoxStream<'static, Said>, ChainError> {
        let (sender, receiver) = unbounded();
        let mut inner = self.inner();
        let first = Announcement::Finalised(head(inner.chain.newest()));
        sender.unbounded_send(Ok(first)).expect("open");
        inner.subscribers.push(sender);
        Ok(receiver.boxed())
    }

    async fn header(&self, hash: H256) -> Result<Header, ChainError> {
        let inner = self.inner();
        let mut headers = inner.chain.headers.iter();
        let other = inner.header.clone();
        other.or_else(|| headers.find(|it| it.hash() == hash).cloned()).ok_or_else(unknown)
    }

    async fn final_run(
        &self,
        from: BlockNumber,
        _: &Limits,
    ) -> Result<(Vec<Header>, Vec<u8>), Unproven> {
        let mut inner = self.inner();
        inner.runs += 1;
        let (to, justification) = inner.justified_from(from);
        if from > to {
            return Err(unknown().into());
        }
        Ok((inner.chain.run(from..=to), justification))
    }

    async fn handoff(&self, at: BlockNumber, _: &Limits) -> Result<Fragment, Unproven> {
        let inner = self.inner();
        let (number, justification) = inner.justified_from(at);
        let header = inner.chain.headers.get(number as usize).cloned();
        Ok(Fragment { header: header.ok_or_else(unknown)?, justification })
    }

    async fn set_after(&self, number: BlockNumber) -> Result<SetId, ChainError> {
        Ok(self.inner().handoffs.iter().filter(|(handoff, _)| *handoff <= number).count() as SetId)
    }

    async fn prove(&self, queries: &[Query], at: H256) -> Result<Vec<Vec<u8>>, ChainError> {
        let inner = self.inner();
        let place =
            inner.chain.headers.iter().position(|it| it.hash() == at).ok_or_else(unknown)?;
        let state = inner.shown.as_ref().unwrap_or(&inner.chain.states[place]);
        let mut nodes = state.prove(queries);
        if let Some(spoil) = inner.spoil {
            spoil(&mut nodes);
        }
        Ok(nodes)
    }

    async fn agent_work(&self, _: AgentId, _: H256) -> Result<Vec<WorkItem>, ChainError> {
        Ok(Vec::new())
    }
}

/// What a runtime writes besides what a test does.
pub fn version(state: &mut State) {
    state.set(&layout::runtime_version(), &(codec::Compact(7), "regent".to_owned()));
}
