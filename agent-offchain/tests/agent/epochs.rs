//! Refresh and reshare from the agents' side, and the puncture of what is over.

use std::time::{Duration, Instant};

use regent_primitives::{
    agent_api::WorkItem, runtime_api::RequestState, AccessTree, AgentNote, Algorithm, EpochRecord,
    KeyRecord, KeyState, Operation, Puncture, RequestId, H256,
};
use regent_protocol::{combine, Label};

use super::support::{
    agent::TestAgent,
    epochs::{epoch_of, has_confirmed},
    eventually,
    people::GENESIS,
    world::{tree, World},
};

const PAYLOAD: &[u8] = b"pay the gardener";

fn ids(agents: &[TestAgent]) -> Vec<regent_primitives::AgentId> {
    agents.iter().map(|agent| agent.id).collect()
}

/// Running agents with an active key of two of them.
async fn with_key(world: &World, count: usize) -> (Vec<TestAgent>, KeyRecord) {
    let mut agents: Vec<_> = (0..count).map(|_| TestAgent::new()).collect();
    agents.iter_mut().for_each(|agent| agent.start(world));
    let running: Vec<_> = agents.iter().collect();
    let record = world.enrol(&running, Algorithm::Ed25519, tree(2, &ids(&agents))).await;
    (agents, record)
}

/// Has these agents take part in a request for a next epoch; `parts` is how many deliveries come.
async fn succeed(
    world: &World,
    agents: &[&TestAgent],
    old: &KeyRecord,
    operation: Operation,
    parts: usize,
) -> EpochRecord {
    let body = world.succession(old, operation);
    let id = world.submit(world.approved(&body, &[], Some(old)));
    world.chain.advance();
    agents.iter().for_each(|agent| world.wake(agent, id, 1));
    let deliveries = world.delivered(id, 1, parts).await;
    world.succeeded(id, &deliveries, old)
}

fn puncture_of(agent: &TestAgent) -> Option<Puncture> {
    agent.notes().into_iter().find_map(|note| match &note {
        AgentNote::Puncture(puncture) if note.verify(GENESIS) => Some(puncture.clone()),
        _ => None,
    })
}

