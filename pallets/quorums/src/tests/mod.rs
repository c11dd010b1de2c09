//! One file a call; each scenario ends with the pallet's invariants.

mod admits;
mod create_quorum;
mod read;
mod register_agent;
mod remove_agent;
mod update_endpoint;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
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

fn agent(number: u64) -> AgentId {
    AgentId(H256::from_low_u64_be(number))
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
        let endpoint = url("http://agent:9800");
        assert_ok!(Registry::register_agent(signed(ALICE), agent(number), endpoint));
    }
}

/// The newest entry of the log.
fn last_entry() -> Option<AuditEvent> {
    Audit::count().checked_sub(1).and_then(|at| Audit::entries(at, 1).pop()).map(|e| e.event)
}
