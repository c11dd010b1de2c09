//! An agent's consent to be registered: nobody registers another's agent.

use sp_core::H256;

use crate::{
    hashing::{hash, Tag},
    ids::{AgentId, InstitutionId},
    release::{verify_raw, RawSignature},
    session::Endpoint,
};

/// What an agent signs so that an institution may register it at an endpoint:
/// `H(institution ‖ agent ‖ endpoint)`.
pub fn registration_message(
    genesis: H256,
    institution: InstitutionId,
    agent: AgentId,
    endpoint: &Endpoint,
) -> H256 {
    hash(Tag::AgentRegistration, genesis, &(institution, agent, endpoint))
}

/// Whether the agent signed that this institution may register it at this endpoint.
pub fn verify_registration(
    genesis: H256,
    institution: InstitutionId,
    agent: AgentId,
    endpoint: &Endpoint,
    proof: &RawSignature,
) -> bool {
    verify_raw(proof, registration_message(genesis, institution, agent, endpoint), &agent.0)
}
