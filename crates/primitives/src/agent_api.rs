//! What the offchain worker posts to its local agents, by JSON-RPC 2.0 over HTTP.
//!
//! Method `agent_wake`, one parameter: a [`Wake`] in SCALE as `0x` hexadecimal. The agent answers at
//! once, before it has done the work, with all its notes that it does not yet see in finalised
//! state: `Vec<AgentNote>` in the same form. Waking is idempotent; nothing is lost if either side
//! dies between two calls.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;

use crate::ids::{AgentId, Epoch, KeyId, RequestId};
use crate::request::Attempt;

/// The JSON-RPC method of the agent.
pub const WAKE_METHOD: &str = "agent_wake";

/// Key in the node's persistent offchain storage under which it keeps [`LocalAgents`], written at
/// start from the node's `--agent` options.
pub const LOCAL_AGENTS_KEY: &[u8] = b"regent/local-agents";

/// An agent the node serves.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct LocalAgent {
    /// Its identity.
    pub id: AgentId,
    /// URL of its JSON-RPC server, on the same machine or private network.
    pub url: Vec<u8>,
}

/// All agents the node serves.
pub type LocalAgents = Vec<LocalAgent>;

/// One thing that waits for an agent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum WorkItem {
    /// A share, or an enrolment contribution, for an approved request with an open session.
    #[codec(index = 0)]
    Release {
        /// The request.
        request: RequestId,
        /// The attempt.
        attempt: Attempt,
    },
    /// The confirmation of a pending token.
    #[codec(index = 1)]
    Confirm {
        /// The key.
        key: KeyId,
        /// Its epoch.
        epoch: Epoch,
    },
    /// The puncture of an epoch that a later one has taken the place of.
    #[codec(index = 2)]
    Puncture {
        /// The key.
        key: KeyId,
        /// The epoch that is over.
        epoch: Epoch,
    },
}

/// What waits for one agent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Wake {
    /// To whom this is addressed.
    pub agent: AgentId,
    /// What waits, at most [`crate::bounds::MAX_AGENT_WORK`] items.
    pub work: Vec<WorkItem>,
}
