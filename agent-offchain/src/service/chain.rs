//! A new finalised block: whether it is believed, and what it sets off.

use std::time::{Duration, Instant};

use regent_primitives::RefusalReason;
use tracing::{debug, warn};

use super::{Service, ServiceError, CLOCK_TOLERANCE_MILLISECONDS, MARK_EVERY, SCAN_EVERY};
use crate::{
    ports::Head,
    store::{Batch, StoreError},
};

impl Service {
    pub(super) async fn on_finalised(&mut self, head: Head) -> Result<(), ServiceError> {
        let arrived = Instant::now();
        if !self.accept(head)? {
            return Ok(());
        }
        if self.is_stale(head) {
            return Ok(());
        }
        // Notes made now cannot be in this block: the node is not asked for them while it serves others.
        let noted = self.some_notes(head);
        self.release(head, arrived, self.queue.releases()).await?;
        self.confirm(head, self.queue.confirmations()).await?;
        self.puncture(head, self.queue.punctures()).await?;
        self.recall(head).await?;
        self.verdicts.advance(head.number);
        self.queue.advance(head.number);
        self.courier.advance(head.number);
        self.forget_seen_notes(&noted, head).await?;
        self.scan(head).await?;
        let marked = self.store.finalised().map_or(0, |(number, _)| number);
        if head.number >= marked.saturating_add(MARK_EVERY) {
            self.mark()?;
        }
        self.publish();
        Ok(())
    }

    /// Whether this block may be acted on: what was final stays final, also across restarts.
    fn accept(&mut self, head: Head) -> Result<bool, ServiceError> {
        let durable = self.store.finalised();
        let known = self.finalised.map(|known| (known.number, known.hash)).max(durable);
        match known {
            Some((number, known)) if number == head.number && known != head.hash => {
                return Err(ServiceError::FinalityConflict { number, found: head.hash, known });
            }
            Some((number, _)) if number > head.number => {
                debug!(
                    target: "regent_agent",
                    found = head.number,
                    known = number,
                    "the node is behind what was final before"
                );
                return Ok(false);
            }
            // The same block again, after blocks are followed again: what waits is looked at again.
            _ => {}
        }
        self.finalised = Some(head);
        self.metrics.finalised_height.set(head.number.into());
        self.shared.update_chain(|view| view.finalised = Some(head));
        Ok(true)
    }

    pub(super) fn is_stale(&mut self, head: Head) -> bool {
        let now = self.clock.now_milliseconds();
        let due = head.slot.saturating_mul(self.slot_milliseconds);
        self.metrics.head_age.set(now.saturating_sub(due) as f64 / 1_000.0);
        // A clock that went back would make an old head young again.
        let back = self.clock_seen.saturating_sub(now);
        let back = (back > CLOCK_TOLERANCE_MILLISECONDS).then(|| Duration::from_millis(back));
        let Some(distance) = back.or(self.trust.stale(head, self.slot_milliseconds, now)) else {
            self.stale = false;
            self.clock_seen = self.clock_seen.max(now);
            return false;
        };
        // Not a note: the chain that would take it is the one that stands still.
        if !self.queue.releases().is_empty() {
            self.metrics.refuse(RefusalReason::StaleHead);
        }
        if !self.stale {
            warn!(
                target: "regent_agent",
                rule = if back.is_some() { "clock-went-back" } else { "stale" },
                head = head.number,
                distance_seconds = distance.as_secs(),
                "the finalised head is too far from this machine's clock: nothing is released"
            );
        }
        self.stale = true;
        true
    }

    /// Asks now and then for all that waits: a lost wake loses nothing.
    async fn scan(&mut self, head: Head) -> Result<(), ServiceError> {
        let due = self.scanned.is_none_or(|last| head.number >= last.saturating_add(SCAN_EVERY));
        if !due {
            return Ok(());
        }
        let agent = self.store.identity().agent_id();
        match self.chain.agent_work(agent, head.hash).await {
            Ok(work) => {
                self.scanned = Some(head.number);
                self.on_wake(&work).await
            }
            Err(error) => {
                debug!(target: "regent_agent", %error, "work cannot be asked for");
                Ok(())
            }
        }
    }

    /// Makes the newest finalised block durable.
    pub(super) fn mark(&mut self) -> Result<(), StoreError> {
        let Some(head) = self.finalised else { return Ok(()) };
        let finalised = Some((head.number, head.hash));
        if self.store.finalised() >= finalised {
            return Ok(());
        }
        self.store.commit(&Batch { finalised, ..Batch::default() })
    }
}
