use std::time::{Duration, Instant};

use crate::world::*;
use regent_enclave::rpc::{REFUSED, TOO_FEW_SHARES, UNKNOWN_SESSION};
use regent_primitives::{
    enclave_api::{DeliveryStatus, DELIVER_METHOD},
    Algorithm, SessionId, H256,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_share_is_named_and_the_operation_succeeds() {
    for algorithm in [Algorithm::EcdsaSecp256k1, Algorithm::MlDsa65] {
        let world = World::new().await;
        let token = world.enrol(algorithm).await;
        let scene = world.sign_raw(&token, b"payload").await;
        world.client.deliver(&scene.corrupt_share(1)).await.unwrap();
        scene.deliver(&[0, 2, 3]).await;
        let outcome = scene.execute().await.unwrap();
        assert_eq!(outcome.faulty, vec![scene.path(1)]);
        assert_eq!(outcome.receipt.receipt.faulty.to_vec(), vec![scene.path(1)]);
        let leaves: Vec<_> = [0, 2, 3].map(|leaf| scene.path(leaf)).into();
        assert_eq!(outcome.receipt.receipt.leaves.to_vec(), leaves);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_that_do_not_open_or_are_no_scalars_are_named_too() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    let sign_again = |mut delivery: regent_primitives::enclave_api::Delivery, leaf: usize| {
        delivery.release.sealed_hash = delivery.sealed.hash(genesis());
        let agent = world.agent_of(&token.tree, leaf);
        delivery.release = agent.identity.sign_release(genesis(), delivery.release);
        delivery
    };
    // Changed after sealing, by its own agent.
    let mut broken = scene.share(0);
    let last = broken.sealed.ciphertext.len() - 1;
    broken.sealed.ciphertext[last] ^= 1;
    world.client.deliver(&sign_again(broken, 0)).await.unwrap();
    // Sealed right, and no canonical scalar inside.
    let agent = world.agent_of(&token.tree, 1);
    let beyond = agent.deliver(&scene.session, &scene.subject, &scene.path(1), &[0xff; 32]);
    world.client.deliver(&beyond).await.unwrap();
    scene.deliver(&[2, 3, 4]).await;
    let outcome = scene.execute().await.unwrap();
    assert_eq!(outcome.faulty, vec![scene.path(0), scene.path(1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_execution_goes_on_waiting_when_a_share_was_wrong() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Bip340).await;
    let mut scene = world.sign_raw(&token, b"payload").await;
    world.client.deliver(&scene.corrupt_share(0)).await.unwrap();
    scene.deliver(&[1, 2]).await;
    scene.execution.patience_milliseconds = 100;
    let refusal = scene.execute().await.unwrap_err();
    assert_eq!(refusal.code, TOO_FEW_SHARES);
    assert!(refusal.text.contains("2 of 5") && refusal.text.contains("wrong: leaf 1"));
    scene.deliver(&[4]).await;
    let outcome = scene.execute().await.unwrap();
    assert_eq!(outcome.faulty, vec![scene.path(0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_never_counts_twice() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Sr25519).await;
    let mut scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1]).await;
    // The same bytes, and the same share sealed again.
    let again = scene.share(1);
    for _ in 0..2 {
        assert_eq!(world.client.deliver(&again).await.unwrap(), DeliveryStatus::Duplicate);
    }
    scene.execution.patience_milliseconds = 50;
    let refusal = scene.execute().await.unwrap_err();
    assert!(refusal.text.contains("2 of 5"), "{}", refusal.text);
    // After the execution is known, too.
    assert_eq!(world.client.deliver(&scene.share(0)).await.unwrap(), DeliveryStatus::Duplicate);
    scene.deliver(&[2]).await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_agent_does_not_count_and_is_refused_once_known() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let mut scene = world.sign_raw(&token, b"payload").await;
    scene.execution.patience_milliseconds = 50;
    let stranger = Agent::new();
    let share = scene.share(2);
    // A stranger delivers the share of another, signed with its own key, before anybody knows.
    let mut stolen = share.clone();
    stolen.release = stranger.identity.sign_release(genesis(), stolen.release);
    assert_eq!(world.client.deliver(&stolen).await.unwrap(), DeliveryStatus::Accepted);
    scene.deliver(&[0, 1]).await;
    assert!(scene.execute().await.unwrap_err().text.contains("2 of 5"));
    // It did not take the leaf's place either.
    let other = Agent::new();
    stolen.release = other.identity.sign_release(genesis(), stolen.release);
    let refusal = world.client.deliver(&stolen).await.unwrap_err();
    assert_eq!(refusal.code, REFUSED);
    assert!(refusal.text.starts_with("release.agent:"), "{}", refusal.text);
    scene.deliver(&[2]).await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_for_something_else_is_refused_and_never_opens() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let mut scene = world.sign_raw(&token, b"payload").await;
    scene.execution.patience_milliseconds = 50;
    let mut other = scene.subject.clone();
    other.payload_hash = H256([0xee; 32]);
    let agent = world.agent_of(&token.tree, 0);
    let wrong = agent.release(&scene.session, &other, &token, 0);
    world.client.deliver(&wrong).await.unwrap();
    scene.deliver(&[1, 2]).await;
    assert!(scene.execute().await.unwrap_err().text.contains("2 of 5"));
    let agent = world.agent_of(&token.tree, 3);
    let wrong = agent.release(&scene.session, &other, &token, 3);
    let refusal = world.client.deliver(&wrong).await.unwrap_err();
    assert!(refusal.text.starts_with("release.aad:"), "{}", refusal.text);
    // Claiming the right one does not help: the seal binds it.
    let mut claimed = wrong;
    claimed.release.aad = aad(&scene.session, &scene.subject, &scene.path(3));
    claimed.release = agent.identity.sign_release(genesis(), claimed.release);
    world.client.deliver(&claimed).await.unwrap();
    let refusal = scene.execute().await.unwrap_err();
    assert!(refusal.text.contains("wrong: leaf 4"), "{}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_bound_to_session_bytes_and_signature() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    let other = world.sign_raw(&token, b"other").await;
    let agent = world.agent_of(&token.tree, 0);
    let whole = scene.share(0);

    let mut unknown = whole.clone();
    unknown.release.session = SessionId(H256([1; 32]));
    let refusal = world.client.deliver(&unknown).await.unwrap_err();
    assert_eq!(refusal.code, UNKNOWN_SESSION);
    assert!(refusal.text.contains("enclave_openSession"));

    let mut moved = whole.clone();
    moved.release.session = other.session.id;
    moved.release = agent.identity.sign_release(genesis(), moved.release);
    let refusal = world.client.deliver(&moved).await.unwrap_err();
    assert!(refusal.text.starts_with("release.request:"), "{}", refusal.text);

    let mut attempt = whole.clone();
    attempt.release.attempt = 2;
    let refusal = world.client.deliver(&attempt).await.unwrap_err();
    assert!(refusal.text.starts_with("release.attempt:"), "{}", refusal.text);

    let mut swapped = whole.clone();
    swapped.sealed = scene.share(1).sealed;
    let refusal = world.client.deliver(&swapped).await.unwrap_err();
    assert!(refusal.text.starts_with("release.sealed_hash:"), "{}", refusal.text);

    let mut unsigned = whole.clone();
    unsigned.release.finalised_hash = H256([1; 32]);
    let refusal = world.client.deliver(&unsigned).await.unwrap_err();
    assert!(refusal.text.starts_with("release.signature:"), "{}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_names_the_block_of_the_last_used_release_to_arrive() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    for (leaf, block) in [(3, 1), (0, 2), (4, 3), (1, 4)] {
        let mut delivery = scene.share(leaf);
        delivery.release.finalised_hash = H256([block; 32]);
        let agent = world.agent_of(&token.tree, leaf);
        delivery.release = agent.identity.sign_release(genesis(), delivery.release);
        world.client.deliver(&delivery).await.unwrap();
    }
    let receipt = scene.execute().await.unwrap().receipt.receipt;
    // Three were enough: the fourth is not used.
    assert_eq!(receipt.leaves.len(), 3);
    assert_eq!(receipt.finalised_hash, H256([3; 32]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_contribution_is_named_and_left_out() {
    let world = World::new().await;
    let body = world.enrolment(Algorithm::EcdsaP256, world.tree());
    let session = world.client.open(&world.open_for(&body)).await.unwrap();
    let subject = world.enrolment_subject(&session, &body);
    for (at, (leaf, _)) in world.tree().leaves().iter().enumerate() {
        let delivery = if at == 2 {
            world.agents[at].deliver(&session, &subject, leaf, &[1; 16])
        } else {
            world.agents[at].contribute(&session, &subject, leaf)
        };
        world.client.deliver(&delivery).await.unwrap();
    }
    // All are there: nobody waits for the patience to pass.
    let mut execution = world.execution(&session, body, &[], None);
    execution.patience_milliseconds = 60_000;
    let outcome = world.client.execute(&execution).await.unwrap();
    let token = outcome.token.unwrap();
    assert_eq!(outcome.faulty, vec![world.tree().leaves()[2].0.clone()]);
    assert!(!token.is_present(2) && token.is_present(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_is_refused_by_its_form() {
    let world = World::new().await;
    let call = |text: &str| {
        let (client, text) = (world.client.clone(), text.to_owned());
        async move { client.call_hex::<DeliveryStatus>(DELIVER_METHOD, text).await.unwrap_err() }
    };
    for (text, expected) in [
        ("00", "expected 0x"),
        ("0xzz", "hexadecimal"),
        ("0x00", "not the SCALE encoding of Delivery"),
    ] {
        let refusal = call(text).await;
        assert_eq!(refusal.code, -32602);
        assert!(refusal.text.contains(expected), "{}", refusal.text);
    }
    let long = format!("0x{}", "00".repeat(2_049));
    let refusal = call(&long).await;
    assert_eq!(refusal.code, -32602);
    assert!(refusal.text.contains("params[0]: 2049 bytes, expected at most 2048; no Delivery is"));
    // Nothing longer than an execution is read at all: the answer comes, or the connection closes,
    // while the client still sends. The next request is served.
    let longest = format!("0x{}", "00".repeat(1_900_000));
    let refusal = call(&longest).await;
    let closed = refusal.text.contains("413") || refusal.text.contains("SendRequest");
    assert!(closed, "{}", refusal.text);
    // The client learns that its connection is closed by using it.
    let deadline = Instant::now() + Duration::from_secs(10);
    while call("00").await.code != -32602 {
        assert!(Instant::now() < deadline, "the next request is served");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_cannot_fill_a_session_that_knows_its_agents() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let mut scene = world.sign_raw(&token, b"payload").await;
    let rubbish = scene.share(0);
    for _ in 0..256 {
        let stranger = Agent::new();
        let mut delivery = rubbish.clone();
        delivery.release = stranger.identity.sign_release(genesis(), delivery.release);
        world.client.deliver(&delivery).await.unwrap();
    }
    let refusal = world.client.deliver(&scene.share(1)).await.unwrap_err();
    assert!(refusal.text.contains("256 are kept already"), "{}", refusal.text);
    scene.execution.patience_milliseconds = 10;
    scene.execute().await.unwrap_err();
    scene.deliver(&[1, 2, 3]).await;
    assert!(scene.execute().await.is_ok());
}
