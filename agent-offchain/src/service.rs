//! What the agent does: follows finalised blocks, judges what waits, records, sends.
//!
//! One task owns the state. It reacts to five things: a wake, a new best block (verdicts are
//! prepared), a new finalised block (they are acted on), the end of a delivery, and a signal to stop.

mod chain;
mod confirm;
mod delivery;
mod notes;
mod prepare;
mod puncture;
mod queue;
mod release;
mod shares;
mod succession;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::StreamExt;
use regent_primitives::{agent_api::WorkItem, BlockNumber, H256};
use tokio::sync::{mpsc, watch};
use tracing::{info, warn};

use crate::{
    failpoint::Failpoint,
    metrics::Metrics,
    ports::{ChainError, ChainEvent, Clock, DeliverShare, Head, ReadChain},
    shared::Shared,
    store::{Store, StoreError},
    verify::Trust,
};
use delivery::{Courier, Delivered, Sending};
use prepare::{Judge, Verdicts};
use queue::{AttemptKey, Queue};

pub use delivery::Backoff;

/// Finalised blocks between two looks at all that waits for this agent: a lost wake loses nothing.
const SCAN_EVERY: BlockNumber = 20;
/// Finalised blocks after which the newest is made durable even if nothing was decided.
const MARK_EVERY: BlockNumber = 600;
/// The farthest the machine's clock may go back: corrections by a time service.
const CLOCK_TOLERANCE_MILLISECONDS: u64 = 2_000;
/// Wait before blocks are followed again, at first and at most.
const FOLLOW_AGAIN: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// What ends the service.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The durable state failed: what is on disk is known again only after a restart.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The chain contradicts what was final.
    #[error(
        "{found:?} is final at height {number}, where {known:?} was final before: the authorities \
         broke finality. Nothing is released until a person has looked into it"
    )]
    FinalityConflict {
        /// The height.
        number: BlockNumber,
        /// What is final now.
        found: H256,
        /// What was final.
        known: H256,
    },
}

/// Everything the service is made of.
pub struct Parts {
    /// The durable state.
    pub store: Store,
    /// Hash of the node's block 0.
    pub genesis: H256,
    /// Milliseconds of a slot.
    pub slot_milliseconds: u64,
    /// The node.
    pub chain: Arc<dyn ReadChain>,
    /// Enclaves.
    pub enclaves: Arc<dyn DeliverShare>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whom to believe.
    pub trust: Trust,
    /// What the servers see.
    pub shared: Arc<Shared>,
    /// Wakes from the servers.
    pub wakes: mpsc::Receiver<Vec<WorkItem>>,
    /// Counters.
    pub metrics: Metrics,
    /// How shares are sent again.
    pub backoff: Backoff,
    /// Where a test has the process die.
    pub failpoint: Failpoint,
    /// Sends wrong shares, for tests of faulty agents.
    pub insecure_corrupt_share: bool,
}

/// The running agent.
pub struct Service {
    store: Store,
    chain: Arc<dyn ReadChain>,
    clock: Arc<dyn Clock>,
    trust: Arc<Trust>,
    shared: Arc<Shared>,
    metrics: Metrics,
    failpoint: Failpoint,
    insecure_corrupt_share: bool,
    genesis: H256,
    slot_milliseconds: u64,
    queue: Queue,
    verdicts: Verdicts,
    best: Option<Head>,
    finalised: Option<Head>,
    /// Set while the finalised head is too old, so that it is logged once.
    stale: bool,
    /// The latest time that the clock showed with a young head.
    clock_seen: u64,
    /// Height of the last look at all that waits.
    scanned: Option<BlockNumber>,
    courier: Courier,
    /// Attempts whose shares are on their way.
    sending: BTreeMap<AttemptKey, Sending>,
    wakes: mpsc::Receiver<Vec<WorkItem>>,
    delivered: mpsc::UnboundedReceiver<Delivered>,
}

impl Service {
    /// Binds the state to the node's chain and takes up what was left undone.
    ///
    /// # Errors
    /// If the node's chain is another, or the state cannot be read or written.
    pub fn start(parts: Parts) -> Result<Self, StoreError> {
        let Parts { mut store, genesis, slot_milliseconds, chain, enclaves, trust, shared, .. } =
            parts;
        store.bind(genesis)?;
        shared.update_chain(|view| {
            view.genesis = Some(genesis);
            view.slot_milliseconds = slot_milliseconds;
        });
        let trust = Arc::new(trust);
        let judge = Judge {
            genesis,
            agent: store.identity().agent_id(),
            trust: trust.clone(),
            chain: chain.clone(),
            enclaves: enclaves.clone(),
        };
        let (sender, delivered) = mpsc::unbounded_channel();
        let mut service = Self {
            courier: Courier::new(enclaves, parts.backoff, parts.metrics.clone(), sender),
            verdicts: Verdicts::new(judge),
            store,
            chain,
            clock: parts.clock,
            trust,
            shared,
            metrics: parts.metrics,
            failpoint: parts.failpoint,
            insecure_corrupt_share: parts.insecure_corrupt_share,
            genesis,
            slot_milliseconds,
            clock_seen: 0,
            queue: Queue::default(),
            best: None,
            finalised: None,
            stale: false,
            scanned: None,
            sending: BTreeMap::new(),
            wakes: parts.wakes,
            delivered,
        };
        for (request, attempt) in service.store.undelivered()? {
            service.queue.add(&WorkItem::Release { request, attempt });
        }
        service.publish();
        Ok(service)
    }

