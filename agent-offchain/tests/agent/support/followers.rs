//! Who reads the events of a chain, and whether they have come to the end of them.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};

use futures::{channel::mpsc::UnboundedReceiver, Stream, StreamExt};
use regent_agent::ports::{ChainError, ChainEvent};

type Event = Result<ChainEvent, ChainError>;

/// All readers of a chain.
#[derive(Default)]
pub struct Followers(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    asked: u64,
    next: u64,
    /// When each last found nothing to read, and what has it look again.
    idle: BTreeMap<u64, (u64, Waker)>,
    readers: usize,
}

impl Followers {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("no panic")
    }

    /// Has all of them look again, whatever else they are doing before that.
    pub fn ask(&self) {
        let mut inner = self.inner();
        inner.asked += 1;
        inner.idle.values().for_each(|(_, waker)| waker.wake_by_ref());
    }

    /// How many read, if all have looked since they were asked and found nothing.
    pub fn idle(&self) -> Option<usize> {
        let inner = self.inner();
        let idle = inner.idle.values().filter(|(asked, _)| *asked == inner.asked).count();
        (idle == inner.readers).then_some(idle)
    }
}

/// One reader.
pub struct Follower {
    id: u64,
    events: UnboundedReceiver<Event>,
    all: Arc<Followers>,
}

impl Follower {
    pub fn new(events: UnboundedReceiver<Event>, all: Arc<Followers>) -> Self {
        let id = {
            let mut inner = all.inner();
            inner.next += 1;
            inner.readers += 1;
            inner.next
        };
        Self { id, events, all }
    }
}

impl Stream for Follower {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let next = self.events.poll_next_unpin(context);
        if next.is_pending() {
            let mut inner = self.all.inner();
            let asked = inner.asked;
            inner.idle.insert(self.id, (asked, context.waker().clone()));
        }
        next
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut inner = self.all.inner();
        inner.readers -= 1;
        inner.idle.remove(&self.id);
    }
}
