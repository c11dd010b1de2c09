//! Contributions and confirmations (section 6).

use regent_agent::{
    ports::DeliverError,
    store::{Batch, LogRecord},
};
use regent_primitives::{
    agent_api::WorkItem, AccessTree, AgentId, AgentNote, Algorithm, KeyState, LeafPath,
    Participant, RefusalReason, RequestId, TreeNode, H256,
};
use regent_protocol::{Label, SigningIdentity};

use super::support::{
    agent::{settled, TestAgent},
    chain::WINDOW_BLOCKS,
    eventually,
    people::GENESIS,
    world::{tree, World, START},
};

async fn started(world: &World, count: usize) -> Vec<TestAgent> {
    let mut agents: Vec<_> = (0..count).map(|_| TestAgent::new()).collect();
    agents.iter_mut().for_each(|agent| agent.start(world));
    agents
}

fn ids(agents: &[TestAgent]) -> Vec<AgentId> {
    agents.iter().map(|agent| agent.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_algorithm_is_enrolled_and_confirmed() {
    let world = World::new();
    let agents = started(&world, 3).await;
    let tree = tree(2, &ids(&agents));
    let running: Vec<_> = agents.iter().collect();
    for algorithm in Algorithm::ALL {
        let record = world.enrol(&running, algorithm, tree.clone()).await;
        assert_eq!(record.state, KeyState::Active);
        assert_eq!(record.token.algorithm, algorithm);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_agent_at_two_leaves_never_repeats_a_mask() {
    let world = World::new();
    let agents = started(&world, 1).await;
    let leaf = TreeNode::Leaf(Participant::Agent(agents[0].id));
    let gate = TreeNode::Gate { threshold: 2, children: 2 };
    let tree = AccessTree::new(vec![gate, leaf, leaf]).expect("a tree");
    let body = world.enrolment(Algorithm::Ed25519, tree);
    let id = world.submit(world.approved(&body, &[], None));
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    let deliveries = world.delivered(id, 1, 2).await;
    let masks: Vec<_> =
        deliveries.iter().map(|delivery| world.enclave.open(delivery)[..32].to_vec()).collect();
    assert_ne!(masks[0], masks[1]);
    let record = world.enrolled(id, &deliveries);
    let record = world.confirm(&[&agents[0]], record).await;
    assert!(record.is_confirmed(0) && record.is_confirmed(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_label_seen_before_is_refused() {
    let world = World::new();
    let mut agents = started(&world, 1).await;
    let body = world.enrolment(Algorithm::Ed25519, tree(1, &ids(&agents)));
    let state = world.approved(&body, &[], None);
    let session = state.sessions[0].session.clone();
    agents[0].stop().await;
    // Another enrolment used the very label that this one leads to.
    let enrolment = session.enrolment_of(GENESIS, state.id);
    let label = Label::derive(GENESIS, START / 100, body.key, 0, enrolment);
    let mut store = agents[0].store();
    store
        .commit(&Batch {
            records: vec![LogRecord::Contributed {
                request: RequestId(H256::repeat_byte(9)),
                attempt: 1,
                leaf: LeafPath::default(),
                aad: H256::zero(),
                deadline: 1,
                label: *label.as_bytes(),
            }],
            ..Default::default()
        })
        .expect("committed");
    drop(store);
    agents[0].start(&world);
    let id = world.submit(state);
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    eventually("the refusal", || {
        agents[0].notes().iter().any(|note| {
            matches!(note, AgentNote::Refusal(note) if note.reason == RefusalReason::LabelUsed)
        })
    })
    .await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_enrolment_is_contributed_to_once_more_only_for_the_same_session() {
    let world = World::new();
    let mut agents = started(&world, 1).await;
    let body = world.enrolment(Algorithm::Ed25519, tree(1, &ids(&agents)));
    let id = world.submit(world.approved(&body, &[], None));
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    world.delivered(id, 1, 1).await;
    agents[0].stop().await;
    let entries = agents[0].store().log_entries();

    // The chain claims that attempt 1 has another session: another purpose, so nothing is sent.
    agents[0].start(&world);
    let other = world.session_record(world.enclave.open_session(id, 1, 50));
    world.chain.edit_request(id, |state| state.sessions = vec![other]);
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    agents[0].settled(&world).await;
    assert_eq!(world.enclave.deliveries_for(id, 1).len(), 1);
    agents[0].stop().await;
    assert_eq!(agents[0].store().log_entries(), entries);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_that_moves_an_enrolment_to_another_window_gets_no_second_mask() {
    let world = World::new();
    let mut agents = started(&world, 1).await;
    let body = world.enrolment(Algorithm::Ed25519, tree(1, &ids(&agents)));
    let id = world.submit(world.approved(&body, &[], None));
    world.enclave.answer((0..1_000).map(|_| Err(DeliverError::Unanswered("down".into()))));
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    eventually("a try", || world.enclave.tries() > 0).await;
    agents[0].kill().await;
    settled(&world, &[]).await;
    let entries = agents[0].store().log_entries();

    // What is left is sent again after a start, but not under another label.
    world.chain.edit_request(id, |state| state.record.submitted_at += WINDOW_BLOCKS);
    world.chain.advance();
    world.enclave.recover();
    agents[0].start(&world);
    agents[0].settled(&world).await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
    agents[0].stop().await;
    assert_eq!(agents[0].store().log_entries(), entries);

    // A chain that tells the truth gets what it asked for.
    world.chain.edit_request(id, |state| state.record.submitted_at -= WINDOW_BLOCKS);
    world.chain.advance();
    agents[0].start(&world);
    world.delivered(id, 1, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_without_the_sessions_receipt_is_not_confirmed() {
    let world = World::new();
    let agents = started(&world, 2).await;
    let body = world.enrolment(Algorithm::Ed25519, tree(2, &ids(&agents)));
    let id = world.submit(world.approved(&body, &[], None));
    agents.iter().for_each(|agent| world.wake(agent, id, 1));
    world.chain.advance();
    let deliveries = world.delivered(id, 1, 2).await;
    let good = world.enrolled(id, &deliveries);
    // The same contributions make another key every time: the enclave adds entropy of its own.
    let mut receipt = None;
    world.chain.edit_request(id, |state| receipt = state.receipt.clone());
    let receipt = receipt.expect("enrolled");
    let other = world.enrolled(id, &deliveries);
    assert_ne!(good.token.public_key, other.token.public_key);
    let foreign = SigningIdentity::generate(&mut rand_core::OsRng).expect("random");
    let forged = foreign.sign_receipt(GENESIS, receipt.receipt.clone());
    let key = good.token.key_id;
    for (record, receipt) in [(&good, None), (&other, Some(receipt.clone())), (&good, Some(forged))]
    {
        world.chain.edit_request(id, |state| state.receipt = receipt);
        world.put_key(record);
        agents[0].wake(WorkItem::Confirm { key, epoch: 0 });
        world.chain.advance();
        agents[0].settled(&world).await;
        let confirmed = |note: &AgentNote| matches!(note, AgentNote::Confirmation(_));
        assert!(!agents[0].notes().iter().any(confirmed), "{record:?}");
    }
    world.chain.edit_request(id, |state| state.receipt = Some(receipt));
    world.put_key(&good);
    world.chain.advance();
    let running: Vec<_> = agents.iter().collect();
    world.confirm(&running, good).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_not_the_enrolments_is_not_confirmed() {
    let world = World::new();
    let agents = started(&world, 2).await;
    let body = world.enrolment(Algorithm::Ed25519, tree(2, &ids(&agents)));
    let id = world.submit(world.approved(&body, &[], None));
    agents.iter().for_each(|agent| world.wake(agent, id, 1));
    world.chain.advance();
    let deliveries = world.delivered(id, 1, 2).await;
    let good = world.enrolled(id, &deliveries);

    let mut other_policy = good.clone();
    other_policy.token.policy_hash.0 = H256::repeat_byte(1);
    let mut other_key = good.clone();
    other_key.token.corrections[0] = other_key.token.corrections[1];
    let mut other_tree = good.clone();
    other_tree.token.tree = tree(1, &ids(&agents));
    let mut other_enrolment = good.clone();
    other_enrolment.token.enrolment_id.0 = H256::repeat_byte(1);
    let key = good.token.key_id;
    for record in [other_policy, other_key, other_tree, other_enrolment] {
        world.put_key(&record);
        agents[0].wake(WorkItem::Confirm { key, epoch: 0 });
        world.chain.advance();
        agents[0].settled(&world).await;
        let confirmed = |note: &AgentNote| matches!(note, AgentNote::Confirmation(_));
        assert!(!agents[0].notes().iter().any(confirmed), "{record:?}");
    }
    // The right one is final before anyone is woken: a wake is judged by what is final then.
    world.put_key(&good);
    world.chain.advance();
    let running: Vec<_> = agents.iter().collect();
    world.confirm(&running, good).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notes_are_kept_until_finalised_state_holds_them() {
    let world = World::new();
    let mut agents = started(&world, 1).await;
    let body = world.enrolment(Algorithm::Ed25519, tree(1, &ids(&agents)));
    let id = world.submit(world.approved(&body, &[], None));
    world.wake(&agents[0], id, 1);
    world.chain.advance();
    let deliveries = world.delivered(id, 1, 1).await;
    let mut record = world.enrolled(id, &deliveries);
    world.put_key(&record);
    world.chain.advance();
    let key = record.token.key_id;
    agents[0].wake(WorkItem::Confirm { key, epoch: 0 });
    let confirmation = |note: &AgentNote| matches!(note, AgentNote::Confirmation(_));
    eventually("the confirmation", || agents[0].notes().iter().any(confirmation)).await;
    // They survive a restart: no final block holds them yet.
    agents[0].stop().await;
    agents[0].start(&world);
    assert!(agents[0].notes().iter().any(confirmation));
    record.confirm(0);
    world.put_key(&record);
    let releases: Vec<_> = agents[0]
        .notes()
        .into_iter()
        .filter_map(|note| match note {
            AgentNote::Release(release) => Some(release),
            _ => None,
        })
        .collect();
    for release in releases {
        world.chain.edit_request(release.request, |state| state.releases.push(release));
    }
    let head = world.chain.author();
    agents[0].settled(&world).await;
    assert!(agents[0].notes().iter().any(confirmation), "the block is not final");
    world.chain.finalise(head);
    eventually("forgetting", || agents[0].notes().is_empty()).await;
    agents[0].stop().await;
    assert!(agents[0].store().notes().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_chain_gets_no_second_mask() {
    a_mask_is_not_made_again(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_chain_gets_no_second_mask_for_one_that_did_not_arrive() {
    a_mask_is_not_made_again(false).await;
}

/// Has an agent contribute, whether or not that arrives, and then serve the same chain anew.
async fn a_mask_is_not_made_again(arrives: bool) {
    let world = World::new();
    let mut agents = started(&world, 1).await;
    let body = world.enrolment(Algorithm::Ed25519, tree(1, &ids(&agents)));
    let id = world.submit(world.approved(&body, &[], None));
    if !arrives {
        world.enclave.answer((0..1_000).map(|_| Err(DeliverError::Unanswered("down".into()))));
    }
    world.wake(&agents[0], id, 1);
    let kept = world.chain.advance();
    if arrives {
        world.delivered(id, 1, 1).await;
        agents[0].settled(&world).await;
        agents[0].stop().await;
    } else {
        eventually("a try", || world.enclave.tries() > 0).await;
        agents[0].kill().await;
        settled(&world, &[]).await;
    }
    let entries = agents[0].store().log_entries();

    // The chain goes on from before the request: the same one is made again, with another session.
    let restored = World::new();
    let state = restored.approved(&body, &[], None);
    assert_eq!(restored.submit(state), id);
    agents[0].start(&restored);
    restored.wake(&agents[0], id, 1);
    // As long as it is behind what was final, nothing of it is judged.
    assert!(restored.chain.finalised_head().number < kept.number);
    agents[0].settled(&restored).await;
    assert_eq!(restored.chain.reads(id), 0);
    // Nor is anything sealed when it has passed that.
    restored.chain.author();
    let head = restored.chain.author();
    assert!(head.number > kept.number);
    restored.chain.finalise(head);
    restored.wake(&agents[0], id, 1);
    agents[0].settled(&restored).await;
    assert!(restored.chain.reads(id) > 0, "it was judged");
    assert!(restored.enclave.deliveries_for(id, 1).is_empty());
    agents[0].stop().await;
    assert_eq!(agents[0].store().log_entries(), entries);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_enrolments_of_a_key_never_share_a_mask() {
    // The same agent, the same key, the same window: request and session are others, and so is the mask.
    let world = World::new();
    let agents = started(&world, 1).await;
    let body = world.enrolment(Algorithm::Ed25519, tree(1, &ids(&agents)));
    let mut masks = Vec::new();
    for _ in 0..2 {
        let mut again = body.clone();
        again.expires += masks.len() as u32;
        let id = world.submit(world.approved(&again, &[], None));
        world.wake(&agents[0], id, 1);
        world.chain.advance();
        let deliveries = world.delivered(id, 1, 1).await;
        masks.push(world.enclave.open(&deliveries[0])[..32].to_vec());
    }
    assert_ne!(masks[0], masks[1]);
}
