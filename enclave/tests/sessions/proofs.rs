//! Who asks brings the chain's proof: whatever is not proven, or is no reason to operate, is refused by
//! the name of its rule, and the session then serves the truth.

use std::time::{Duration, Instant};

use codec::Encode;
use regent_enclave::rpc::{BEHIND, REFUSED, TOO_FEW_SHARES};
use regent_primitives::{
    chain_proof::{ChainProof, JustifiedHeader},
    enclave_api::Execution,
    Algorithm, BoundedVec, KeyState, RequestStatus, H256,
};
use regent_proof::{layout, Fragment, TrustedBlock};

use crate::{
    blocks::{
        assembled, handoff, justified, justified_header, origin, proof_nodes, validators, votes,
        Chain,
    },
    world::*,
};

/// Refused, by this rule of the proof or of what it proves.
async fn refused_with(scene: &Scene<'_>, chain: ChainProof, rule: &str) {
    let execution = Execution { chain, ..scene.execution.clone() };
    let refusal = scene.world.client.execute(&execution).await.unwrap_err();
    assert_eq!(refusal.code, REFUSED, "{}", refusal.text);
    let words = format!("chain: {rule}: ");
    assert!(refusal.text.starts_with(&words), "{rule}: {}", refusal.text);
}

/// The chain says so, and proves it.
async fn refused(scene: &Scene<'_>, change: impl FnOnce(&mut Facts), rule: &str) {
    let mut facts = scene.facts();
    change(&mut facts);
    refused_with(scene, scene.world.prove(&facts), rule).await;
}

