use crate::world::*;
use regent_enclave::rpc::REFUSED;
use regent_primitives::{
    enclave_api::Execution, payload::payload_hash, Algorithm, EvidenceKind, LeafPath, Measurement,
    Operation, PayloadFormat, H256,
};
use regent_protocol::seal::SessionKem;

/// Refused with these words, and nothing was opened: the same session then serves the true one.
async fn refused(scene: &Scene<'_>, change: impl FnOnce(&mut Execution), words: &str) {
    let mut execution = scene.execution.clone();
    change(&mut execution);
    let refusal = scene.world.client.execute(&execution).await.unwrap_err();
    assert_eq!(refusal.code, REFUSED, "{}", refusal.text);
    assert!(refusal.text.contains(words), "{words:?} is not in {:?}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_approved_is_refused_and_the_session_lives_on() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;

    refused(&scene, |e| e.payload = b"Payload".to_vec(), "payload: its hash is").await;
    refused(&scene, |e| e.body.salt = [0; 32], "body: its id is").await;
    refused(&scene, |e| e.approvals.truncate(1), "approvals: stage 1 has 0, expected 1").await;
    refused(&scene, |e| e.approvals.clear(), "approvals: stage 0 has 0, expected 1").await;
    refused(&scene, |e| e.approvals.swap(0, 1), "approve in order").await;
    refused(&scene, |e| e.approvals[1] = e.approvals[0].clone(), "and stage 1 is open").await;
    let forge = |e: &mut Execution| e.approvals[0].approver = e.approvals[1].approver.clone();
    refused(&scene, forge, "not a member of the role of stage 0").await;
    let forge = |e: &mut Execution| e.approvals[0].signature = e.approvals[1].signature.clone();
    refused(&scene, forge, "not over this message by this account").await;
    let other = |e: &mut Execution| e.policy.maximum_lifetime += 1;
    refused(&scene, other, "lineage: starts with").await;

    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_other_keys_epochs_or_shapes_are_refused() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let other = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    refused(&scene, |e| e.token = None, "token: missing").await;
    refused(&scene, |e| e.token = Some(other.clone()), "token.key_id: not the request's").await;
    let epoch = |e: &mut Execution| e.token.as_mut().unwrap().epoch = 1;
    refused(&scene, epoch, "token.epoch").await;
    let shape = |e: &mut Execution| e.token.as_mut().unwrap().public_key = bounded(vec![0; 31]);
    refused(&scene, shape, "token: wrong shape").await;
    let public = other.public_key.clone();
    let foreign = |e: &mut Execution| e.token.as_mut().unwrap().public_key = public;
    refused(&scene, foreign.clone(), "chain: other-token: the token hashes to").await;
    // The chain says the same: the right shares do not make that key, and nobody is blamed.
    let lie = |e: &mut Execution| {
        foreign(e);
        e.chain = world.prove(&world.facts(&scene.session, &e.body, e.token.as_ref()));
    };
    refused(&scene, lie, "token: valid shares do not yield the token's key").await;
    let outcome = scene.execute().await.unwrap();
    assert_eq!(outcome.faulty, Vec::<LeafPath>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_other_commitments_leaves_no_blame_behind() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let other = world.enrol(Algorithm::Ed25519).await;
    let mut scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    let mut forged = scene.execution.clone();
    forged.patience_milliseconds = 10;
    forged.token.as_mut().unwrap().commitments = other.commitments.clone();
    forged.token.as_mut().unwrap().public_key = other.public_key.clone();
    forged.chain = world.prove(&world.facts(&scene.session, &forged.body, forged.token.as_ref()));
    let refusal = world.client.execute(&forged).await.unwrap_err();
    assert!(refusal.text.contains("0 of 5"), "{}", refusal.text);
    scene.execution.patience_milliseconds = 10;
    let outcome = scene.execute().await.unwrap();
    assert!(outcome.faulty.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_does_not_accept_this_enclave_is_obeyed() {
    let other = Measurement { kind: EvidenceKind::Simulated, digest: H256([1; 32]) };
    let world = World::with(|_| {}, |policy| policy.measurements = bounded(vec![other])).await;
    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let session = world.client.open(&world.open_for(&body)).await.unwrap();
    let execution = world.execution(&session, body, &[], None);
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert!(refusal.text.starts_with("policy.measurements: this enclave"), "{}", refusal.text);
    assert!(refusal.text.contains("use an enclave it accepts"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_does_not_allow_is_refused_with_every_reason() {
    let world = World::with(|_| {}, |policy| policy.allow_raw = false).await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    refused(&scene, |_| {}, "the policy has allow_raw off").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_must_do_what_was_declared() {
    let asset = regent_primitives::Asset::Ether { chain_id: 1 };
    let limit = regent_primitives::AssetLimit {
        asset,
        maximum: 1_000.into(),
        maximum_fee: 1_000_000_000u64.into(),
    };
    let world = World::with(|_| {}, |policy| policy.limits = bounded(vec![limit])).await;
    let token = world.enrol(Algorithm::EcdsaSecp256k1).await;
    let gas = regent_payload::ethereum::Gas {
        chain_id: 1,
        nonce: 0,
        limit: 21_000,
        max_fee_per_gas: 1_000,
        max_priority_fee_per_gas: 10,
    };
    let payload = regent_payload::ethereum::eip1559_transfer(&gas, [0xaa; 20], 900.into());
    let format = PayloadFormat::EthereumTransaction;
    let mut body = world.request(&token, Operation::Sign { format }, &payload);
    // Declared, and approved: 500. The bytes move 900.
    body.effect.transfers = bounded(vec![regent_primitives::Transfer {
        recipient: bounded(vec![0xaa; 20]),
        asset,
        amount: 500.into(),
    }]);
    body.effect.fee = Some(regent_primitives::Fee { asset, amount: 21_000_000.into() });
    let session = world.client.open(&world.open_for(&body)).await.unwrap();
    let execution = world.execution(&session, body, &payload, Some(&token));
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert!(refusal.text.contains("does not do what was declared"), "{}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_algorithm_does_only_what_it_can() {
    let world = World::new().await;
    let kem = world.enrol(Algorithm::MlKem768).await;
    let scene = world.sign_raw(&kem, &[1; 1_088]).await;
    refused(&scene, |_| {}, "a key of ml-kem-768 does not Sign").await;
    let signing = world.enrol(Algorithm::Ed25519).await;
    let (_, public) = SessionKem::generate().expect("random bytes");
    let operation = Operation::Decrypt { result_key: bounded(public) };
    let scene = world.scene(&signing, operation, &[1; 64]).await;
    refused(&scene, |_| {}, "a key of ed25519 does not Decrypt").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ciphertext_of_another_key_ends_the_session_without_a_result() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Aes256Gcm).await;
    let (_, public) = SessionKem::generate().expect("random bytes");
    let operation = Operation::Decrypt { result_key: bounded(public) };
    let scene = world.scene(&token, operation, &[1; 64]).await;
    scene.deliver(&[0, 1, 2]).await;
    for _ in 0..2 {
        let refusal = scene.execute().await.unwrap_err();
        assert_eq!(refusal.code, regent_enclave::rpc::ENDED);
        assert!(refusal.text.contains("does not authenticate"), "{}", refusal.text);
        assert!(refusal.text.contains("open the next attempt"), "{}", refusal.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_brings_no_token_and_names_its_own_key() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let session = world.client.open(&world.open_for(&body)).await.unwrap();
    let execution = world.execution(&session, body.clone(), &[], Some(&token));
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert!(refusal.text.contains("leave it out"), "{}", refusal.text);

    let mut foreign = body;
    foreign.key = token.key_id;
    foreign.payload_hash = payload_hash(genesis(), PayloadFormat::Empty, &[]);
    let session = world.client.open(&world.open_for(&foreign)).await.unwrap();
    let execution = world.execution(&session, foreign, &[], None);
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert!(refusal.text.contains("as derived from requester and salt"), "{}", refusal.text);
}
