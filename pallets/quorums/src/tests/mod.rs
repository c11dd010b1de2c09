//! One file a call; each scenario ends with the pallet's invariants.

mod admits;
mod create_quorum;
mod read;
mod register_agent;
mod remove_agent;
mod update_endpoint;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use regent_primitives::registration::registration_message;
use sp_core::{sr25519, Pair};
use sp_runtime::DispatchError::BadOrigin;

/// Runs a scenario and checks the invariants after it.
fn scenario(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        Registry::do_try_state().expect("the pallet's invariants hold");
    });
}

fn signed(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

fn pair(number: u64) -> sr25519::Pair {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    sr25519::Pair::from_seed(&seed)
}

fn agent(number: u64) -> AgentId {
    AgentId(H256(pair(number).public().0))
}

/// An agent's consent to be run by an institution at an endpoint.
fn proof(number: u64, institution: InstitutionId, endpoint: &Endpoint) -> RawSignature {
    let message = registration_message(GENESIS, institution, agent(number), endpoint);
    pair(number).sign(message.as_bytes())
}

fn agents(numbers: impl IntoIterator<Item = u64>) -> QuorumAgents {
    QuorumAgents::try_from(numbers.into_iter().map(agent).collect::<Vec<_>>())
        .expect("the agents fit")
}

fn url(text: &str) -> Endpoint {
    Endpoint::try_from(text.as_bytes().to_vec()).expect("the endpoint fits")
}

/// Registers agents 1 to `count` for institution 0.
fn register(count: u64) {
    for number in 1..=count {
        assert_ok!(register_at(ALICE, 0, number, "http://agent:9800"));
    }
}

/// As an agent who agreed to this institution and endpoint.
fn register_at(
    who: AccountId,
    institution: InstitutionId,
    number: u64,
    endpoint: &str,
) -> DispatchResult {
    let endpoint = url(endpoint);
    let proof = proof(number, institution, &endpoint);
    Registry::register_agent(signed(who), agent(number), endpoint, proof)
}

/// The newest entry of the log.
fn last_entry() -> Option<AuditEvent> {
    Audit::count().checked_sub(1).and_then(|at| Audit::entries(at, 1).pop()).map(|e| e.event)
}