/// A proof of the truth, changed.
async fn forged(scene: &Scene<'_>, change: impl FnOnce(&mut ChainProof), rule: &str) {
    let mut proof = scene.world.prove(&scene.facts());
    change(&mut proof);
    refused_with(scene, proof, rule).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_not_approved_by_the_chain_is_refused() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    for status in [
        RequestStatus::Pending { stage: 1 },
        RequestStatus::Completed,
        RequestStatus::Denied,
        RequestStatus::Expired,
        RequestStatus::Cancelled,
        RequestStatus::Failed,
    ] {
        let change = |facts: &mut Facts| facts.request.as_mut().unwrap().status = status;
        refused(&scene, change, "not-approved").await;
    }
    let unlogged = |facts: &mut Facts| facts.request.as_mut().unwrap().approved_entry = None;
    refused(&scene, unlogged, "not-logged").await;
    refused(&scene, |facts| facts.request = None, "no-request").await;
    let other = |facts: &mut Facts| facts.request.as_mut().unwrap().body.expires += 1;
    refused(&scene, other, "other-request").await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_executing_request_is_served_and_its_approval_is_the_receipts_previous() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let mut scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    let mut facts = scene.facts();
    let record = facts.request.as_mut().unwrap();
    record.status = RequestStatus::Executing;
    record.approved_entry = Some(H256([5; 32]));
    scene.execution.chain = world.prove(&facts);
    let outcome = world.client.execute(&scene.execution).await.unwrap();
    assert_eq!(outcome.receipt.receipt.previous, H256([5; 32]));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_session_than_the_one_made_here_is_refused() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    let elsewhere = world.sign_raw(&token, b"elsewhere").await;
    scene.deliver(&[0, 1, 2]).await;
    refused(&scene, |facts| facts.session = None, "no-session").await;
    let other = elsewhere.session.clone();
    let foreign = |facts: &mut Facts| facts.session.as_mut().unwrap().session = other;
    refused(&scene, foreign, "other-session").await;
    let kem = elsewhere.session.kem_public.clone();
    let keys = |facts: &mut Facts| facts.session.as_mut().unwrap().session.kem_public = kem;
    refused(&scene, keys, "other-session").await;
    let signer = |facts: &mut Facts| {
        facts.session.as_mut().unwrap().session.signing_public = [1; 32];
    };
    refused(&scene, signer, "other-session").await;
    let evidence = |facts: &mut Facts| {
        facts.session.as_mut().unwrap().session.evidence.bytes = bounded(vec![1]);
    };
    refused(&scene, evidence, "other-session").await;
    let over = |facts: &mut Facts| facts.session.as_mut().unwrap().deadline = 1;
    refused(&scene, over, "deadline-passed").await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_serves_nothing_is_refused() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let other = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    for state in [KeyState::Pending, KeyState::Retiring, KeyState::Retired] {
        let change = |facts: &mut Facts| facts.epoch.as_mut().unwrap().state = state;
        refused(&scene, change, "key-not-active").await;
    }
    refused(&scene, |facts| facts.freeze = Some((true, false)), "key-frozen").await;
    refused(&scene, |facts| facts.freeze = Some((false, true)), "key-frozen").await;
    refused(&scene, |facts| facts.token = Some(other), "other-token").await;
    refused(&scene, |facts| facts.token = None, "no-key").await;
    refused(&scene, |facts| facts.key = None, "no-key").await;
    refused(&scene, |facts| facts.epoch = None, "no-key").await;
    assert!(scene.execute().await.is_ok());

    // What is to be enrolled is new.
    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let session = world.client.open(&world.open_for(&body)).await.unwrap();
    let mut execution = world.execution(&session, body.clone(), &[], None);
    let mut facts = world.facts(&session, &body, None);
    facts.key = world.facts(&session, &body, Some(&token)).key;
    execution.chain = world.prove(&facts);
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert!(refusal.text.starts_with("chain: key-enrolled: "), "{}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_counts_by_the_proven_block() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    world.ledger().chain.grow_to(EXPIRES);
    let refusal = scene.execute().await.unwrap_err();
    assert_eq!(refusal.code, REFUSED);
    assert!(refusal.text.contains("expires: block 190 has passed"), "{}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_head_is_refused() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    // Slots of half a second: a little more than thirty.
    world.ledger().age = 64;
    refused(&scene, |_| (), "stale").await;
    world.ledger().age = 0;
    assert!(scene.execute().await.is_ok());
}

/// A key may be frozen while shares are waited for.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_acted_on_for_30_seconds_and_then_a_new_one_is_asked_for() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1]).await;
    // Slots of half a second: it has two seconds left at the most, of a patience of five.
    world.ledger().age = 56;
    let started = Instant::now();
    let refusal = scene.execute().await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(4));
    assert_eq!(refusal.code, TOO_FEW_SHARES, "{}", refusal.text);
    assert!(refusal.text.contains("2 of 5 leaves"), "{}", refusal.text);
    assert!(refusal.text.contains("with a new proof"), "{}", refusal.text);
    // What came too late for it is there for the next.
    scene.deliver(&[2]).await;
    assert_eq!(world.client.info().await.sessions, 1);
    world.ledger().age = 0;
    refused(&scene, |facts| facts.freeze = Some((true, false)), "key-frozen").await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_leaf_is_left_out_because_a_proof_is_too_old() {
    let world = World::new().await;
    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let session = world.client.open(&world.open_for(&body)).await.unwrap();
    let subject = world.enrolment_subject(&session, &body);
    for (index, (leaf, _)) in world.tree().leaves().into_iter().enumerate().take(4) {
        let delivery = world.agent_of(&world.tree(), index).contribute(&session, &subject, &leaf);
        world.client.deliver(&delivery).await.unwrap();
    }
    world.ledger().age = 56;
    let mut execution = world.execution(&session, body.clone(), &[], None);
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert_eq!(refusal.code, TOO_FEW_SHARES, "{}", refusal.text);
    assert!(refusal.text.contains("4 of 5 leaves"), "{}", refusal.text);
    // Whoever has no more patience says so.
    world.ledger().age = 0;
    execution.chain = world.prove(&world.facts(&session, &body, None));
    execution.patience_milliseconds = 10;
    let outcome = world.client.execute(&execution).await.unwrap();
    assert_eq!(outcome.receipt.receipt.leaves.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_goes_back_by_some_blocks_and_no_further_whoever_brings_it() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    let mut fork = world.ledger().clone();
    let slower = world.sign_raw(&token, b"slower").await;
    let later = world.sign_raw(&token, b"later").await;
    for each in [&scene, &slower, &later] {
        each.deliver(&[0, 1, 2]).await;
    }
    let seen = fork.chain.newest().number + 21;
    world.ledger().chain.grow_to(seen - 1);
    assert!(later.execute().await.is_ok());

    // Of two nodes, one is always the slower.
    assert!(world.client.execute(&slower.execution).await.is_ok());
    let refusal = world.client.execute(&scene.execution).await.unwrap_err();
    assert_eq!(refusal.code, BEHIND);
    assert!(refusal.text.starts_with("chain: behind: "), "{}", refusal.text);
    // A second block at the height of the newest, finalised by the same authorities.
    fork.chain.salt += 1;
    fork.chain.grow_to(seen - 1);
    fork.push(&scene.facts());
    refused_with(&scene, fork.prove(&scene.facts()), "equivocation").await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_justification_is_refused() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    let signed = |by: &dyn Fn(&Chain) -> Vec<u8>| -> JustifiedHeader {
        let ledger = world.ledger();
        let header = ledger.chain.newest().clone();
        justified_header(&Fragment { header, justification: by(&ledger.chain) })
    };
    let strangers = |chain: &Chain| justified(&validators(9, 4), chain.newest(), 0);
    forged(&scene, |proof| proof.head = signed(&strangers), "unknown-voter").await;
    let few = |chain: &Chain| {
        let votes = votes(&chain.validators[..2], chain.newest(), 0);
        assembled(chain.newest(), votes, Vec::new()).encode()
    };
    forged(&scene, |proof| proof.head = signed(&few), "too-few-votes").await;
    let before = |chain: &Chain| {
        let at = chain.headers.len() - 2;
        justified(&chain.validators, &chain.headers[at], 0)
    };
    forged(&scene, |proof| proof.head = signed(&before), "other-block").await;
    let next_set = |chain: &Chain| justified(&chain.validators, chain.newest(), 1);
    forged(&scene, |proof| proof.head = signed(&next_set), "other-set").await;
    forged(&scene, |proof| proof.head.justification = bounded(vec![7; 9]), "malformed").await;
    forged(&scene, |proof| proof.head.header = bounded(vec![7; 9]), "malformed").await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn retired_authorities_finalise_nothing() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    let mut retired = world.ledger().clone();
    world.ledger().hand_over(validators(2, 4));
    // Without the handoff, the new ones are nobody; with it, the old ones are.
    let hidden = |proof: &mut ChainProof| proof.handoffs = BoundedVec::default();
    forged(&scene, hidden, "unknown-voter").await;
    let by_strangers = |proof: &mut ChainProof| {
        let ledger = world.ledger();
        let number = u32::try_from(ledger.chain.headers.len()).unwrap() - 3;
        proof.handoffs = bounded(vec![handoff(&ledger.chain, number, &validators(9, 4), 0)]);
    };
    forged(&scene, by_strangers, "unknown-voter").await;
    let mut last = world.sign_raw(&token, b"under the new ones").await;
    last.execution.patience_milliseconds = 1;
    let refusal = last.execute().await.unwrap_err();
    assert_eq!(refusal.code, TOO_FEW_SHARES, "{}", refusal.text);
    // The old ones go on, on a fork that is longer.
    let newest = world.ledger().chain.newest().number;
    retired.chain.grow_to(newest + 3);
    retired.push(&scene.facts());
    refused_with(&scene, retired.prove(&scene.facts()), "unknown-voter").await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_chain_is_refused_and_so_is_another_beginning() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    let mut other = Ledger::new();
    other.chain = Chain::new(validators(3, 4));
    let newest = world.ledger().chain.newest().number;
    other.chain.grow_to(newest);
    other.push(&scene.facts());
    refused_with(&scene, other.prove(&scene.facts()), "other-anchor").await;
    let beginning = origin(&other.chain, 0);
    forged(&scene, |proof| proof.origin = beginning, "other-anchor").await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enclave_with_a_checkpoint_begins_there() {
    let mut ledger = Ledger::new();
    ledger.chain.grow_to(5);
    ledger.hand_over(validators(2, 4));
    let (at, hash) = (ledger.chain.newest().number, ledger.chain.newest().hash());
    let trusted = TrustedBlock { number: at, hash };
    let world = World::with(|settings| settings.checkpoint = Some(trusted), |_| {}).await;
    let info = world.client.info().await;
    assert_eq!((info.genesis, info.origin, info.followed), (genesis(), hash, at));

    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let session = world.client.open(&world.open_for(&body)).await.unwrap();
    let mut execution = world.execution(&session, body.clone(), &[], None);
    execution.patience_milliseconds = 1;
    let facts = ledger.facts(&session, &body, None);
    ledger.push(&facts);
    execution.chain = ledger.prove(&facts);
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert!(refusal.text.starts_with("chain: other-anchor: "), "{}", refusal.text);
    execution.chain.origin = origin(&ledger.chain, at);
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert_eq!(refusal.code, TOO_FEW_SHARES, "{}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_of_something_else_prove_nothing() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let other = world.enrol(Algorithm::Sr25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    let elsewhere = world.sign_raw(&other, b"elsewhere").await;
    scene.deliver(&[0, 1, 2]).await;
    // Of another request for another key, in the same state.
    let facts = elsewhere.facts();
    let foreign = |proof: &mut ChainProof| proof.nodes = world.ledger().prove(&facts).nodes;
    forged(&scene, foreign, "missing-node").await;
    // All that is asked, and more.
    let more = |proof: &mut ChainProof| {
        let mut nodes: Vec<_> = proof.nodes.iter().map(|node| node.to_vec()).collect();
        let others = world.ledger().prove(&facts).nodes;
        for node in others.iter().map(|node| node.to_vec()) {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        proof.nodes = proof_nodes(nodes);
    };
    forged(&scene, more, "unused-nodes").await;
    let twice = |proof: &mut ChainProof| {
        let mut nodes: Vec<_> = proof.nodes.iter().map(|node| node.to_vec()).collect();
        nodes.push(nodes[0].clone());
        proof.nodes = proof_nodes(nodes);
    };
    forged(&scene, twice, "duplicate-node").await;
    // The state of an earlier block.
    let old = scene.execution.chain.nodes.clone();
    forged(&scene, |proof| proof.nodes = old, "other-root").await;
    forged(&scene, |proof| proof.nodes = BoundedVec::default(), "other-root").await;
    let large = |proof: &mut ChainProof| proof.nodes = proof_nodes(vec![vec![0; 65_536]; 8]);
    forged(&scene, large, "too-large").await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_code_is_not_believed() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    let upgrade = |code: &[u8]| {
        world.ledger().chain.push_with(Vec::new(), |state| state.set_bytes(layout::CODE, code));
    };
    upgrade(&[7; 100]);
    refused(&scene, |_| (), "unknown-code").await;
    upgrade(&crate::blocks::code());
    assert!(scene.execute().await.is_ok());
}
