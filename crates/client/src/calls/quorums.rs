//! `Quorums`: recovery agents and their quorums.

use regent_primitives::{session::Endpoint, AgentId};

use super::call;

call!(
    /// Registers an agent of the caller's institution.
    "Quorums" register_agent(agent: AgentId, endpoint: Endpoint)
);
call!(
    /// Removes an agent of the caller's institution: it may join no new quorum.
    "Quorums" remove_agent(agent: AgentId)
);
call!(
    /// Changes where an agent of the caller's institution is found.
    "Quorums" update_endpoint(agent: AgentId, endpoint: Endpoint)
);
call!(
    /// Creates a quorum.
    "Quorums" create_quorum(threshold: u16, agents: Vec<AgentId>)
);
