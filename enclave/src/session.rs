//! One session: its secrets, the sealed shares it keeps, and how it ends (section 5).

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use regent_primitives::{
    enclave_api::{Delivery, DeliveryStatus, Outcome},
    LeafPath, SealedShare, Session, H256,
};
use regent_protocol::{seal::SessionKem, SigningIdentity};
use tokio::{sync::Notify, time::Instant};

use crate::{
    delivery::MAX_DELIVERIES,
    error::{DeliverError, ExecuteError, Failure, UnknownSession},
    phase::{Event, Phase},
    verify::{ExecutionId, Plan},
};

/// What is wiped when the session ends. Both wipe themselves when dropped.
pub(crate) struct Secrets {
    /// Opens the shares.
    pub(crate) kem: SessionKem,
    /// Signs the receipt.
    pub(crate) signer: SigningIdentity,
}

/// A sealed share that may count: its release fits the plan.
pub(crate) struct Candidate {
    /// Number of its leaf in preorder.
    pub(crate) leaf: usize,
    pub(crate) path: LeafPath,
    pub(crate) aad: H256,
    pub(crate) sealed: SealedShare,
    /// The finalised block on which the agent decided.
    pub(crate) finalised_hash: H256,
}

/// A satisfying set with the secrets to open it. Whoever holds it holds the only copy.
pub(crate) struct Batch {
    pub(crate) secrets: Secrets,
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
    Wait { present: usize, leaves: usize, faulty: Vec<LeafPath> },
}

/// Why a session has no secrets any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WipeReason {
    Deadline,
    Stop,
}

enum Ending {
    Done { id: ExecutionId, outcome: Box<Outcome> },
    Failed(Failure),
    Wiped(WipeReason),
}

/// What a session expects since an execution was verified.
struct Expected {
    plan: Arc<Plan>,
    /// Under this plan, and no other: a wrong token makes right shares look wrong.
    faulty: BTreeSet<LeafPath>,
}

struct State {
    phase: Phase,
    secrets: Option<Secrets>,
    deliveries: Vec<Delivery>,
    expected: Option<Expected>,
    ending: Option<Ending>,
}

/// A session's place in the registry.
pub(crate) struct Slot {
    pub(crate) session: Session,
    /// On the monotonic clock.
    pub(crate) deadline: Instant,
    /// Held by the execution whose turn it is.
    pub(crate) turn: tokio::sync::Mutex<()>,
    /// Rings when something arrived, or the session ended.
    pub(crate) arrivals: Notify,
    state: Mutex<State>,
}