/// Has agents release for a request in the key's current epoch, and checks that the shares make it.
async fn operate(world: &World, agents: &[&TestAgent], record: &KeyRecord) -> RequestId {
    let mut body = world.signing(record.token.key_id, PAYLOAD);
    body.epoch = record.token.epoch;
    let id = world.submit(world.approved(&body, PAYLOAD, Some(record)));
    world.chain.advance();
    agents.iter().for_each(|agent| world.wake(agent, id, 1));
    let deliveries = world.delivered(id, 1, agents.len()).await;
    let shares = world.shares(&record.token, &deliveries);
    assert!(combine(GENESIS, &record.token, shares).is_ok());
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refreshed_key_works_and_its_old_epoch_is_punctured() {
    let world = World::new();
    let (mut agents, old) = with_key(&world, 3).await;
    let running: Vec<_> = agents.iter().collect();
    let new = succeed(&world, &running, &old, Operation::Refresh, 3).await;
    assert_eq!(new.key.token.public_key, old.token.public_key);
    let new = world.confirm_epoch(&running, &epoch_of(&old), new).await;
    operate(&world, &running, &new.key).await;

    let (key, epoch) = (old.token.key_id, 0);
    running.iter().for_each(|agent| agent.wake(WorkItem::Puncture { key, epoch }));
    for agent in &running {
        eventually("the puncture", || puncture_of(agent).is_some()).await;
        let note = puncture_of(agent).expect("noted");
        assert_eq!((note.key, note.epoch, note.agent), (key, 0, agent.id));
        assert_eq!(note.enrolment_id, old.token.enrolment_id);
        assert!(note.rollback_protected, "the vault counts");
    }
    operate(&world, &running, &new.key).await;

    // What the disk holds from here on regenerates nothing of the old epoch, and all of the new.
    let (before, after) = (old.token.label(GENESIS), new.key.token.label(GENESIS));
    for agent in &mut agents {
        agent.stop().await;
        let store = agent.store();
        assert!(store.evaluate(&Label::from_bytes(before)).is_err());
        assert!(store.evaluate(&Label::from_bytes(after)).is_ok());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_goes_on_without_agents_that_are_down() {
    let world = World::new();
    let (agents, old) = with_key(&world, 3).await;
    let up = [&agents[0], &agents[2]];
    let new = succeed(&world, &up, &old, Operation::Refresh, 2).await;
    assert!(!new.key.token.is_present(1));
    let new = world.confirm_epoch(&up, &epoch_of(&old), new).await;
    operate(&world, &up, &new.key).await;
    // It has no leaf in the new epoch, and nothing to lose: it punctures when it is back.
    agents[1].wake(WorkItem::Puncture { key: old.token.key_id, epoch: 0 });
    eventually("the puncture", || puncture_of(&agents[1]).is_some()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reshare_moves_the_key_to_other_agents() {
    let world = World::new();
    let (mut agents, old) = with_key(&world, 3).await;
    let mut strangers: Vec<_> = (0..2).map(|_| TestAgent::new()).collect();
    strangers.iter_mut().for_each(|agent| agent.start(&world));
    agents.append(&mut strangers);
    // One stays, two come.
    let next: Vec<_> = [2, 3, 4].map(|index: usize| agents[index].id).to_vec();
    let tree = AccessTree::threshold_of_agents(2, &next).expect("a tree");
    let operation = Operation::Reshare { quorum: 0, tree };
    let running: Vec<_> = agents.iter().collect();
    let new = succeed(&world, &running, &old, operation, 6).await;
    assert_eq!(new.key.token.public_key, old.token.public_key);
    let new = world.confirm_epoch(&running[2..], &epoch_of(&old), new).await;
    operate(&world, &running[3..], &new.key).await;
    for agent in &running[..3] {
        agent.wake(WorkItem::Puncture { key: old.token.key_id, epoch: 0 });
        eventually("the puncture", || puncture_of(agent).is_some()).await;
    }
    running[3].wake(WorkItem::Puncture { key: old.token.key_id, epoch: 0 });
    world.chain.advance();
    running[3].settled(&world).await;
    assert_eq!(puncture_of(running[3]), None, "it never had a leaf");
}

/// What a majority of validators could write: a next epoch of strangers, with everything that follows
/// from public data. Without people's approval and a trusted enclave nobody destroys a label for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_punctured_for_an_epoch_of_others_that_nobody_approved() {
    let world = World::new();
    let (mut agents, old) = with_key(&world, 2).await;
    let mut strangers: Vec<_> = (0..2).map(|_| TestAgent::new()).collect();
    strangers.iter_mut().for_each(|agent| agent.start(&world));
    let tree = tree(2, &ids(&strangers));
    agents.append(&mut strangers);
    let running: Vec<_> = agents.iter().collect();
    let new = succeed(&world, &running, &old, Operation::Reshare { quorum: 0, tree }, 4).await;
    let (key, request) = (old.token.key_id, new.request);
    let new = world.confirm_epoch(&running[2..], &epoch_of(&old), new).await;
    let mut made = None;
    world.chain.edit_request(request, |state| made = Some(state.clone()));
    let made = made.expect("submitted");

    let agent = running[0];
    let forged = async |what: &str, forge: &dyn Fn(&mut RequestState)| {
        world.chain.edit_request(request, |state| {
            *state = made.clone();
            forge(state);
        });
        world.chain.advance();
        agent.wake(WorkItem::Puncture { key, epoch: 0 });
        world.chain.advance();
        agent.settled(&world).await;
        assert_eq!(puncture_of(agent), None, "{what}");
    };
    forged("no approvals", &|state| state.approvals.clear()).await;
    forged("too few approvals", &|state| state.approvals.truncate(1)).await;
    forged("no policy's way", &|state| state.lineage.clear()).await;
    forged("a policy of its own", &|state| state.policy.stages.truncate(1)).await;
    forged("an enclave nobody trusts", &|state| {
        state.sessions[0].session.evidence.bytes[0] ^= 1;
    })
    .await;
    forged("of another token", &|state| {
        state.key.as_mut().expect("the old one").token.corrections[0] = Some([1; 32]);
    })
    .await;
    // A key that the chain says is in another epoch than the one that was made.
    let mut other = new.clone();
    other.key.token.corrections[0] = Some([1; 32]);
    world.chain.edit_request(request, |state| *state = made.clone());
    world.put_key(&other.key);
    world.chain.advance();
    agent.wake(WorkItem::Puncture { key, epoch: 0 });
    agent.settled(&world).await;
    assert_eq!(puncture_of(agent), None, "another token");

    world.put_key(&new.key);
    world.chain.advance();
    agent.wake(WorkItem::Puncture { key, epoch: 0 });
    eventually("the puncture", || puncture_of(agent).is_some()).await;
}

/// A pending epoch is confirmed and then withdrawn; another is made in its place from the same token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_epoch_is_punctured_when_another_made_in_its_place_serves() {
    let world = World::new();
    let (agents, old) = with_key(&world, 2).await;
    let running: Vec<_> = agents.iter().collect();
    let first = succeed(&world, &running, &old, Operation::Refresh, 2).await;
    let (key, agent) = (old.token.key_id, &agents[0]);
    world.put_epoch(&first);
    world.chain.advance();
    agents.iter().for_each(|agent| agent.wake(WorkItem::Confirm { key, epoch: 1 }));
    for agent in &running {
        eventually("the confirmation", || has_confirmed(agent, key, 1)).await;
    }
    let old = world.withdraw(&old, &first);
    let asked = async || {
        agent.wake(WorkItem::Puncture { key, epoch: 1 });
        world.chain.advance();
        agent.settled(&world).await;
        puncture_of(agent).is_some_and(|note| note.epoch == 1)
    };
    assert!(!asked().await, "the epoch it was made from serves");
    operate(&world, &running, &old).await;

    let second = succeed(&world, &running, &old, Operation::Refresh, 2).await;
    assert_eq!(second.key.token.epoch, 2);
    // The chain could say that what is in use was withdrawn, and that something else took its place
    // under another policy.
    let mut made = None;
    world.chain.edit_request(first.request, |state| {
        made = Some(state.clone());
        state.approvals.clear();
    });
    let made = made.expect("submitted");
    let second = world.confirm_epoch(&running, &epoch_of(&old), second).await;
    operate(&world, &running, &second.key).await;
    let forged = async |what: &str, forge: &dyn Fn(&mut RequestState)| {
        world.chain.edit_request(first.request, |state| {
            *state = made.clone();
            forge(state);
        });
        assert!(!asked().await, "{what}");
    };
    let other = H256::repeat_byte(0xbd);
    forged("made from a token of another policy", &|state| {
        state.key.as_mut().expect("the old one").token.policy_hash.0 = other;
    })
    .await;
    forged("made from another token", &|state| {
        state.key.as_mut().expect("the old one").token.corrections[0] = Some([1; 32]);
    })
    .await;
    forged("made by a request nobody approved", &|state| state.approvals.clear()).await;
    world.chain.edit_request(first.request, |state| *state = made.clone());
    // An agent that has refused may come back to it later than the next wake.
    let deadline = Instant::now() + Duration::from_secs(20);
    while !asked().await {
        assert!(Instant::now() < deadline, "what took its place serves");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_punctured_before_the_next_epoch_serves() {
    let world = World::new();
    let (agents, old) = with_key(&world, 2).await;
    let running: Vec<_> = agents.iter().collect();
    let mut new = succeed(&world, &running, &old, Operation::Refresh, 2).await;
    let (key, agent) = (old.token.key_id, &agents[0]);
    let refused = async |why: &str| {
        agent.wake(WorkItem::Puncture { key, epoch: 0 });
        world.chain.advance();
        agent.settled(&world).await;
        assert_eq!(puncture_of(agent), None, "{why}");
    };
    world.put_epoch(&new);
    world.chain.advance();
    refused("the old epoch is in use").await;

    let good = new.clone();
    world.activate(&epoch_of(&old), &mut new);
    refused("this agent has not confirmed").await;

    let mut forged = good.clone();
    forged.key.token.corrections[0] = Some([1; 32]);
    forged.key.confirm(0);
    forged.key.confirm(1);
    world.activate(&epoch_of(&old), &mut forged);
    refused("the new token is not the one that was made").await;

    let mut other = good.clone();
    other.key.token.enrolment_id.0 = H256::repeat_byte(1);
    world.activate(&epoch_of(&old), &mut other);
    refused("the new token is of no request").await;

    let new = world.confirm_epoch(&running, &epoch_of(&old), good).await;
    assert_eq!(new.key.state, KeyState::Active);
    assert!(has_confirmed(agent, key, 1));
    agent.wake(WorkItem::Puncture { key, epoch: 0 });
    eventually("the puncture", || puncture_of(agent).is_some()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_next_epoch_nobody_approved_gets_no_part() {
    let world = World::new();
    let (agents, old) = with_key(&world, 2).await;
    let body = world.succession(&old, Operation::Refresh);
    let mut state = world.approved(&body, &[], Some(&old));
    state.approvals.pop();
    let id = world.submit(state);
    world.chain.advance();
    agents.iter().for_each(|agent| world.wake(agent, id, 1));
    let refused = || {
        let of = |note: &AgentNote| matches!(note, AgentNote::Refusal(note) if note.request == id);
        agents.iter().all(|agent| agent.notes().iter().any(of))
    };
    eventually("the refusals", refused).await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_puncture_is_told_until_finalised_state_holds_it_and_survives_a_restart() {
    let world = World::new();
    let (mut agents, old) = with_key(&world, 2).await;
    let running: Vec<_> = agents.iter().collect();
    let new = succeed(&world, &running, &old, Operation::Refresh, 2).await;
    world.confirm_epoch(&running, &epoch_of(&old), new).await;
    let key = old.token.key_id;
    agents[0].wake(WorkItem::Puncture { key, epoch: 0 });
    eventually("the puncture", || puncture_of(&agents[0]).is_some()).await;
    agents[0].kill().await;
    agents[0].start(&world);
    assert!(puncture_of(&agents[0]).is_some());
    let mut over = epoch_of(&old);
    over.key.state = KeyState::Retiring;
    over.puncture(agents[0].id, true);
    world.put_epoch(&over);
    world.chain.advance();
    eventually("forgetting", || puncture_of(&agents[0]).is_none()).await;
}
