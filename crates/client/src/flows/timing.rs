//! Phases of an operation, and how long each took.

use std::time::{Duration, Instant};

use regent_primitives::{AgentId, Attempt, BlockNumber, RefusalReason};
use serde::{ser::SerializeSeq, Serialize, Serializer};

/// A phase of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The enclave opened a session.
    Session,
    /// The request is in a block.
    Request,
    /// Every stage approved, in finalised state.
    Approval,
    /// A further attempt is open, in finalised state.
    Attempt,
    /// The enclave gathered shares, operated and answered.
    Operation,
    /// The receipt is in a block.
    Receipt,
    /// Enough leaves of a new key are confirmed, in finalised state.
    Activation,
}

impl Phase {
    /// The name a person reads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Request => "request",
            Self::Approval => "approval",
            Self::Attempt => "attempt",
            Self::Operation => "operation",
            Self::Receipt => "receipt",
            Self::Activation => "activation",
        }
    }

    /// What has happened when it ends.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Session => "the enclave opened a session",
            Self::Request => "the request is in a block",
            Self::Approval => "approved, and final",
            Self::Attempt => "the next attempt is open, and final",
            Self::Operation => "shares arrived, the enclave did the operation",
            Self::Receipt => "the receipt is in a block",
            Self::Activation => "the agents confirmed, the key is active",
        }
    }
}

/// What a flow tells while it runs.
#[derive(Clone, Debug)]
pub enum Step {
    /// A phase ended.
    Done {
        /// Which.
        phase: Phase,
        /// How long it took.
        took: Duration,
    },
    /// An agent refused.
    Refused {
        /// Which.
        agent: AgentId,
        /// Why.
        reason: RefusalReason,
    },
    /// Too few shares came in time; the same attempt goes on.
    Again {
        /// Which.
        attempt: Attempt,
        /// Why.
        reason: String,
        /// Its last block.
        deadline: BlockNumber,
    },
    /// An attempt failed, and the next must wait.
    AttemptFailed {
        /// Which.
        attempt: Attempt,
        /// Why.
        reason: String,
        /// The last block of the failed attempt.
        deadline: BlockNumber,
    },
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Done { phase, took } => {
                write!(f, "{} ({} ms)", phase.done(), took.as_millis())
            }
            Self::Refused { agent, reason } => write!(f, "agent {agent} refused: {reason:?}"),
            Self::Again { attempt, reason, deadline } => {
                write!(f, "attempt {attempt} goes on until block {deadline}: {reason}")
            }
            Self::AttemptFailed { attempt, reason, deadline } => write!(
                f,
                "attempt {attempt} failed ({reason}); the next may be opened after block {deadline}"
            ),
        }
    }
}

/// Whom a flow tells.
pub type Progress<'a> = &'a mut (dyn FnMut(Step) + Send);

/// A [`Progress`] that nobody reads.
pub fn quiet(_: Step) {}

/// The phases of a flow, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timings(pub Vec<(Phase, Duration)>);

impl Timings {
    /// The time of a phase, all its repetitions together.
    pub fn of(&self, phase: Phase) -> Option<Duration> {
        let mut times = self.0.iter().filter(|(its, _)| *its == phase).map(|(_, took)| *took);
        let first = times.next()?;
        Some(times.fold(first, |sum, took| sum + took))
    }

    /// The time of all phases.
    pub fn total(&self) -> Duration {
        self.0.iter().map(|(_, took)| *took).sum()
    }

    /// Adds the phases of another flow.
    pub fn extend(&mut self, other: Timings) {
        self.0.extend(other.0);
    }
}

impl Serialize for Timings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Entry {
            phase: &'static str,
            milliseconds: f64,
        }
        let mut entries = serializer.serialize_seq(Some(self.0.len()))?;
        for (phase, took) in &self.0 {
            let milliseconds = (took.as_secs_f64() * 1e6).round() / 1e3;
            entries.serialize_element(&Entry { phase: phase.name(), milliseconds })?;
        }
        entries.end()
    }
}

/// Measures phases and tells of them.
pub(super) struct Stopwatch<'p> {
    since: Instant,
    timings: Timings,
    progress: Progress<'p>,
}

impl<'p> Stopwatch<'p> {
    pub(super) fn start(progress: Progress<'p>) -> Self {
        Self { since: Instant::now(), timings: Timings::default(), progress }
    }

    /// Ends a phase; the next begins now.
    pub(super) fn done(&mut self, phase: Phase) {
        let now = Instant::now();
        let took = now.duration_since(self.since);
        self.since = now;
        self.timings.0.push((phase, took));
        (self.progress)(Step::Done { phase, took });
    }

    pub(super) fn tell(&mut self, step: Step) {
        (self.progress)(step);
    }

    pub(super) fn finish(self) -> Timings {
        self.timings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_repeated_phase_add_up() {
        let ms = Duration::from_millis;
        let mut timings = Timings(vec![(Phase::Operation, ms(5)), (Phase::Attempt, ms(2))]);
        timings.extend(Timings(vec![(Phase::Operation, ms(3))]));
        assert_eq!(timings.of(Phase::Operation), Some(ms(8)));
        assert_eq!(timings.of(Phase::Receipt), None);
        assert_eq!(timings.total(), ms(10));
        let json = serde_json::to_string(&timings).expect("serialises");
        assert!(json.starts_with(r#"[{"phase":"operation","milliseconds":5.0}"#), "{json}");
    }
}
