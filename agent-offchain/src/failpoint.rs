//! Steps at which a test can have this process die, as if it were killed.

use serde::Deserialize;

/// The steps, in the order a release passes them. Between any two of them something durable, or
/// something sent, changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CrashAt {
    /// Everything is verified; no share was computed.
    Verified,
    /// Shares are sealed and signed, in memory only.
    Sealed,
    /// The transaction holds the log's new records, but not yet the state they belong to.
    InsideTransaction,
    /// The transaction is complete and not committed.
    BeforeCommit,
    /// The transaction is durable; the root provider does not know yet.
    AfterCommit,
    /// The root provider committed the generation; nothing was sent.
    BeforeSend,
    /// The enclave has the share; the agent has not recorded its answer.
    AfterSend,
    /// The answer is recorded.
    AfterAcknowledge,
}

/// Which step, if any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Failpoint(Option<CrashAt>);

impl Failpoint {
    /// At this step.
    pub const fn at(step: Option<CrashAt>) -> Self {
        Self(step)
    }

    /// Aborts here if this is the step: no destructor runs, nothing is flushed.
    pub fn reach(&self, step: CrashAt) {
        if self.0 == Some(step) {
            tracing::error!(target: "regent_agent", ?step, "insecure_crash_at: aborting");
            std::process::abort();
        }
    }
}