    /// Runs until the signal, or until the state fails.
    ///
    /// # Errors
    /// [`ServiceError`]; the process should end then, and be started again.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> Result<(), ServiceError> {
        let mut wait = FOLLOW_AGAIN.0;
        while !*stop.borrow() {
            let chain = self.chain.clone();
            let events = tokio::select! {
                events = chain.follow() => events,
                () = stopped(&mut stop) => break,
            };
            let followed = match events {
                Ok(events) => {
                    wait = FOLLOW_AGAIN.0;
                    info!(target: "regent_agent", "following the node's blocks");
                    self.shared.update_chain(|view| view.following = true);
                    self.follow(events, &mut stop).await?
                }
                Err(error) => Err(error),
            };
            self.shared.update_chain(|view| view.following = false);
            let Err(error) = followed else { break };
            warn!(
                target: "regent_agent",
                %error,
                retry_in_milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                "the node's blocks cannot be followed"
            );
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stopped(&mut stop) => {}
            }
            wait = (wait * 2).min(FOLLOW_AGAIN.1);
        }
        self.mark()?;
        info!(target: "regent_agent", "stopped");
        Ok(())
    }

    /// Reacts until the signal (`Ok`) or until the node's events end (`Err` inside).
    async fn follow(
        &mut self,
        mut events: futures::stream::BoxStream<'static, Result<ChainEvent, ChainError>>,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<Result<(), ChainError>, ServiceError> {
        loop {
            tokio::select! {
                biased;
                () = stopped(stop) => return Ok(Ok(())),
                event = events.next() => match event {
                    Some(Ok(ChainEvent::Finalised(head))) => {
                        self.on_finalised(head).await?;
                        // What was seen once is never forgotten, even if nothing came of it.
                        self.store.keep_head()?;
                    }
                    Some(Ok(ChainEvent::Best(head))) => self.on_best(head),
                    Some(Ok(ChainEvent::Conflict { number, found, known })) => {
                        return Err(ServiceError::FinalityConflict { number, found, known });
                    }
                    Some(Err(error)) => return Ok(Err(error)),
                    None => return Ok(Err(ChainError("the node ended the subscription".into()))),
                },
                Some(delivered) = self.delivered.recv() => self.on_delivered(delivered)?,
                Some(work) = self.wakes.recv() => self.on_wake(&work).await?,
            }
        }
    }

    /// Takes up what is new. What is final already is acted on at once, not at the next block; what
    /// is not yet final is judged meanwhile.
    async fn on_wake(&mut self, work: &[WorkItem]) -> Result<(), ServiceError> {
        let (mut attempts, mut epochs, mut over) = (Vec::new(), Vec::new(), Vec::new());
        for item in work {
            if self.is_in_hand(item) || !self.queue.add(item) {
                continue;
            }
            match item {
                WorkItem::Release { request, attempt } => attempts.push((*request, *attempt)),
                WorkItem::Confirm { key, epoch } => epochs.push((*key, *epoch)),
                WorkItem::Puncture { key, epoch } => over.push((*key, *epoch)),
            }
        }
        if let Some(best) = self.best {
            attempts.iter().for_each(|attempt| self.verdicts.prepare(best, *attempt));
        }
        let something = !attempts.is_empty() || !epochs.is_empty() || !over.is_empty();
        let head = self.finalised.filter(|_| something);
        if let Some(head) = head.filter(|head| !self.is_stale(*head)) {
            let arrived = Instant::now();
            self.release(head, arrived, attempts).await?;
            self.confirm(head, epochs).await?;
            self.puncture(head, over).await?;
        }
        self.publish();
        Ok(())
    }

    /// Whether nothing more has to be done for it now: it is being sent, or a note about it waits
    /// for its place on the chain.
    fn is_in_hand(&self, item: &WorkItem) -> bool {
        match item {
            WorkItem::Release { request, attempt } => {
                self.sending.contains_key(&(*request, *attempt))
            }
            WorkItem::Confirm { key, epoch } => self.has_confirmation(*key, *epoch),
            WorkItem::Puncture { key, epoch } => self.has_puncture(*key, *epoch),
        }
    }

    fn on_best(&mut self, head: Head) {
        self.best = Some(head);
        // Blocks go on while their finality is withheld: that is noticed here alone.
        if let Some(finalised) = self.finalised {
            self.is_stale(finalised);
        }
        for attempt in self.queue.releases() {
            self.verdicts.prepare(head, attempt);
        }
    }

    fn publish(&self) {
        let notes: Vec<_> = self.store.notes().values().cloned().collect();
        self.metrics.notes.set(notes.len() as u64);
        self.metrics.queue.set(self.queue.len() as u64);
        self.shared.set_notes(notes);
    }
}

/// Waits for the signal to stop, or for whoever could give it to be gone.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
