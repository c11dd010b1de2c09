//! One local agent as the worker sees it: where it is, and how it answered last time.

use alloc::{format, string::String, vec::Vec};

use codec::{Decode, Encode};
use regent_primitives::{
    agent_api::{LocalAgent, Wake, WorkItem},
    bounds::MAX_AGENT_ANSWER_BYTES,
    AgentId, AgentNote,
};
use sp_runtime::offchain::{
    http::{HttpResult, PendingRequest, Request},
    storage::StorageValueRef,
    Duration, Timestamp,
};

use super::answer;
use crate::LOG_TARGET;

/// Milliseconds an agent is left alone after its first failure; twice as long after each further.
const FIRST_PAUSE_MILLIS: u64 = 500;
/// Milliseconds it is left alone at most: it is local, asking costs little, and people wait.
const LONGEST_PAUSE_MILLIS: u64 = 8_000;

/// How an agent failed lately; nothing is stored for one that answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Pause {
    /// Failures in a row.
    pub failures: u32,
    /// When it is visited again.
    pub until: Option<u64>,
}

/// A local agent.
pub(crate) struct Neighbour {
    id: AgentId,
    url: String,
    pause: Pause,
}

impl Neighbour {
    /// An agent of the node's list, with how it answered last time.
    pub(crate) fn load(agent: LocalAgent) -> Option<Self> {
        let Ok(url) = String::from_utf8(agent.url) else {
            log::error!(target: LOG_TARGET, "URL of agent {} is not UTF-8", agent.id);
            return None;
        };
        let stored = StorageValueRef::persistent(&key_of(b"pause", &agent.id)).get::<Pause>();
        // What does not decode is of another version: start afresh.
        let pause = stored.ok().flatten().unwrap_or_default();
        Some(Self { id: agent.id, url, pause })
    }

    pub(crate) fn id(&self) -> AgentId {
        self.id
    }

    pub(crate) fn lock_key(&self) -> Vec<u8> {
        key_of(b"lock", &self.id)
    }

    /// Whether it answered last time.
    pub(crate) fn is_well(&self) -> bool {
        self.pause.failures == 0
    }

    /// Whether it is to be visited.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.pause.until.is_none_or(|until| now.unix_millis() >= until)
    }

    /// Sends what waits for it.
    pub(crate) fn wake(
        &self,
        work: Vec<WorkItem>,
        deadline: Timestamp,
    ) -> Result<PendingRequest, String> {
        let body = answer::request(&Wake { agent: self.id, work });
        // One chunk, so that sending never waits for the connection.
        Request::post(&self.url, [body])
            .add_header("content-type", "application/json")
            .deadline(deadline)
            .send()
            .map_err(|error| format!("cannot be reached: {error:?}"))
    }

    /// Reads its answer.
    pub(crate) fn read(
        &self,
        response: HttpResult,
        deadline: Timestamp,
    ) -> Result<Vec<AgentNote>, String> {
        let response = response.map_err(|error| format!("cannot be reached: {error:?}"))?;
        if response.code != 200 {
            return Err(format!("answered with HTTP status {}", response.code));
        }
        let limit = MAX_AGENT_ANSWER_BYTES as usize;
        let mut body = response.body();
        body.deadline(deadline);
        let bytes: Vec<u8> = body.by_ref().take(limit.saturating_add(1)).collect();
        if let Some(error) = body.error() {
            return Err(format!("stopped in the middle of its answer: {error:?}"));
        }
        if bytes.len() > limit {
            return Err(format!("answered with more than {limit} bytes"));
        }
        answer::notes(&bytes)
    }

    /// It answered: forget its failures.
    pub(crate) fn answered(&mut self) {
        if !self.is_well() {
            log::info!(
                target: LOG_TARGET,
                "agent {} answers again after {} failures", self.id, self.pause.failures,
            );
            self.pause = Pause::default();
            StorageValueRef::persistent(&key_of(b"pause", &self.id)).clear();
        }
    }

    /// It did not answer, or not as agreed: leave it alone for a while.
    pub(crate) fn failed(&mut self, why: &str) {
        let doublings = self.pause.failures.min(10);
        let pause = (FIRST_PAUSE_MILLIS << doublings).min(LONGEST_PAUSE_MILLIS);
        let until = sp_io::offchain::timestamp().add(Duration::from_millis(pause));
        self.pause = Pause {
            failures: self.pause.failures.saturating_add(1),
            until: Some(until.unix_millis()),
        };
        StorageValueRef::persistent(&key_of(b"pause", &self.id)).set(&self.pause);
        log::warn!(
            target: LOG_TARGET,
            "agent {} at {} {why}; retry_in_milliseconds={pause}", self.id, self.url,
        );
    }
}

/// Where something about an agent is kept in the node's persistent offchain storage.
pub(crate) fn key_of(what: &[u8], agent: &AgentId) -> Vec<u8> {
    [b"regent/ocw/".as_slice(), what, b"/", agent.0.as_bytes()].concat()
}
