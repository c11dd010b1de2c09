//! One session: its secrets, the shares it keeps, and how it ends (section 5).

mod shares;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use regent_primitives::{
    enclave_api::{Delivery, DeliveryStatus, Outcome},
    LeafPath, Session,
};
use regent_protocol::{seal::SessionKem, SigningIdentity};
use tokio::{sync::Notify, time::Instant};

pub(crate) use self::shares::{Body, Candidate, Job};
use self::shares::{Expected, Selection, Shares};
use crate::{
    error::{DeliverError, ExecuteError, Failure, UnknownSession},
    phase::{Event, Phase},
    vault::Vault,
    verify::{ExecutionId, Plan},
};

/// What is wiped when the session ends. Both wipe themselves when dropped.
pub(crate) struct Secrets {
    /// Opens the shares.
    pub(crate) kem: SessionKem,
    /// Signs the receipt.
    pub(crate) signer: SigningIdentity,
}

/// A satisfying set of open shares, with the only copy of what signs the receipt.
pub(crate) struct Batch {
    pub(crate) signer: SigningIdentity,
    pub(crate) plan: Arc<Plan>,
    /// One a leaf, in order of arrival.
    pub(crate) candidates: Vec<Candidate>,
    /// Leaves whose share was found wrong before.
    pub(crate) faulty: BTreeSet<LeafPath>,
    /// No more shares are waited for.
    pub(crate) last_call: bool,
}

/// Whether the shares suffice.
pub(crate) enum Turn {
    Ready(Box<Batch>),
    Wait {
        present: usize,
        faulty: Vec<LeafPath>,
        /// Shares that may count are being opened.
        pending: bool,
    },
}

/// Why a session has no secrets any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WipeReason {
    Deadline,
    /// Another needed its place.
    Displaced,
    Stop,
}

enum Ending {
    Done { id: ExecutionId, outcome: Box<Outcome> },
    Failed(Failure),
    Wiped(WipeReason),
}

struct State {
    phase: Phase,
    /// Away while an operation has it.
    signer: Option<SigningIdentity>,
    shares: Shares,
    expected: Option<Expected>,
    ending: Option<Ending>,
}

/// A session's place in the registry.
pub(crate) struct Slot {
    pub(crate) session: Session,
    /// On the monotonic clock: setting the wall clock moves nothing.
    pub(crate) deadline: Instant,
    /// When it was made, on the same clock.
    pub(crate) made: Instant,
    /// The key that opens the shares.
    pub(crate) vault: Vault,
    /// Held by the execution whose turn it is.
    pub(crate) turn: tokio::sync::Mutex<()>,
    /// Rings when a share was opened, or the session ended.
    pub(crate) arrivals: Notify,
    state: Mutex<State>,
}

impl Slot {
    pub(crate) fn new(session: Session, secrets: Secrets, deadline: Instant) -> Self {
        Self {
            session,
            deadline,
            made: Instant::now(),
            vault: Vault::new(secrets.kem),
            turn: tokio::sync::Mutex::new(()),
            arrivals: Notify::new(),
            state: Mutex::new(State {
                phase: Phase::Open,
                signer: Some(secrets.signer),
                shares: Shares::default(),
                expected: None,
                ending: None,
            }),
        }
    }

