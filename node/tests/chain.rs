//! Chains of one and of four validators.

mod common;

use std::{
    collections::BTreeSet,
    time::{SystemTime, UNIX_EPOCH},
};

use common::{number, Node};
use futures::future::join_all;

/// Milliseconds of a slot.
const SLOT: u64 = 500;

#[tokio::test]
async fn a_development_chain_finalises_in_slots_of_500_ms() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path(), &["--dev"]).await;

    let mut heads = node.finalised().await;
    let header = loop {
        let header = heads.next().await;
        if header.number >= 4 {
            break header;
        }
    };
    // Slots are counted from the Unix epoch, so their number tells how long one is.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
    let started = header.slot.expect("every block but the first has a slot") * SLOT;
    assert!(now.abs_diff(started) < 60_000, "slot started at {started} ms, it is {now} ms");

    assert_eq!(node.call("system_chain", vec![]).await, "Regent Development");
}

#[tokio::test]
async fn finality_can_be_proven_and_all_state_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path(), &["--dev"]).await;
    let proven = node.finalises(3).await;

    // On this chain the authorities never change. A proof begins with the hash of the block that
    // is justified: this one, or a later one that the headers lead to.
    let proof = node.call("grandpa_proveFinality", vec![3.into()]).await;
    let proof = proof.as_str().expect("the block is final");
    assert!(proof.len() > 2 + 2 * 32, "{proof}");
    let justified = node.call("chain_getHeader", vec![proof[..2 + 2 * 32].into()]).await;
    let height = number(&justified);
    assert!(height >= 3, "{height}");
    if height == 3 {
        assert!(proof.starts_with(&proven), "{proof}");
    }
    // The first block finalised is stored with its justification.
    let early = node.call("grandpa_proveFinality", vec![0.into()]).await;
    assert!(early.as_str().is_some(), "{early}");
    let refused = node.refuses("grandpa_proveFinality", vec![1_000_000.into()]).await;
    assert!(refused.contains("block 1000000 is not final"), "{refused}");
    let round = node.call("grandpa_roundState", vec![]).await;
    assert_eq!(round["best"]["totalWeight"], 1);

    let methods = node.call("rpc_methods", vec![]).await["methods"].to_string();
    for method in [
        // Only nodes that keep all state and all blocks serve this one.
        "archive_v1_storage",
        "author_submitExtrinsic",
        "chain_getFinalizedHead",
        "grandpa_subscribeJustifications",
        "offchain_localStorageGet",
        "state_getReadProof",
        "system_accountNextIndex",
    ] {
        assert!(methods.contains(&format!("\"{method}\"")), "{method} is not in {methods}");
    }
}

#[tokio::test]
async fn a_killed_node_continues_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path(), &["--dev"]).await;
    let genesis = node.block_hash(0).await;
    let kept = node.finalises(4).await;
    // Later blocks go on being made: what is compared was written some blocks ago.
    node.finalises(8).await;
    node.kill().await;

    let node = Node::start(folder.path(), &["--dev"]).await;
    assert_eq!(node.block_hash(0).await, genesis);
    assert_eq!(node.block_hash(4).await, kept);
    node.finalises(12).await;
    assert_eq!(node.block_hash(4).await, kept);
}

#[tokio::test]
async fn four_validators_finalise_the_same_chain() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["alice", "bob", "charlie", "dave"];
    let mut nodes: Vec<Node> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let validator = format!("--{name}");
        let key = format!("{:064x}", at + 1);
        let mut arguments = vec!["--chain", "local", &validator, "--node-key", &key];
        let bootnode = match nodes.first() {
            Some(first) => {
                let addresses = first.call("system_localListenAddresses", vec![]).await;
                Some(addresses[0].as_str().expect("the first node listens").to_owned())
            }
            None => None,
        };
        if let Some(bootnode) = &bootnode {
            arguments.extend(["--bootnodes", bootnode]);
        }
        nodes.push(Node::start(&folder.path().join(name), &arguments).await);
    }

    // Final once each of the four has been an author, which is the validator of a block's slot.
    let mut heads = nodes[0].finalised().await;
    let mut authors = BTreeSet::new();
    let mut height = 0;
    while authors.len() < names.len() {
        let header = heads.next().await;
        authors.extend(header.slot.map(|slot| slot % 4));
        height = header.number;
    }
    let hashes = join_all(nodes.iter().map(|node| node.finalises(height))).await;
    assert!(hashes.iter().all(|hash| hash == &hashes[0]), "at {height}: {hashes:?}");
}
