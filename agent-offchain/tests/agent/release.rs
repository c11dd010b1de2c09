//! Releases of shares (section 7), and what a restart makes of them.

use regent_agent::ports::DeliverError;
use regent_primitives::{
    agent_api::WorkItem, enclave_api::DeliveryStatus, payload::SigningInput, AgentNote, Algorithm,
    KeyRecord, RefusalReason, RequestId, RequestStatus,
};
use regent_protocol::combine;

use super::support::{
    agent::{settled, TestAgent},
    eventually,
    people::GENESIS,
    world::{tree, World, LIFETIME},
};

const PAYLOAD: &[u8] = b"pay the gardener";

async fn with_key(count: usize, threshold: u16) -> (World, Vec<TestAgent>, KeyRecord) {
    let world = World::new();
    let mut agents: Vec<_> = (0..count).map(|_| TestAgent::new()).collect();
    agents.iter_mut().for_each(|agent| agent.start(&world));
    let ids: Vec<_> = agents.iter().map(|agent| agent.id).collect();
    let running: Vec<_> = agents.iter().collect();
    let record = world.enrol(&running, Algorithm::Ed25519, tree(threshold, &ids)).await;
    (world, agents, record)
}

fn submit(world: &World, record: &KeyRecord) -> RequestId {
    let body = world.signing(record.token.key_id, PAYLOAD);
    world.submit(world.approved(&body, PAYLOAD, Some(record)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shares_of_agents_make_the_key_that_signs() {
    let (world, agents, record) = with_key(5, 3).await;
    let id = submit(&world, &record);
    agents.iter().take(3).for_each(|agent| world.wake(agent, id, 1));
    world.chain.advance();
    let deliveries = world.delivered(id, 1, 3).await;
    let combined = combine(GENESIS, &record.token, world.shares(&record.token, &deliveries));
    let combined = combined.expect("a key");
    assert!(combined.faulty.is_empty());
    let input = SigningInput::Message(PAYLOAD.to_vec());
    let signature = combined.key.sign(&input, &mut rand_core::OsRng).expect("signs");
    let public = &record.token.public_key;
    regent_payload::raw::verify(Algorithm::Ed25519, public, PAYLOAD, &signature).expect("valid");
    for agent in &agents[..3] {
        assert!(agent.notes().iter().any(|note| matches!(
            note,
            AgentNote::Release(note) if note.request == id && note.agent == agent.id
        )));
        assert!(agent.notes().iter().all(|note| note.verify(GENESIS)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_released_before_finality() {
    let (world, agents, record) = with_key(1, 1).await;
    let id = submit(&world, &record);
    let head = world.chain.author();
    world.wake(&agents[0], id, 1);
    agents[0].settled(&world).await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
    let reads = world.chain.reads(id);
    world.chain.finalise(head);
    world.delivered(id, 1, 1).await;
    // The verdict on this very block was prepared: the request was not read again for it.
    let after: Vec<_> = world.enclave.deliveries_for(id, 1);
    assert_eq!(after[0].release.finalised_hash, head.hash);
    agents[0].settled(&world).await;
    assert_eq!(world.chain.reads(id), reads);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_that_never_becomes_final_leads_to_nothing() {
    let (world, agents, record) = with_key(1, 1).await;
    let before = world.chain.finalised_head().number;
    let id = submit(&world, &record);
    world.chain.author();
    world.wake(&agents[0], id, 1);
    agents[0].settled(&world).await;
    // The other branch does not have the approval.
    world.chain.edit_request(id, |state| {
        state.record.status = RequestStatus::Pending { stage: 0 };
        state.approvals.clear();
    });
    let other = world.chain.reorganise(before + 1);
    world.chain.finalise(other);
    agents[0].settled(&world).await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
    assert!(agents[0].metrics().released.with_label_values(&["share"]).get() == 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waking_again_sends_nothing_again() {
    let (world, mut agents, record) = with_key(1, 1).await;
    let id = submit(&world, &record);
    for _ in 0..5 {
        world.wake(&agents[0], id, 1);
        world.chain.advance();
    }
    world.delivered(id, 1, 1).await;
    agents[0].settled(&world).await;
    agents[0].stop().await;
    agents[0].start(&world);
    for _ in 0..3 {
        world.wake(&agents[0], id, 1);
        world.chain.advance();
    }
    agents[0].settled(&world).await;
    assert_eq!(world.enclave.deliveries_for(id, 1).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_wake_loses_nothing() {
    let (world, agents, record) = with_key(1, 1).await;
    let id = submit(&world, &record);
    world.chain.edit(|state| {
        state.work = vec![WorkItem::Release { request: id, attempt: 1 }];
    });
    let now = world.chain.finalised_head().number;
    world.chain.advance_to(now + 45);
    world.delivered(id, 1, 1).await;
    drop(agents);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_is_sent_again_until_the_enclave_has_it() {
    let (world, mut agents, record) = with_key(1, 1).await;
    let id = submit(&world, &record);
    world.enclave.answer((0..6).map(|_| Err(DeliverError::Unanswered("down".into()))));
    let tries = world.enclave.tries();
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    let deliveries = world.delivered(id, 1, 1).await;
    assert_eq!(world.enclave.tries(), tries + 7);
    assert_eq!(deliveries.len(), 1);
    eventually("acknowledgement", || {
        agents[0].metrics().deliveries.with_label_values(&["accepted"]).get() >= 2
    })
    .await;
    agents[0].stop().await;
    assert!(agents[0].store().undelivered().expect("reads").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_enclave_that_refuses_is_not_asked_for_ever() {
    let (world, agents, record) = with_key(1, 1).await;
    let id = submit(&world, &record);
    world.enclave.answer((0..50).map(|_| Err(DeliverError::Refused("no session".into()))));
    let tries = world.enclave.tries();
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    agents[0].settled(&world).await;
    assert_eq!(world.enclave.tries(), tries + 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicate_or_unneeded_share_counts_as_arrived() {
    for status in [DeliveryStatus::Duplicate, DeliveryStatus::NotNeeded] {
        let (world, mut agents, record) = with_key(1, 1).await;
        let id = submit(&world, &record);
        world.enclave.answer([Ok(status)]);
        world.wake(&agents[0], id, 1);
        world.chain.advance();
        world.delivered(id, 1, 1).await;
        agents[0].settled(&world).await;
        agents[0].stop().await;
        assert!(agents[0].store().undelivered().expect("reads").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_kill_the_same_share_is_sealed_for_the_same_purpose() {
    let (world, mut agents, record) = with_key(1, 1).await;
    let id = submit(&world, &record);
    world.enclave.answer((0..1_000).map(|_| Err(DeliverError::Unanswered("down".into()))));
    let tries = world.enclave.tries();
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    eventually("a try", || world.enclave.tries() > tries).await;
    agents[0].kill().await;
    settled(&world, &[]).await;
    let store = agents[0].store();
    let leaf = &record.token.tree.leaves()[0].0;
    let recorded = store.released(id, 1, leaf).expect("reads").expect("recorded before sent");
    let entries = store.log_entries();
    drop(store);

    // Back up: nobody wakes it, and still it sends what was left.
    world.enclave.recover();
    agents[0].start(&world);
    eventually("the delivery", || !world.enclave.deliveries_for(id, 1).is_empty()).await;
    let deliveries = world.enclave.deliveries_for(id, 1);
    assert_eq!(deliveries[0].release.aad, recorded.aad);
    let combined = combine(GENESIS, &record.token, world.shares(&record.token, &deliveries));
    assert!(combined.is_ok());
    agents[0].stop().await;
    assert_eq!(agents[0].store().log_entries(), entries);
}

/// An enclave that keeps its port closed until a key has changed hands gets nothing then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shares_of_what_is_over_are_not_sent_any_more() {
    let (world, mut agents, record) = with_key(1, 1).await;
    let id = submit(&world, &record);
    world.enclave.answer((0..1_000).map(|_| Err(DeliverError::Unanswered("down".into()))));
    let tries = world.enclave.tries();
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    eventually("a try", || world.enclave.tries() > tries).await;
    world.chain.edit_request(id, |state| state.record.status = RequestStatus::Cancelled);
    let now = world.chain.finalised_head().number;
    world.chain.advance_to(now + 8);
    agents[0].settled(&world).await;
    world.enclave.recover();
    world.wake(&agents[0], id, 1);
    world.chain.advance_to(now + 16);
    agents[0].settled(&world).await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
    agents[0].stop().await;
    assert!(agents[0].store().undelivered().expect("reads").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_frozen_key_is_released_until_that_is_lifted() {
    let (world, agents, record) = with_key(1, 1).await;
    let key = record.token.key_id;
    let id = submit(&world, &record);
    world.chain.freeze(key);
    // Whoever wakes it: it looks for itself.
    for _ in 0..3 {
        world.wake(&agents[0], id, 1);
        world.chain.advance();
    }
    agents[0].settled(&world).await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
    assert_eq!(agents[0].metrics().released.with_label_values(&["share"]).get(), 0);
    let refused = |note: &AgentNote| matches!(note, AgentNote::Refusal(_));
    assert!(!agents[0].notes().iter().any(refused), "it may still be released");
    world.chain.unfreeze(key);
    world.chain.advance();
    world.delivered(id, 1, 1).await;
}

/// An enclave that keeps its port closed until the key is frozen gets nothing while it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shares_on_their_way_wait_while_their_key_is_frozen() {
    let (world, agents, record) = with_key(1, 1).await;
    let key = record.token.key_id;
    let id = submit(&world, &record);
    world.enclave.answer((0..1_000).map(|_| Err(DeliverError::Unanswered("down".into()))));
    let tries = world.enclave.tries();
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    eventually("a try", || world.enclave.tries() > tries).await;
    world.chain.freeze(key);
    let now = world.chain.finalised_head().number;
    world.chain.advance_to(now + 8);
    agents[0].settled(&world).await;
    world.enclave.recover();
    world.chain.advance_to(now + 16);
    agents[0].settled(&world).await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
    world.chain.unfreeze(key);
    world.chain.advance();
    let deliveries = world.delivered(id, 1, 1).await;
    let combined = combine(GENESIS, &record.token, world.shares(&record.token, &deliveries));
    assert!(combined.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_attempt_is_released_only_after_the_deadline_of_the_one_before() {
    let (world, agents, record) = with_key(1, 1).await;
    let id = submit(&world, &record);
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    world.delivered(id, 1, 1).await;
    let deadline = {
        let deliveries = world.enclave.deliveries_for(id, 1);
        assert_eq!(deliveries.len(), 1);
        world.chain.finalised_head().number - 1 + LIFETIME
    };
    world.chain.advance_to(deadline + 1);
    world.open_attempt(id, 2);
    world.wake(&agents[0], id, 2);
    world.chain.advance();
    let second = world.delivered(id, 2, 1).await;
    let first = world.enclave.deliveries_for(id, 1);
    assert_ne!(first[0].release.aad, second[0].release.aad);
    // The first attempt is over for good.
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    agents[0].settled(&world).await;
    assert_eq!(world.enclave.deliveries_for(id, 1).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_that_moves_a_deadline_does_not_open_two_attempts() {
    let (world, agents, record) = with_key(1, 1).await;
    let id = submit(&world, &record);
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    world.delivered(id, 1, 1).await;
    // A hostile state: the first session's deadline lies in the past all of a sudden.
    world.chain.edit_request(id, |state| {
        state.sessions[0].deadline = 1;
        state.sessions[0].opened_at = 0;
        state.sessions[0].session.lifetime = 1;
    });
    world.open_attempt(id, 2);
    world.wake(&agents[0], id, 2);
    world.chain.advance();
    eventually("the refusal", || {
        agents[0].notes().iter().any(|note| {
            matches!(note, AgentNote::Refusal(note)
                if note.attempt == 2 && note.reason == RefusalReason::AttemptConflict)
        })
    })
    .await;
    assert!(world.enclave.deliveries_for(id, 2).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_insecure_agent_sends_a_wrong_share_which_is_named() {
    let (world, mut agents, record) = with_key(3, 2).await;
    agents[1].stop().await;
    agents[1].corrupt = true;
    agents[1].start(&world);
    let id = submit(&world, &record);
    agents.iter().for_each(|agent| world.wake(agent, id, 1));
    world.chain.advance();
    let deliveries = world.delivered(id, 1, 3).await;
    let combined =
        combine(GENESIS, &record.token, world.shares(&record.token, &deliveries)).expect("a key");
    assert_eq!(combined.faulty, vec![record.token.tree.leaves()[1].0.clone()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_restarts_is_followed_again() {
    let (world, agents, record) = with_key(1, 1).await;
    world.chain.disconnect();
    agents[0].settled(&world).await;
    let id = submit(&world, &record);
    world.wake(&agents[0], id, 1);
    eventually("the delivery", || {
        world.chain.advance();
        !world.enclave.deliveries_for(id, 1).is_empty()
    })
    .await;
}