    /// A thread that panicked left no half-made state: every change is one assignment of each field.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn phase(&self) -> Phase {
        self.state().phase
    }

    /// Whether an execution was verified and has no outcome yet.
    pub(crate) fn expects_shares(&self) -> bool {
        self.state().expected.is_some()
    }

    /// Keeps a delivery whose release was checked.
    pub(crate) fn deliver(&self, delivery: Delivery) -> Result<DeliveryStatus, DeliverError> {
        let mut state = self.state();
        let Some(next) = state.phase.after(Event::Deliver) else {
            return match state.ending {
                Some(Ending::Done { .. }) => Ok(DeliveryStatus::NotNeeded),
                _ => Err(DeliverError::Ended { session: self.session.id, phase: state.phase }),
            };
        };
        let State { shares, expected, .. } = &mut *state;
        let fits = expected.as_ref().map(|expected| expected.plan.admit(&delivery.release));
        let leaf = fits.transpose()?;
        if shares.contains(&delivery.release, leaf.is_some()) {
            return Ok(DeliveryStatus::Duplicate);
        }
        shares.add(delivery, leaf)?;
        state.phase = next;
        Ok(DeliveryStatus::Accepted)
    }

    /// The next share to open. `None` before an execution was verified, while one operates, and when
    /// the open shares suffice.
    pub(crate) fn next_sealed(&self) -> Option<Job> {
        let mut state = self.state();
        let State { phase, shares, expected, .. } = &mut *state;
        phase.after(Event::Operate)?;
        shares.next_sealed(expected.as_ref()?)
    }

    /// What came of opening one; nothing of it stays if the session ended.
    pub(crate) fn opened(&self, ticket: u64, body: Option<Arc<Body>>) {
        self.state().shares.opened(ticket, body);
        self.arrivals.notify_one();
    }

    /// The outcome of this execution, if the session ended.
    pub(crate) fn ended(&self, id: &ExecutionId) -> Option<Result<Outcome, ExecuteError>> {
        let session = self.session.id;
        let state = self.state();
        Some(match state.ending.as_ref()? {
            Ending::Done { id: done, outcome } if done == id => Ok((**outcome).clone()),
            Ending::Done { .. } => Err(ExecuteError::Served(session)),
            Ending::Failed(failure) => Err(ExecuteError::Failed(failure.clone())),
            Ending::Wiped(WipeReason::Deadline | WipeReason::Displaced) => {
                Err(UnknownSession(session).into())
            }
            Ending::Wiped(WipeReason::Stop) => {
                Err(ExecuteError::Ended { session, reason: "the enclave is stopping".into() })
            }
        })
    }

    /// Sets what is waited for. `false` if the session ended meanwhile.
    pub(crate) fn expect(&self, plan: Arc<Plan>) -> bool {
        let mut state = self.state();
        let Some(next) = state.phase.after(Event::Execute) else { return false };
        state.phase = next;
        let same = state.expected.as_ref().is_some_and(|expected| expected.plan.is_like(&plan));
        if !same {
            state.shares.fit(&plan);
            state.expected = Some(Expected { plan, faulty: BTreeSet::new(), thorough: false });
        }
        true
    }

    /// Hands out the open shares if they suffice. `None` if the session ended.
    pub(crate) fn take_turn(&self, last_call: bool) -> Option<Turn> {
        if self.is_past_deadline() {
            self.wipe(WipeReason::Deadline);
        }
        let mut state = self.state();
        let next = state.phase.after(Event::Operate)?;
        let expected = state.expected.as_ref()?;
        let plan = Arc::clone(&expected.plan);
        Some(match state.shares.select(expected, last_call) {
            Selection::Wait { present, faulty, pending } => {
                Turn::Wait { present, faulty: faulty.into_iter().collect(), pending }
            }
            Selection::Ready { candidates, faulty } => {
                let signer = state.signer.take()?;
                state.phase = next;
                Turn::Ready(Box::new(Batch { signer, plan, candidates, faulty, last_call }))
            }
        })
    }

    /// Takes the signer back, to wait for better shares. It is wiped if the session ended. With
    /// leaves at `fault`, all that arrives is opened from now on; without, the token was.
    pub(crate) fn give_back(&self, signer: SigningIdentity, fault: BTreeSet<LeafPath>) {
        let mut state = self.state();
        let Some(next) = state.phase.after(Event::Return) else { return };
        state.phase = next;
        state.signer = Some(signer);
        if let Some(expected) = &mut state.expected {
            expected.thorough = !fault.is_empty();
            expected.faulty = fault;
        }
    }

    /// Whether its time is over, though perhaps nobody wiped it yet.
    pub(crate) fn is_past_deadline(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// Keeps the outcome, for the case that its answer gets lost. `false` if the session ended
    /// before: there is no outcome then, and the next attempt may be under way.
    #[must_use]
    pub(crate) fn done(&self, id: ExecutionId, outcome: Outcome) -> bool {
        if self.is_past_deadline() {
            self.wipe(WipeReason::Deadline);
            return false;
        }
        self.close(Event::Finish, Ending::Done { id, outcome: Box::new(outcome) })
    }

    /// The operation failed for good.
    pub(crate) fn failed(&self, failure: Failure) {
        self.close(Event::Finish, Ending::Failed(failure));
    }

    /// Wipes whatever the session still holds.
    pub(crate) fn wipe(&self, reason: WipeReason) {
        self.close(Event::End, Ending::Wiped(reason));
    }

    /// Ends the session: when this returns, neither key nor open share is left in it. What an operation
    /// under way holds is wiped at its end, within milliseconds, and its outcome is dropped.
    fn close(&self, event: Event, ending: Ending) -> bool {
        let mut state = self.state();
        let Some(next) = state.phase.after(event) else { return false };
        state.phase = next;
        state.signer = None;
        state.shares = Shares::default();
        state.expected = None;
        state.ending = Some(ending);
        // Whoever opens a share holds the vault and waits for the state.
        drop(state);
        self.vault.wipe();
        self.arrivals.notify_one();
        true
    }
}
