//! `Quorums`: recovery agents and their quorums.

use codec::Decode;
use regent_primitives::{release::RawSignature, session::Endpoint, AgentId, QuorumId};

use super::call;
use crate::Inclusion;

call!(
    /// Registers an agent of the caller's institution, with the agent's signature over
    /// `registration_message`.
    "Quorums"[11] register_agent[0](agent: AgentId, endpoint: Endpoint, proof: RawSignature)
);
call!(
    /// Removes an agent of the caller's institution: it may join no new quorum.
    "Quorums"[11] remove_agent[1](agent: AgentId)
);
call!(
    /// Changes where an agent of the caller's institution is found, with the agent's signature as for
    /// its registration.
    "Quorums"[11] update_endpoint[2](agent: AgentId, endpoint: Endpoint, proof: RawSignature)
);
call!(
    /// Creates a quorum.
    "Quorums"[11] create_quorum[3](threshold: u16, agents: Vec<AgentId>)
);

/// The number that the chain gave a quorum: the first field of the event of [`create_quorum`]. None if
/// there is no such event.
pub fn created(inclusion: &Inclusion) -> Option<QuorumId> {
    let mut fields = inclusion.event("Quorums", "QuorumCreated")?;
    QuorumId::decode(&mut fields).ok()
}