impl Slot {
    pub(crate) fn new(session: Session, secrets: Secrets, deadline: Instant) -> Self {
        Self {
            session,
            deadline,
            turn: tokio::sync::Mutex::new(()),
            arrivals: Notify::new(),
            state: Mutex::new(State {
                phase: Phase::Open,
                secrets: Some(secrets),
                deliveries: Vec::new(),
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

    /// Keeps a delivery whose release was checked.
    pub(crate) fn deliver(&self, delivery: Delivery) -> Result<DeliveryStatus, DeliverError> {
        let mut state = self.state();
        let Some(next) = state.phase.after(Event::Deliver) else {
            return match state.ending {
                Some(Ending::Done { .. }) => Ok(DeliveryStatus::NotNeeded),
                _ => Err(DeliverError::Ended { session: self.session.id, phase: state.phase }),
            };
        };
        if let Some(expected) = &state.expected {
            expected.plan.admit(&delivery.release)?;
        }
        // By leaf and agent: before an execution says whose the leaf is, nobody can take it.
        let same = |kept: &Delivery| {
            kept.release.leaf == delivery.release.leaf
                && kept.release.agent == delivery.release.agent
        };
        if state.deliveries.iter().any(same) {
            return Ok(DeliveryStatus::Duplicate);
        }
        state.make_room()?;
        state.deliveries.push(delivery);
        state.phase = next;
        drop(state);
        self.arrivals.notify_one();
        Ok(DeliveryStatus::Accepted)
    }

    /// The outcome of this execution, if the session ended.
    pub(crate) fn ended(&self, id: &ExecutionId) -> Option<Result<Outcome, ExecuteError>> {
        let session = self.session.id;
        let state = self.state();
        Some(match state.ending.as_ref()? {
            Ending::Done { id: done, outcome } if done == id => Ok((**outcome).clone()),
            Ending::Done { .. } => Err(ExecuteError::Served(session)),
            Ending::Failed(failure) => Err(ExecuteError::Failed(failure.clone())),
            Ending::Wiped(WipeReason::Deadline) => Err(UnknownSession(session).into()),
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
        let same = state.expected.as_ref().is_some_and(|expected| expected.plan.id == plan.id);
        if !same {
            state.expected = Some(Expected { plan, faulty: BTreeSet::new() });
        }
        true
    }

    /// Hands out the secrets if the shares suffice. `None` if the session ended.
    pub(crate) fn take_turn(&self, last_call: bool) -> Option<Turn> {
        let mut state = self.state();
        let next = state.phase.after(Event::Operate)?;
        let expected = state.expected.as_ref()?;
        let plan = Arc::clone(&expected.plan);
        let faulty = expected.faulty.clone();
        let candidates = state.candidates(&plan, &faulty);
        if !suffices(&plan, &candidates, &faulty, last_call) {
            return Some(Turn::Wait {
                present: candidates.len(),
                leaves: plan.leaves.len(),
                faulty: faulty.into_iter().collect(),
            });
        }
        let secrets = state.secrets.take()?;
        state.phase = next;
        Some(Turn::Ready(Box::new(Batch { secrets, plan, candidates, faulty, last_call })))
    }

    /// Takes the secrets back, to wait for better shares. They are wiped if the session ended.
    pub(crate) fn give_back(&self, secrets: Secrets, faulty: BTreeSet<LeafPath>) {
        let mut state = self.state();
        let Some(next) = state.phase.after(Event::Return) else { return };
        state.phase = next;
        state.secrets = Some(secrets);
        if let Some(expected) = &mut state.expected {
            expected.faulty = faulty;
        }
    }

    /// Keeps the outcome, for the case that its answer gets lost.
    pub(crate) fn done(&self, id: ExecutionId, outcome: Outcome) {
        self.close(Event::Finish, Ending::Done { id, outcome: Box::new(outcome) });
    }

    /// The operation failed for good.
    pub(crate) fn failed(&self, failure: Failure) {
        self.close(Event::Finish, Ending::Failed(failure));
    }

    /// Wipes whatever the session still holds.
    pub(crate) fn wipe(&self, reason: WipeReason) {
        self.close(Event::End, Ending::Wiped(reason));
    }

    fn close(&self, event: Event, ending: Ending) {
        let mut state = self.state();
        let Some(next) = state.phase.after(event) else { return };
        state.phase = next;
        state.secrets = None;
        state.deliveries = Vec::new();
        state.expected = None;
        state.ending = Some(ending);
        drop(state);
        self.arrivals.notify_one();
    }
}

impl State {
    /// Makes room for one more: what does not fit the plan goes first.
    fn make_room(&mut self) -> Result<(), DeliverError> {
        if self.deliveries.len() < MAX_DELIVERIES {
            return Ok(());
        }
        if let Some(expected) = &self.expected {
            self.deliveries.retain(|kept| expected.plan.admit(&kept.release).is_ok());
        }
        if self.deliveries.len() < MAX_DELIVERIES {
            Ok(())
        } else {
            Err(DeliverError::Full { maximum: MAX_DELIVERIES })
        }
    }

    /// What fits the plan and was not found wrong, the first of each leaf, in order of arrival.
    fn candidates(&self, plan: &Plan, faulty: &BTreeSet<LeafPath>) -> Vec<Candidate> {
        let mut seen = BTreeSet::new();
        self.deliveries
            .iter()
            .filter_map(|delivery| {
                let release = &delivery.release;
                let leaf = plan.admit(release).ok()?;
                (!faulty.contains(&release.leaf) && seen.insert(leaf)).then(|| Candidate {
                    leaf,
                    path: release.leaf.clone(),
                    aad: release.aad,
                    sealed: delivery.sealed.clone(),
                    finalised_hash: release.finalised_hash,
                })
            })
            .collect()
    }
}

/// An operation starts with the first satisfying set. An enrolment waits for every leaf that is not
/// known to be wrong, and on the last call goes on with one to spare at every gate (section 6).
fn suffices(
    plan: &Plan,
    candidates: &[Candidate],
    faulty: &BTreeSet<LeafPath>,
    last_call: bool,
) -> bool {
    let present: BTreeSet<usize> = candidates.iter().map(|candidate| candidate.leaf).collect();
    if !plan.is_enrolment() {
        return plan.tree.satisfied(|leaf| present.contains(&leaf));
    }
    let all = present.len().saturating_add(faulty.len()) >= plan.leaves.len();
    (all || last_call) && plan.tree.satisfied_with_spare(1, |leaf| present.contains(&leaf))
}
