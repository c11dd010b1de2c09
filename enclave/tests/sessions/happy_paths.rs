use crate::{eventually::eventually, world::*};
use regent_payload::bitcoin_tx::{p2wpkh_address, p2wpkh_psbt, script_of_address, Payment};
use regent_primitives::{
    enclave_api::{DeliveryStatus, Outcome},
    receipt::result_hash,
    AccessTree, Algorithm, Asset, AssetLimit, BitcoinNetwork, Effect, Fee, KeyKind, Operation,
    Participant, PayloadFormat, RegenToken, Transfer, TreeNode, H256,
};
use regent_protocol::seal::SessionKem;
use sp_core::Pair;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_each_algorithm_is_enrolled_and_fits_its_shape() {
    let world = World::new().await;
    for algorithm in Algorithm::ALL {
        let token = world.enrol(algorithm).await;
        token.check_shape().unwrap();
        assert_eq!(token.algorithm, algorithm);
        assert_eq!(token.window, WINDOW);
        regent_protocol::verify_token(&token).unwrap();
        assert!((0..5).all(|leaf| token.is_present(leaf)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_signing_key_signs_with_any_three_of_five() {
    let world = World::new().await;
    let signing = Algorithm::ALL
        .into_iter()
        .filter(|a| !matches!(a, Algorithm::Aes256Gcm | Algorithm::MlKem768));
    for (at, algorithm) in signing.enumerate() {
        let token = world.enrol(algorithm).await;
        let scene = world.sign_raw(&token, b"to whom it may concern").await;
        scene.deliver([&[0, 1, 2], &[4, 3, 1], &[2, 0, 4]][at % 3]).await;
        let outcome = scene.execute().await.unwrap();
        assert!(outcome.token.is_none() && outcome.faulty.is_empty());
        let [signature] = outcome.result.as_slice() else { panic!("one signature") };
        let message = b"to whom it may concern";
        regent_payload::raw::verify(algorithm, &token.public_key, message, signature).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_states_what_was_done_and_is_signed_by_the_session() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[4, 0, 2]).await;
    let outcome = scene.execute().await.unwrap();
    assert!(outcome.receipt.verify(genesis(), &scene.session.signing_public));
    let receipt = outcome.receipt.receipt;
    let body = &scene.execution.body;
    assert_eq!(receipt.request, body.id(genesis()));
    assert_eq!(receipt.attempt, 1);
    assert_eq!((receipt.key, receipt.epoch), (token.key_id, 0));
    assert_eq!(receipt.operation, body.operation.kind());
    assert_eq!(receipt.payload_hash, body.payload_hash);
    assert_eq!(receipt.result_hash, result_hash(genesis(), &outcome.result));
    let leaves: Vec<_> = [0, 2, 4].map(|leaf| scene.path(leaf)).into();
    assert_eq!(receipt.leaves.to_vec(), leaves);
    assert!(receipt.faulty.is_empty());
    assert_eq!(receipt.policy, body.policy);
    assert_eq!(receipt.session, scene.session.id);
    assert_eq!(receipt.finalised_hash, H256([9; 32]));
    assert_eq!(receipt.previous, PREVIOUS);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_attests_the_session() {
    let world = World::new().await;
    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let session = world.client.open(&world.open_for(&body)).await.unwrap();
    let measured =
        regent_attestation::verify(genesis(), &session.evidence, session.report_data(genesis()));
    assert_eq!(measured, Ok(regent_attestation::simulated::MEASUREMENT));
    let info = world.client.info().await;
    assert_eq!((info.genesis, info.sessions), (genesis(), 1));
    let expected = format!("http://{}", world.running.address);
    assert_eq!(session.endpoint.as_slice(), expected.as_bytes());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_execution_waits_for_shares_that_come_later() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Sr25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    let (client, execution) = (world.client.clone(), scene.execution.clone());
    let waiting = tokio::spawn(async move { client.execute(&execution).await });
    eventually("waiting for shares", || world.running.enclave.waiting() == 1).await;
    scene.deliver(&[1, 2]).await;
    assert!(!waiting.is_finished());
    scene.deliver(&[3]).await;
    assert_eq!(waiting.await.unwrap().unwrap().result.len(), 1);
    assert_eq!(world.running.enclave.waiting(), 0);
    // Who comes late is told that it is over.
    let late = world.client.deliver(&scene.share(4)).await.unwrap();
    assert_eq!(late, DeliveryStatus::NotNeeded);
}

/// What comes of a request that declares what its payload does.
async fn sign_declared(
    world: &World,
    token: &RegenToken,
    format: PayloadFormat,
    payload: &[u8],
    effect: Effect,
) -> Outcome {
    let mut body = world.request(token, Operation::Sign { format }, payload);
    body.effect = effect;
    let session = world.client.open(&world.open_for(&body)).await.unwrap();
    let subject = world.subject(token, &body);
    for leaf in [0, 1, 2] {
        let agent = world.agent_of(&token.tree, leaf);
        let delivery = agent.release(&session, &subject, token, leaf);
        world.client.deliver(&delivery).await.unwrap();
    }
    let execution = world.execution(&session, body, payload, Some(token));
    world.client.execute(&execution).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ethereum_transfer_is_parsed_and_signed() {
    let asset = Asset::Ether { chain_id: 1 };
    let limit =
        AssetLimit { asset, maximum: 1_000.into(), maximum_fee: 1_000_000_000_000_000u64.into() };
    let world = World::with(|_| {}, |policy| policy.limits = bounded(vec![limit])).await;
    let token = world.enrol(Algorithm::EcdsaSecp256k1).await;
    let gas = regent_payload::ethereum::Gas {
        chain_id: 1,
        nonce: 0,
        limit: 21_000,
        max_fee_per_gas: 1_000,
        max_priority_fee_per_gas: 10,
    };
    let payload = regent_payload::ethereum::eip1559_transfer(&gas, [0xaa; 20], 500.into());
    let format = PayloadFormat::EthereumTransaction;
    let effect = Effect {
        transfers: bounded(vec![Transfer {
            recipient: bounded(vec![0xaa; 20]),
            asset,
            amount: 500.into(),
        }]),
        fee: Some(Fee { asset, amount: 21_000_000.into() }),
    };
    let outcome = sign_declared(&world, &token, format, &payload, effect).await;
    // Assembling verifies each signature against the key.
    regent_payload::assemble(format, &payload, token.algorithm, &token.public_key, &outcome.result)
        .unwrap();
}

/// In consensus encoding, a transaction whose one output pays 50,000 satoshi to this script.
fn funding(number: u8, script: &[u8]) -> Vec<u8> {
    let spent = [[number; 32].as_slice(), &[0; 4], &[0], &[0xff; 4]].concat();
    let length = u8::try_from(script.len()).unwrap();
    let output = [50_000u64.to_le_bytes().as_slice(), &[length], script].concat();
    [2u32.to_le_bytes().as_slice(), &[1], &spent, &[1], &output, &[0; 4]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_p2wpkh_transaction_is_parsed_and_signed() {
    let network = BitcoinNetwork::Regtest;
    let asset = Asset::Bitcoin { network };
    let limit = AssetLimit { asset, maximum: 100_000.into(), maximum_fee: 2_000.into() };
    let world = World::with(|_| {}, |policy| policy.limits = bounded(vec![limit])).await;
    let token = world.enrol(Algorithm::EcdsaSecp256k1).await;
    let address = p2wpkh_address(&token.public_key, network).unwrap();
    let own = script_of_address(&address, network).unwrap();
    let bob = [[0x00u8, 0x14].as_slice(), &[0xb0; 20]].concat();
    let coins = [(funding(1, &own), 0), (funding(2, &own), 0)];
    let payments = [
        Payment { script: bob.clone(), satoshi: 60_000 },
        Payment { script: own, satoshi: 38_500 },
    ];
    let payload = p2wpkh_psbt(&token.public_key, &coins, &payments).unwrap();
    // The second output is change, and no transfer.
    let effect = Effect {
        transfers: bounded(vec![Transfer {
            recipient: bounded(bob),
            asset,
            amount: 60_000.into(),
        }]),
        fee: Some(Fee { asset, amount: 1_500.into() }),
    };
    let format = PayloadFormat::BitcoinPsbt;
    let outcome = sign_declared(&world, &token, format, &payload, effect).await;
    let (signatures, public) = (&outcome.result, &token.public_key);
    assert_eq!(signatures.len(), 2);
    assert_ne!(signatures[0], signatures[1]);
    // Each is an input's own: assembling verifies it under the key, for that input.
    let signed = regent_payload::assemble(format, &payload, token.algorithm, public, signatures);
    let signed = signed.unwrap();
    // What ends it is the second input's witness: the signature with its kind, and the key.
    let end = [[0x01u8, 33].as_slice(), public.as_slice(), &[0; 4]].concat();
    assert!(signed.ends_with(&end));
    let crossed = [signatures[1].clone(), signatures[0].clone()];
    let refused = regent_payload::assemble(format, &payload, token.algorithm, public, &crossed);
    assert!(matches!(refused, Err(regent_payload::PayloadError::SignatureInvalid { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aes_key_seals_and_opens_and_the_plaintext_leaves_only_sealed() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Aes256Gcm).await;
    assert_eq!(token.algorithm.kind(), KeyKind::Seed);
    let plaintext = b"the combination of the safe is not written here";
    let scene = world.sign_raw(&token, plaintext).await;
    scene.deliver(&[0, 1, 2]).await;
    let ciphertext = scene.execute().await.unwrap().result.remove(0);

    let (requester, public) = SessionKem::generate().expect("random bytes");
    let operation = Operation::Decrypt { result_key: bounded(public) };
    let scene = world.scene(&token, operation, &ciphertext).await;
    scene.deliver(&[2, 3, 4]).await;
    let outcome = scene.execute().await.unwrap();
    let sealed = &outcome.result[0];
    assert!(!sealed.windows(8).any(|window| plaintext.windows(8).any(|p| p == window)));
    let aad = scene.execution.body.id(genesis()).0;
    let opened = requester.open_result(genesis(), aad, sealed).unwrap();
    assert_eq!(opened.as_slice(), plaintext);
    assert!(requester.open_result(genesis(), H256([1; 32]), sealed).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn nested_gates_combine_from_a_smallest_set() {
    let world = World::new().await;
    let leaf = |at: usize| TreeNode::Leaf(Participant::Agent(world.agents[at].id()));
    let gate = |threshold, children| TreeNode::Gate { threshold, children };
    // Agent 0, and two of agents 1 to 3. Agent 4 beside a gate that needs two of two.
    let nodes = vec![
        gate(2, 3),
        leaf(0),
        gate(2, 3),
        leaf(1),
        leaf(2),
        leaf(3),
        gate(2, 2),
        leaf(4),
        leaf(4),
    ];
    let tree = AccessTree::new(nodes).unwrap();
    let token = world.enrol_tree(Algorithm::EcdsaP256, tree).await;
    let scene = world.sign_raw(&token, b"nested").await;
    // Leaf 4 (agent 4's first) alone satisfies nothing and is not used.
    scene.deliver(&[4, 1, 3, 0]).await;
    let outcome = scene.execute().await.unwrap();
    let leaves: Vec<_> = [0, 1, 3].map(|leaf| scene.path(leaf)).into();
    assert_eq!(outcome.receipt.receipt.leaves.to_vec(), leaves);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_goes_on_without_one_leaf_after_its_patience() {
    let world = World::new().await;
    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let session = world.client.open(&world.open_for(&body)).await.unwrap();
    let subject = world.enrolment_subject(&session, &body);
    let leaves = world.tree().leaves();
    for index in [0, 1, 3] {
        let delivery = world.agents[index].contribute(&session, &subject, &leaves[index].0);
        world.client.deliver(&delivery).await.unwrap();
    }
    let mut execution = world.execution(&session, body, &[], None);
    execution.patience_milliseconds = 200;
    // Three of five is the threshold and leaves none to spare.
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert_eq!(refusal.code, regent_enclave::rpc::TOO_FEW_SHARES);
    assert!(refusal.text.contains("3 of 5"), "{}", refusal.text);
    // A fourth makes it, in the same session.
    let delivery = world.agents[4].contribute(&session, &subject, &leaves[4].0);
    world.client.deliver(&delivery).await.unwrap();
    let outcome = world.client.execute(&execution).await.unwrap();
    let token = outcome.token.unwrap();
    let present: Vec<_> = (0..5).map(|leaf| token.is_present(leaf)).collect();
    assert_eq!(present, [true, true, false, true, true]);
    assert_eq!(outcome.receipt.receipt.result_hash, result_hash(genesis(), &token));
    assert_eq!(outcome.receipt.receipt.leaves.len(), 4);

    let scene = world.sign_raw(&token, b"without the third").await;
    scene.deliver(&[0, 3, 4]).await;
    assert!(scene.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_of_the_policy_serves_the_same_key() {
    use regent_primitives::{
        enclave_api::PolicyStep,
        policy::{change_message, ChangeSignature},
    };
    let mut world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let first = world.policy.clone();
    let mut second = first.clone();
    second.name = bounded(b"second".to_vec());
    second.predecessor = Some(first.hash(genesis()));
    world.policy = second.clone();
    let message = change_message(genesis(), first.hash(genesis()), second.hash(genesis()));
    let signature = world.carol.0.sign(message.as_bytes()).into();
    let signer = world.carol.account();
    let mut scene = world.sign_raw(&token, b"later").await;
    scene.deliver(&[0, 1, 2]).await;
    scene.execution.policy = first;
    scene.execution.lineage = vec![PolicyStep {
        policy: second,
        signatures: bounded(vec![ChangeSignature { signer, signature }]),
    }];
    let mut unsigned = scene.execution.clone();
    unsigned.lineage[0].signatures = bounded(vec![]);
    let refusal = world.client.execute(&unsigned).await.unwrap_err();
    assert!(refusal.text.contains("signatures: found 0, expected 1"), "{}", refusal.text);
    assert!(scene.execute().await.is_ok());
}
