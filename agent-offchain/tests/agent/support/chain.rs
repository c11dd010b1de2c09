//! A chain that says what it is told to say.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex, MutexGuard,
    },
};

use async_trait::async_trait;
use futures::{
    channel::mpsc::{unbounded, UnboundedSender},
    stream::BoxStream,
    StreamExt,
};
use regent_agent::ports::{ChainError, ChainEvent, Clock, Head, ReadChain, Runtime};
use regent_primitives::{
    agent_api::WorkItem, runtime_api::RequestState, AgentId, BlockNumber, Epoch, EpochRecord,
    KeyId, KeyRecord, Refusal, Release, RequestId, H256,
};

use super::followers::{Follower, Followers};

pub const SLOT_MILLISECONDS: u64 = 500;
pub const WINDOW_BLOCKS: BlockNumber = 100;
pub const RUNTIME: Runtime = Runtime { code_hash: H256::repeat_byte(0xc0), spec_version: 1 };

/// A clock that stands still unless it is moved.
pub struct FakeClock(AtomicU64);

impl Default for FakeClock {
    fn default() -> Self {
        Self(AtomicU64::new(1_800_000_000_000))
    }
}

impl FakeClock {
    pub fn advance_seconds(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    pub fn go_back_seconds(&self, seconds: u64) {
        self.0.fetch_sub(seconds * 1_000, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now_milliseconds(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// State at a block.
#[derive(Clone, Default)]
pub struct State {
    pub requests: BTreeMap<RequestId, RequestState>,
    pub keys: BTreeMap<KeyId, KeyRecord>,
    /// Epochs that are not the key's current one, or that say more than it.
    pub epochs: BTreeMap<(KeyId, Epoch), EpochRecord>,
    pub frozen: BTreeSet<KeyId>,
    pub work: Vec<WorkItem>,
    pub runtime: Option<Runtime>,
}

pub struct FakeChain {
    clock: Arc<FakeClock>,
    inner: Mutex<Inner>,
    followers: Arc<Followers>,
}

struct Inner {
    next: State,
    blocks: HashMap<H256, State>,
    best: Head,
    finalised: Head,
    subscribers: Vec<UnboundedSender<Result<ChainEvent, ChainError>>>,
    reads: BTreeMap<RequestId, u64>,
    read_seconds: u64,
    branch: u64,
}

impl FakeChain {
    /// At this height, so that deadlines can lie before it.
    pub fn new(clock: Arc<FakeClock>, number: BlockNumber) -> Self {
        let slot = clock.now_milliseconds() / SLOT_MILLISECONDS;
        let head = Head { number, hash: H256::from_low_u64_be(u64::from(number)), slot };
        let inner = Inner {
            next: State::default(),
            blocks: HashMap::from([(head.hash, State::default())]),
            best: head,
            finalised: head,
            subscribers: Vec::new(),
            reads: BTreeMap::new(),
            read_seconds: 0,
            branch: 0,
        };
        Self { clock, inner: Mutex::new(inner), followers: Arc::default() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no panic")
    }

    /// Changes the state of the next block.
    pub fn edit(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.inner().next);
    }

    pub fn edit_request(&self, id: RequestId, change: impl FnOnce(&mut RequestState)) {
        self.edit(|state| change(state.requests.get_mut(&id).expect("known")));
    }

    /// Freezes a key in the next block.
    pub fn freeze(&self, key: KeyId) {
        self.edit(|state| {
            state.frozen.insert(key);
        });
    }

    /// Lifts the freeze of a key in the next block.
    pub fn unfreeze(&self, key: KeyId) {
        self.edit(|state| {
            state.frozen.remove(&key);
        });
    }

    /// A new best block.
    pub fn author(&self) -> Head {
        let mut inner = self.inner();
        let number = inner.best.number + 1;
        let hash = H256::from_low_u64_be(u64::from(number) + (inner.branch << 32));
        let slot = self.clock.now_milliseconds() / SLOT_MILLISECONDS;
        let head = Head { number, hash, slot };
        let state = inner.next.clone();
        inner.blocks.insert(hash, state);
        inner.best = head;
        inner.emit(ChainEvent::Best(head));
        head
    }

    /// A best block of this height that is not the one before at the same height.
    pub fn reorganise(&self, number: BlockNumber) -> Head {
        {
            let mut inner = self.inner();
            inner.branch += 1;
            inner.best.number = number - 1;
        }
        self.author()
    }

    pub fn finalise(&self, head: Head) {
        let mut inner = self.inner();
        inner.finalised = head;
        inner.emit(ChainEvent::Finalised(head));
    }

    /// A new block that is final at once.
    pub fn advance(&self) -> Head {
        let head = self.author();
        self.finalise(head);
        head
    }

    /// Blocks until this height.
    pub fn advance_to(&self, number: BlockNumber) -> Head {
        loop {
            let head = self.advance();
            if head.number >= number {
                return head;
            }
        }
    }

    pub fn finalised_head(&self) -> Head {
        self.inner().finalised
    }

    /// Ends every subscription, as a restarted node would.
    pub fn disconnect(&self) {
        self.inner().subscribers.clear();
    }

    /// Who reads its events.
    pub fn followers(&self) -> &Followers {
        &self.followers
    }

    /// How often a request was read so far.
    pub fn reads(&self, id: RequestId) -> u64 {
        self.inner().reads.get(&id).copied().unwrap_or_default()
    }

    /// From now on the clock goes on by so much while a request is read.
    pub fn set_read_seconds(&self, seconds: u64) {
        self.inner().read_seconds = seconds;
    }

    fn at<T>(&self, hash: H256, read: impl FnOnce(&State) -> T) -> Result<T, ChainError> {
        let inner = self.inner();
        inner.blocks.get(&hash).map(read).ok_or_else(|| ChainError(format!("no block {hash:?}")))
    }
}

impl Inner {
    fn emit(&mut self, event: ChainEvent) {
        self.subscribers.retain(|to| to.unbounded_send(Ok(event)).is_ok());
    }
}

#[async_trait]
impl ReadChain for FakeChain {
    async fn follow(
        &self,
    ) -> Result<BoxStream<'static, Result<ChainEvent, ChainError>>, ChainError> {
        let (sender, receiver) = unbounded();
        let mut inner = self.inner();
        sender.unbounded_send(Ok(ChainEvent::Finalised(inner.finalised))).expect("open");
        inner.subscribers.push(sender);
        Ok(Follower::new(receiver, self.followers.clone()).boxed())
    }

    async fn runtime(&self, at: H256) -> Result<Runtime, ChainError> {
        self.at(at, |state| state.runtime.unwrap_or(RUNTIME))
    }

    async fn request(&self, id: RequestId, at: H256) -> Result<Option<RequestState>, ChainError> {
        let seconds = {
            let mut inner = self.inner();
            *inner.reads.entry(id).or_default() += 1;
            inner.read_seconds
        };
        self.clock.advance_seconds(seconds);
        self.at(at, |state| state.requests.get(&id).cloned())
    }

    async fn key(&self, id: KeyId, at: H256) -> Result<Option<KeyRecord>, ChainError> {
        self.at(at, |state| state.keys.get(&id).cloned())
    }

    async fn is_frozen(&self, id: KeyId, at: H256) -> Result<bool, ChainError> {
        self.at(at, |state| state.frozen.contains(&id))
    }

    async fn epoch(
        &self,
        id: KeyId,
        epoch: Epoch,
        at: H256,
    ) -> Result<Option<EpochRecord>, ChainError> {
        self.at(at, |state| {
            let known = state.epochs.get(&(id, epoch)).cloned();
            known.or_else(|| {
                let current = state.keys.get(&id).filter(|key| key.token.epoch == epoch);
                current.cloned().map(|key| EpochRecord {
                    key,
                    request: RequestId::default(),
                    transfer_to: None,
                    punctured: [0; 32],
                    punctured_for_good: [0; 32],
                })
            })
        })
    }

    async fn has_release(&self, release: &Release, at: H256) -> Result<bool, ChainError> {
        self.at(at, |state| {
            let noted = state.requests.get(&release.request).map(|request| &request.releases);
            noted.is_some_and(|noted| {
                noted.iter().any(|it| it.attempt == release.attempt && it.leaf == release.leaf)
            })
        })
    }

    async fn has_refusal(&self, refusal: &Refusal, at: H256) -> Result<bool, ChainError> {
        self.at(at, |state| {
            let noted = state.requests.get(&refusal.request).map(|request| &request.refusals);
            noted.is_some_and(|noted| {
                noted.iter().any(|it| it.attempt == refusal.attempt && it.agent == refusal.agent)
            })
        })
    }

    async fn agent_work(&self, _agent: AgentId, at: H256) -> Result<Vec<WorkItem>, ChainError> {
        self.at(at, |state| state.work.clone())
    }

    async fn window_blocks(&self, _at: H256) -> Result<BlockNumber, ChainError> {
        Ok(WINDOW_BLOCKS)
    }
}
