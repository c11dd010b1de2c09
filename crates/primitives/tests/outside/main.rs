//! What a stranger sends: the checks that `fuzz/` runs, on its seeds, on changed seeds and on
//! arbitrary bytes.
#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

mod bounds;
mod key;
mod seeds;
mod text;
mod tree;
mod wire;

use codec::Encode;
use proptest::prelude::*;
use regent_primitives::{AccessTree, AgentId, Participant, TreeNode, H256};
use serde_json::Value;

/// Every value of the snapshot of encodings, with its name and the position of its type.
fn encodings() -> Vec<(String, u8, Vec<u8>)> {
    let file = "tests/snapshots/scale.json";
    let snapshot: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let position = |name: &str| {
        let of = name.split("::").next().unwrap_or_default();
        let same = |(known, _): &(&str, fn(&[u8]))| *known == of;
        wire::TYPES.iter().position(same).and_then(|at| u8::try_from(at).ok())
    };
    let values = snapshot["encodings"].as_object().unwrap().iter();
    let of_known_types = values.filter_map(|(name, value)| {
        let bytes = hex::decode(value.as_str().unwrap()).unwrap();
        position(name).map(|at| (name.replace("::", "_"), at, bytes))
    });
    of_known_types.collect()
}

fn wire_seeds() -> Vec<(String, Vec<u8>)> {
    let seed = |(name, at, bytes): (String, u8, Vec<u8>)| (name, [&[at], &bytes[..]].concat());
    encodings().into_iter().map(seed).collect()
}

fn key_seeds() -> Vec<(String, Vec<u8>)> {
    let keys = encodings().into_iter().filter(|(name, ..)| name.starts_with("KeyRecord"));
    keys.map(|(name, _, bytes)| (name, bytes)).collect()
}

fn tree_seeds() -> Vec<(String, Vec<u8>)> {
    let leaf = |n: u8| TreeNode::Leaf(Participant::Agent(AgentId(H256::repeat_byte(n))));
    let gate = |threshold, children| TreeNode::Gate { threshold, children };
    let flat = vec![gate(2, 3), leaf(1), leaf(2), leaf(3)];
    let nested = vec![
        gate(2, 2),
        gate(2, 3),
        leaf(1),
        leaf(2),
        leaf(3),
        gate(1, 2),
        leaf(4),
        TreeNode::Leaf(Participant::Device(H256::repeat_byte(5))),
    ];
    let deep = (0..4).map(|_| gate(1, 1)).chain([leaf(1)]).collect();
    [("flat", flat), ("nested", nested), ("deep", deep)]
        .into_iter()
        .map(|(name, nodes)| {
            let tree = AccessTree::new(nodes).unwrap();
            (name.to_owned(), [&tree.encode()[..], &[0b101; 32]].concat())
        })
        .collect()
}

fn text_seeds() -> Vec<(String, Vec<u8>)> {
    let id = format!("0x{}", "5a".repeat(32));
    [
        ("id", id.as_str()),
        ("digits", &id[2..]),
        ("algorithm", "ml-dsa-65"),
        ("endpoint", "https://agent.example:9955/rpc?a=b#c"),
        ("address", "http://[::1]:80"),
        ("credentials", "http://user:password@agent.example"),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
    .collect()
}

fn changed(seeds: Vec<(String, Vec<u8>)>) -> impl Strategy<Value = Vec<u8>> {
    seeds::changed(seeds.into_iter().map(|(_, bytes)| bytes).collect())
}

#[test]
fn seeds_hold() {
    let made = [wire_seeds(), key_seeds(), tree_seeds(), text_seeds()];
    let [wire, key, tree, text] = made
        .each_ref()
        .map(|seeds| seeds.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect());
    seeds::hold(&[
        ("wire", wire::check, wire),
        ("key", key::check, key),
        ("tree", tree::check, tree),
        ("text", text::check, text),
    ]);
}

#[test]
fn the_snapshot_has_values_of_most_types() {
    let known: std::collections::BTreeSet<_> =
        encodings().into_iter().map(|(_, at, _)| at).collect();
    assert!(known.len() > wire::TYPES.len() / 2, "{known:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn changed_encodings_hold(bytes in changed(wire_seeds())) {
        wire::check(&bytes);
    }

    #[test]
    fn changed_keys_hold(bytes in changed(key_seeds())) {
        key::check(&bytes);
    }

    #[test]
    fn changed_trees_hold(bytes in changed(tree_seeds())) {
        tree::check(&bytes);
    }

    #[test]
    fn changed_texts_hold(bytes in changed(text_seeds())) {
        text::check(&bytes);
    }

    #[test]
    fn arbitrary_texts_hold(text in "(0x){0,2}[0-9a-fA-F]{62,66}|https?://[ -~]{0,40}|\\PC{0,80}") {
        text::check(text.as_bytes());
    }

    #[test]
    fn arbitrary_bytes_hold(which: u8, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        wire::check(&[&[which], &bytes[..]].concat());
        key::check(&bytes);
        tree::check(&bytes);
        text::check(&bytes);
    }
}
