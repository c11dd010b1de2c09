//! Refusals as the whole agent makes them: noted on chain, counted, and never followed by a share.

use regent_agent::{ports::Runtime, service::ServiceError};
use regent_primitives::{
    AgentNote, Algorithm, KeyRecord, Refusal, RefusalReason, RequestId, RequestStatus, H256,
};

use super::support::{
    agent::TestAgent,
    eventually,
    people::GENESIS,
    world::{tree, World, LIFETIME},
};

const PAYLOAD: &[u8] = b"pay the gardener";

async fn with_key() -> (World, TestAgent, KeyRecord) {
    let world = World::new();
    let mut agent = TestAgent::new();
    agent.start(&world);
    let record = world.enrol(&[&agent], Algorithm::Ed25519, tree(1, &[agent.id])).await;
    (world, agent, record)
}

fn submit(world: &World, record: &KeyRecord) -> RequestId {
    let body = world.signing(record.token.key_id, PAYLOAD);
    world.submit(world.approved(&body, PAYLOAD, Some(record)))
}

fn refusals(agent: &TestAgent, id: RequestId) -> Vec<Refusal> {
    agent
        .notes()
        .into_iter()
        .filter_map(|note| match note {
            AgentNote::Refusal(refusal) if refusal.request == id => Some(refusal),
            _ => None,
        })
        .collect()
}

async fn refusal(agent: &TestAgent, id: RequestId) -> Refusal {
    eventually("the refusal", || !refusals(agent, id).is_empty()).await;
    let refusals = refusals(agent, id);
    assert_eq!(refusals.len(), 1);
    assert!(AgentNote::Refusal(refusals[0].clone()).verify(GENESIS));
    refusals[0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_chain_that_claims_approval_gets_nothing() {
    let (world, agent, record) = with_key().await;
    let id = submit(&world, &record);
    world.chain.edit_request(id, |state| state.approvals.clear());
    world.wake(&agent, id, 1);
    let head = world.chain.advance();
    let refusal = refusal(&agent, id).await;
    assert_eq!(refusal.reason, RefusalReason::InvalidApprovals);
    assert_eq!(refusal.finalised_hash, head.hash);
    let counted = agent.metrics().refused.with_label_values(&["invalid-approvals"]).get();
    assert_eq!(counted, 1);
    // For good: a later change of heart of the chain does not matter, nor another wake.
    for _ in 0..3 {
        world.wake(&agent, id, 1);
        world.chain.advance();
    }
    agent.settled(&world).await;
    assert_eq!(refusals(&agent, id).len(), 1);
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_head_waits_for_a_fresh_one() {
    let (world, agent, record) = with_key().await;
    let id = submit(&world, &record);
    let head = world.chain.author();
    world.wake(&agent, id, 1);
    world.clock.advance_seconds(31);
    world.chain.finalise(head);
    eventually("the count", || {
        agent.metrics().refused.with_label_values(&["stale-head"]).get() > 0
    })
    .await;
    agent.settled(&world).await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
    assert!(refusals(&agent, id).is_empty(), "the chain that stands still is not written to");
    world.chain.advance();
    world.delivered(id, 1, 1).await;
}

// One thread: the request is read after the head's age was looked at, and not beside it.
#[tokio::test]
async fn a_head_that_grew_old_while_the_node_was_asked_waits_too() {
    let (world, agent, record) = with_key().await;
    let id = submit(&world, &record);
    let head = u64::from(world.chain.advance().number);
    eventually("the block", || agent.metrics().finalised_height.get() == head).await;
    world.chain.set_read_seconds(31);
    world.wake(&agent, id, 1);
    eventually("the count", || {
        agent.metrics().refused.with_label_values(&["stale-head"]).get() > 0
    })
    .await;
    agent.settled(&world).await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
    assert!(refusals(&agent, id).is_empty(), "it may still be released");
    world.chain.set_read_seconds(0);
    world.chain.advance();
    world.delivered(id, 1, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_runtime_is_not_believed() {
    let (world, agent, record) = with_key().await;
    let id = submit(&world, &record);
    world.chain.edit(|state| {
        state.runtime = Some(Runtime { code_hash: H256::repeat_byte(1), spec_version: 1 });
    });
    world.wake(&agent, id, 1);
    world.chain.advance();
    assert_eq!(refusal(&agent, id).await.reason, RefusalReason::UnknownRuntime);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_was_rewritten_is_refused() {
    let (world, agent, record) = with_key().await;
    // The chain puts its own policy into the token: it would approve whatever it likes.
    let mut forged = record.clone();
    let mut policy = world.policy.clone();
    policy.stages[0].role = 0;
    forged.token.policy_hash = policy.hash(GENESIS);
    let world = World { policy, ..world };
    let id = submit(&world, &forged);
    world.chain.edit_request(id, |state| {
        state.approvals.clear();
        let body = state.record.body.clone();
        state.approvals = super::support::people::approvals(&body);
    });
    world.wake(&agent, id, 1);
    world.chain.advance();
    // Under its policy the approvals do not even hold; with any that do, the token is another.
    let reason = refusal(&agent, id).await.reason;
    assert_eq!(reason, RefusalReason::InvalidApprovals);

    let mut other = record.clone();
    other.token.corrections[0] = Some([1; 32]);
    let world = World { policy: super::support::people::policy(), ..world };
    let id = submit(&world, &other);
    world.wake(&agent, id, 1);
    world.chain.advance();
    assert_eq!(refusal(&agent, id).await.reason, RefusalReason::ShareMismatch);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_whose_enrolment_this_agent_does_not_know_is_refused() {
    let (world, agent, record) = with_key().await;
    let mut stranger = TestAgent::new();
    stranger.start(&world);
    let mut other = record.clone();
    other.token.tree = tree(1, &[stranger.id]);
    let id = submit(&world, &other);
    world.wake(&stranger, id, 1);
    world.chain.advance();
    assert_eq!(refusal(&stranger, id).await.reason, RefusalReason::ShareMismatch);
    drop(agent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_wake_is_answered_with_the_deadline() {
    let (world, agent, record) = with_key().await;
    let id = submit(&world, &record);
    let now = world.chain.finalised_head().number;
    world.chain.advance_to(now + LIFETIME + 2);
    world.wake(&agent, id, 1);
    world.chain.advance();
    assert_eq!(refusal(&agent, id).await.reason, RefusalReason::DeadlinePassed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_ended_is_left_alone() {
    let (world, agent, record) = with_key().await;
    let id = submit(&world, &record);
    world.chain.edit_request(id, |state| state.record.status = RequestStatus::Cancelled);
    world.wake(&agent, id, 1);
    world.chain.advance();
    agent.settled(&world).await;
    assert!(refusals(&agent, id).is_empty());
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_final_stays_final() {
    let (world, mut agent, record) = with_key().await;
    let head = world.chain.finalised_head();
    // A node that is behind is not followed back.
    agent.stop().await;
    agent.start(&world);
    let id = submit(&world, &record);
    world.wake(&agent, id, 1);
    let mut behind = world.chain.reorganise(head.number - 1);
    world.chain.finalise(behind);
    agent.settled(&world).await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
    // A node that finalises something else at the same height ends the agent.
    behind = world.chain.reorganise(head.number);
    world.chain.finalise(behind);
    let error = agent.failure().await;
    assert!(matches!(error, ServiceError::FinalityConflict { .. }), "{error}");
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
}
