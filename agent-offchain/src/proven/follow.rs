//! The way to the newest final block.
//!
//! A node announces; the tracker verifies. Over as many blocks as a run of headers may have every
//! header is brought, so that a fork below the last head is caught. Over more, after a long absence,
//! the authorities hand over from set to set.

use std::{sync::Arc, time::Instant};

use futures::{
    stream::{self, BoxStream},
    StreamExt,
};
use regent_primitives::BlockNumber;
use regent_proof::{HeadError, HeadTracker, Header, SetId};
use tracing::debug;

use super::Inner;
use crate::{
    ports::{Announcement, ChainError, ChainEvent, Head, Unproven},
    store::HeadSlot,
};

type Event = Result<ChainEvent, ChainError>;

/// Events from now on, beginning with the newest verified block as soon as the node is as far.
pub(super) async fn follow(inner: Arc<Inner>) -> Result<BoxStream<'static, Event>, ChainError> {
    let announcements = inner.node.announcements().await?;
    let follower = Follower { inner, first: true, before: BlockNumber::MAX };
    let events = stream::unfold((announcements, follower), |(mut said, mut follower)| async move {
        loop {
            let event = match said.next().await? {
                Ok(Announcement::Best(header)) => Some(Ok(follower.best(header))),
                Ok(Announcement::Finalised(head)) => follower.finalised(head).await.map(Ok),
                Err(error) => Some(Err(error)),
            };
            if let Some(event) = event {
                return Some((event, (said, follower)));
            }
        }
    });
    Ok(events.boxed())
}

struct Follower {
    inner: Arc<Inner>,
    /// Whether no final block was told since the connection was made.
    first: bool,
    /// Height of the newest block before the last one was verified.
    before: BlockNumber,
}

impl Follower {
    fn best(&self, header: Header) -> ChainEvent {
        let number = header.number;
        let slot = regent_proof::header::slot(&header).unwrap_or_default();
        ChainEvent::Best(Head { number, hash: self.inner.recent.keep(header), slot })
    }

    /// What is verified of a block that is said to be final, if it is news.
    async fn finalised(&mut self, said: Head) -> Option<ChainEvent> {
        let (inner, arrived) = (self.inner.clone(), Instant::now());
        let mut tracker = inner.tracker.lock().await;
        let before = (tracker.newest().number, tracker.newest().hash);
        // Blocks that became final at once are announced one after the other, and proven by the last.
        if (self.before.saturating_add(1)..before.0).contains(&said.number) {
            return None;
        }
        let advanced = inner.advance(&mut tracker, said).await;
        match &advanced {
            Ok(()) => {
                inner.metrics.proof_seconds.observe(arrived.elapsed().as_secs_f64());
                inner.faults.head_is_proven();
            }
            Err(Unproven::Node(error)) => {
                debug!(target: "regent_agent", %error, block = said.number, "no finality proof");
            }
            Err(Unproven::Head(HeadError::Equivocation { number, found, known })) => {
                let (number, found, known) = (*number, *found, *known);
                return Some(ChainEvent::Conflict { number, found, known });
            }
            Err(error) => inner.faults.of_head(error),
        }
        let newest = tracker.newest();
        // After an error, too: the steps before it stay.
        let moved = newest.hash != before.1;
        if moved {
            self.before = before.0;
        }
        let news = moved || (self.first && advanced.is_ok());
        let slot = newest.slot.filter(|_| news)?;
        self.first = false;
        Some(ChainEvent::Finalised(Head { number: newest.number, hash: newest.hash, slot }))
    }
}

impl Inner {
    /// Moves the tracker to this block, or to a later one that its proof is of.
    async fn advance(
        &self,
        tracker: &mut HeadTracker<HeadSlot>,
        said: Head,
    ) -> Result<(), Unproven> {
        let (number, hash) = (tracker.newest().number, tracker.newest().hash);
        if said.number < number {
            return Err(HeadError::Behind { found: said.number, known: number }.into());
        }
        if said.number == number {
            return if said.hash == hash { Ok(()) } else { self.compare(tracker, number).await };
        }
        loop {
            let known = tracker.newest().number;
            match said.number.saturating_sub(known) {
                0 => return Ok(()),
                missing if missing as usize <= self.limits.headers => {
                    let (mut headers, justification) =
                        self.node.final_run(known.saturating_add(1), &self.limits).await?;
                    tracker.advance(&headers, &justification, self.clock.now_milliseconds())?;
                    if let Some(newest) = headers.pop() {
                        self.recent.keep(newest);
                    }
                }
                _ => self.jump(tracker, said.number).await?,
            }
        }
    }

    /// Another block is said to be final where one is: proven, or made up.
    async fn compare(
        &self,
        tracker: &mut HeadTracker<HeadSlot>,
        known: BlockNumber,
    ) -> Result<(), Unproven> {
        let (headers, justification) = self.node.final_run(known, &self.limits).await?;
        // Where the proof is of a later block, that block's ancestor decides.
        let from = usize::from(headers.len() > 1);
        let run = headers.get(from..).unwrap_or_default();
        Ok(tracker.advance(run, &justification, self.clock.now_milliseconds())?)
    }

    /// Moves over more blocks than a run may have, from handoff to handoff.
    async fn jump(
        &self,
        tracker: &mut HeadTracker<HeadSlot>,
        to: BlockNumber,
    ) -> Result<(), Unproven> {
        let mut from = tracker.newest().number.saturating_add(1);
        let mut set = tracker.authorities().id();
        let (mut fragments, mut bytes) = (Vec::new(), 0usize);
        // What does not fit is for the next jump.
        let largest = self.limits.justification_bytes.saturating_mul(16);
        while from <= to && fragments.len() < self.limits.fragments && bytes < largest {
            let last = self.last_of_set(set, from, to).await?;
            let fragment = self.node.handoff(last, &self.limits).await?;
            let found = fragment.header.number;
            if found < from {
                return Err(HeadError::Behind { found, known: from }.into());
            }
            bytes = bytes.saturating_add(fragment.justification.len());
            fragments.push(fragment);
            (from, set) = (found.saturating_add(1), set.saturating_add(1));
        }
        tracker.jump(&fragments, self.clock.now_milliseconds())?;
        if let Some(newest) = fragments.pop() {
            self.recent.keep(newest.header);
        }
        Ok(())
    }

    /// The last block up to `to` that a set finalises, if it finalises `from`: as the node says, which
    /// only decides what is asked for.
    async fn last_of_set(
        &self,
        set: SetId,
        from: BlockNumber,
        to: BlockNumber,
    ) -> Result<BlockNumber, ChainError> {
        let (mut last, mut after) = (from, to.saturating_add(1));
        if self.node.set_after(to.saturating_sub(1)).await? == set {
            return Ok(to);
        }
        while after.saturating_sub(last) > 1 {
            let middle = last.saturating_add(after.saturating_sub(last) / 2);
            if self.node.set_after(middle.saturating_sub(1)).await? == set {
                last = middle;
            } else {
                after = middle;
            }
        }
        Ok(last)
    }
}
