//! All sessions: a bounded number, each until its deadline.
//!
//! Anybody may open one. So where there is no place left, the oldest gives way for which nothing was
//! proven for some time: whoever only opens sessions keeps nobody out for longer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use regent_primitives::{enclave_api::OpenSession, SessionId};

use crate::{
    error::{OpenError, UnknownSession},
    phase::Phase,
    session::{Slot, WipeReason},
};

/// Finished sessions kept for each that may be open: their outcomes are asked for again only when
/// an answer was lost.
const KEPT_FOR_EACH_OPEN: usize = 4;

struct Sessions {
    slots: HashMap<SessionId, Arc<Slot>>,
    stopping: bool,
}

pub(crate) struct Registry {
    maximum: usize,
    /// For how long a session keeps its place though no execution of it was proven.
    unproven: Duration,
    sessions: Mutex<Sessions>,
}

impl Registry {
    pub(crate) fn new(maximum: usize, unproven: Duration) -> Self {
        let sessions = Sessions { slots: HashMap::new(), stopping: false };
        Self { maximum, unproven, sessions: Mutex::new(sessions) }
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session that was opened in these words and is not closed.
    pub(crate) fn opened_as(&self, asked: &OpenSession) -> Option<Arc<Slot>> {
        self.sessions().opened_as(asked)
    }

    /// Adds a session that was asked for in these words; if one was opened in them meanwhile, that one is
    /// returned and the new one wiped.
    pub(crate) fn insert(
        &self,
        slot: Arc<Slot>,
        asked: &OpenSession,
    ) -> Result<Arc<Slot>, OpenError> {
        let mut sessions = self.sessions();
        if let Some(known) = sessions.opened_as(asked) {
            return Ok(known);
        }
        self.check_room_in(&sessions)?;
        if sessions.open() >= self.maximum {
            sessions.displace_one(self.unproven);
        }
        sessions.forget_one_of(self.maximum.saturating_mul(KEPT_FOR_EACH_OPEN.saturating_add(1)));
        sessions.slots.insert(slot.session.id, Arc::clone(&slot));
        Ok(slot)
    }

    pub(crate) fn find(&self, id: SessionId) -> Result<Arc<Slot>, UnknownSession> {
        let slot = self.sessions().slots.get(&id).cloned().ok_or(UnknownSession(id))?;
        if slot.is_past_deadline() {
            // The timer is late; the deadline holds all the same.
            self.expire(id);
            return Err(UnknownSession(id));
        }
        Ok(slot)
    }

    /// Sessions that hold secrets.
    pub(crate) fn open(&self) -> usize {
        self.sessions().open()
    }

    /// Sessions with a verified execution that has no outcome yet.
    pub(crate) fn waiting(&self) -> usize {
        self.sessions().slots.values().filter(|slot| slot.expects_shares()).count()
    }

    /// Whether there is room for one more, or some can be made.
    pub(crate) fn check_room(&self) -> Result<(), OpenError> {
        self.check_room_in(&self.sessions())
    }

    fn check_room_in(&self, sessions: &Sessions) -> Result<(), OpenError> {
        if sessions.stopping {
            return Err(OpenError::Stopping);
        }
        if sessions.open() >= self.maximum && sessions.idle(self.unproven).is_none() {
            return Err(OpenError::Full { maximum: self.maximum });
        }
        Ok(())
    }

    /// The deadline of a session: wipes and forgets it.
    pub(crate) fn expire(&self, id: SessionId) {
        let slot = self.sessions().slots.remove(&id);
        if let Some(slot) = slot {
            let phase = slot.phase().name();
            slot.wipe(WipeReason::Deadline);
            tracing::info!(session = %id, phase, "deadline passed, session wiped");
        }
    }

    /// Wipes every session and opens none any more.
    pub(crate) fn stop(&self) -> usize {
        let mut sessions = self.sessions();
        sessions.stopping = true;
        let open = sessions.open();
        sessions.slots.values().for_each(|slot| slot.wipe(WipeReason::Stop));
        open
    }
}

impl Sessions {
    fn opened_as(&self, asked: &OpenSession) -> Option<Arc<Slot>> {
        let is_it = |slot: &&Arc<Slot>| {
            let session = &slot.session;
            session.request == asked.request
                && session.attempt == asked.attempt
                && session.finalised_hash == asked.finalised_hash
                && session.lifetime == asked.lifetime
                && slot.phase() != Phase::Closed
                && !slot.is_past_deadline()
        };
        self.slots.values().find(is_it).cloned()
    }

    /// The oldest open session for which no execution was proven, if it is older than this.
    fn idle(&self, age: Duration) -> Option<&Arc<Slot>> {
        let idle = self.slots.values().filter(|slot| {
            slot.phase() != Phase::Closed && !slot.expects_shares() && slot.made.elapsed() >= age
        });
        idle.min_by_key(|slot| slot.made)
    }

    /// Wipes and forgets that one.
    fn displace_one(&mut self, age: Duration) {
        let Some(slot) = self.idle(age).cloned() else { return };
        self.slots.remove(&slot.session.id);
        slot.wipe(WipeReason::Displaced);
        tracing::info!(session = %slot.session.id, "nothing proven for it, session wiped for another");
    }

    fn open(&self) -> usize {
        self.slots.values().filter(|slot| slot.phase() != Phase::Closed).count()
    }

    /// Makes room for one more below `maximum`: the finished session whose deadline is nearest goes.
    fn forget_one_of(&mut self, maximum: usize) {
        if self.slots.len() < maximum {
            return;
        }
        let finished = self.slots.values().filter(|slot| slot.phase() == Phase::Closed);
        let nearest = finished.min_by_key(|slot| slot.deadline).map(|slot| slot.session.id);
        if let Some(id) = nearest {
            self.slots.remove(&id);
        }
    }
}
