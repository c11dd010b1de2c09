//! Which rule the node's answers broke: said once, until it is another or none.

use std::sync::{Arc, Mutex, PoisonError};

use regent_proof::{HeadError, StateError};
use tracing::{info, warn};

use crate::{metrics::Metrics, ports::Unproven, shared::Shared};

/// What is wrong now, of heads and of values.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Broken {
    head: Option<&'static str>,
    state: Option<&'static str>,
}

/// Says what is wrong: to the log, to `/health`, and to the counters.
pub(super) struct Faults {
    shared: Arc<Shared>,
    metrics: Metrics,
    broken: Mutex<Broken>,
}

impl Faults {
    pub(super) fn new(shared: Arc<Shared>, metrics: Metrics) -> Self {
        Self { shared, metrics, broken: Mutex::default() }
    }

    /// Nothing is wrong from here on: what an earlier beginning met is over.
    pub(super) fn begin(&self) {
        *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = Broken::default();
        self.shared.update_chain(|view| view.unproven = None);
    }

    /// No head came of it. That a node does not answer is no lie, and is said elsewhere.
    pub(super) fn of_head(&self, error: &Unproven) {
        if let Unproven::Head(error) = error {
            self.head(error);
        }
    }

    /// A head is not proven.
    pub(super) fn head(&self, error: &HeadError) {
        let rule = error.rule();
        self.metrics.unproven.with_label_values(&[rule]).inc();
        if self.change(|broken| broken.head = Some(rule)) {
            warn!(target: "regent_agent", rule, %error, "the node's head is not proven");
        }
    }

    /// A value is not proven.
    pub(super) fn state(&self, error: &StateError) {
        let rule = error.rule();
        self.metrics.unproven.with_label_values(&[rule]).inc();
        if self.change(|broken| broken.state = Some(rule)) {
            warn!(target: "regent_agent", rule, %error, "the node's state is not proven");
        }
    }

    /// A head was proven.
    pub(super) fn head_is_proven(&self) {
        if self.change(|broken| broken.head = None) {
            info!(target: "regent_agent", "the node's head is proven again");
        }
    }

    /// Values were proven.
    pub(super) fn state_is_proven(&self) {
        if self.change(|broken| broken.state = None) {
            info!(target: "regent_agent", "the node's state is proven again");
        }
    }

    /// Whether this changed anything.
    fn change(&self, change: impl FnOnce(&mut Broken)) -> bool {
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *broken;
        change(&mut broken);
        let (changed, rule) = (*broken != before, broken.head.or(broken.state));
        if changed {
            self.shared.update_chain(|view| view.unproven = rule);
        }
        changed
    }
}
