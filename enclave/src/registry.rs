//! All sessions: one for each attempt of a request, a bounded number, each until its deadline.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use regent_primitives::{Attempt, RequestId, SessionId};

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
    sessions: Mutex<Sessions>,
}

impl Registry {
    pub(crate) fn new(maximum: usize) -> Self {
        let sessions = Sessions { slots: HashMap::new(), stopping: false };
        Self { maximum, sessions: Mutex::new(sessions) }
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of an attempt.
    pub(crate) fn of(&self, request: RequestId, attempt: Attempt) -> Option<Arc<Slot>> {
        self.sessions().of(request, attempt)
    }

    /// Adds a session; if the attempt got one meanwhile, that one is returned and the new one wiped.
    pub(crate) fn insert(&self, slot: Arc<Slot>) -> Result<Arc<Slot>, OpenError> {
        let mut sessions = self.sessions();
        if sessions.stopping {
            return Err(OpenError::Stopping);
        }
        if let Some(taken) = sessions.of(slot.session.request, slot.session.attempt) {
            return Ok(taken);
        }
        if sessions.open() >= self.maximum {
            return Err(OpenError::Full { maximum: self.maximum });
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

    /// Whether there is room for one more.
    pub(crate) fn check_room(&self) -> Result<(), OpenError> {
        let sessions = self.sessions();
        if sessions.stopping {
            return Err(OpenError::Stopping);
        }
        if sessions.open() >= self.maximum {
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
    fn of(&self, request: RequestId, attempt: Attempt) -> Option<Arc<Slot>> {
        let serves =
            |slot: &&Arc<Slot>| slot.session.request == request && slot.session.attempt == attempt;
        self.slots.values().find(serves).cloned()
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
