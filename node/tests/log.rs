//! Proofs of the log's commitment, as a node serves them.

mod common;

use codec::{Decode, DecodeAll};
use common::Node;
use pallet_mmr::{
    primitives::{utils::NodesUtils, AncestryProof, DataOrHash, EncodableOpaqueLeaf, LeafProof},
    verify_ancestry_proof, verify_leaves_proof,
};
use regent_primitives::{LogLeaf, H256};
use regent_runtime::{Header, MMR_INDEXING_PREFIX};
use serde_json::{json, Value};
use sp_crypto_hashing::twox_128;
use sp_runtime::traits::BlakeTwo256;

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no text"));
    hex::decode(text.trim_start_matches("0x")).expect("it is hexadecimal")
}

fn read<T: Decode>(value: &Value) -> T {
    T::decode_all(&mut bytes(value).as_slice()).unwrap_or_else(|error| panic!("{value}: {error}"))
}

/// The root in the state of a block.
async fn root(node: &Node, block: &str) -> H256 {
    let key = [twox_128(b"Mmr"), twox_128(b"RootHash")].concat();
    let key = format!("0x{}", hex::encode(key));
    read(&node.call("state_getStorage", vec![key.into(), block.into()]).await)
}

/// The leaf of a block, with its proof in a later one.
async fn proof(node: &Node, of: u64, at: &str) -> (LogLeaf, LeafProof<H256>) {
    // Leaves are asked for by the blocks that appended them.
    let parameters = vec![json!([of + 1]), Value::Null, at.into()];
    let answer = node.call("mmr_generateProof", parameters).await;
    assert_eq!(answer["blockHash"], at);
    let leaves: Vec<EncodableOpaqueLeaf> = read(&answer["leaves"]);
    let [leaf] = leaves.as_slice() else { panic!("one leaf, not {leaves:?}") };
    let leaf = LogLeaf::decode_all(&mut leaf.0.as_slice()).expect("a leaf of the log");
    (leaf, read(&answer["proof"]))
}

fn verifies(root: H256, leaf: LogLeaf, proof: LeafProof<H256>) -> bool {
    let leaves = vec![DataOrHash::Data(leaf)];
    verify_leaves_proof::<BlakeTwo256, _>(root, leaves, proof).is_ok()
}

/// What the node keeps of the mountain range under a key.
async fn kept(node: &Node, key: Vec<u8>) -> Value {
    let key = format!("0x{}", hex::encode(key));
    node.call("offchain_localStorageGet", vec!["PERSISTENT".into(), key.into()]).await
}

#[tokio::test]
async fn old_blocks_are_proven_at_later_ones() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path(), &["--dev"]).await;
    let genesis = node.block_hash(0).await;
    let early = node.finalises(5).await;
    let late = node.finalises(9).await;

    for at in [&early, &late] {
        let root = root(&node, at).await;
        assert_eq!(read::<H256>(&node.call("mmr_root", vec![at.as_str().into()]).await), root);
        for (block, hash) in [(0, genesis.clone()), (3, node.block_hash(3).await)] {
            let (leaf, proof) = proof(&node, block, at).await;
            assert_eq!((u64::from(leaf.block), format!("{:?}", leaf.hash)), (block, hash));
            assert_eq!(proof.leaf_indices, [block]);
            assert!(verifies(root, leaf, proof.clone()), "block {block} at {at}");
            let other = LogLeaf { count: leaf.count + 1, ..leaf };
            assert!(!verifies(root, other, proof), "block {block} at {at}");
        }
    }

    // A block is no leaf in its own state.
    let parameters = vec![json!([6]), Value::Null, early.as_str().into()];
    node.refuses("mmr_generateProof", parameters).await;

    let parameters = vec![5.into(), Value::Null, late.as_str().into()];
    let answer = node.call("mmr_generateAncestryProof", parameters).await;
    let ancestry: AncestryProof<H256> = serde_json::from_value(answer).expect("a proof");
    let found = verify_ancestry_proof::<BlakeTwo256, LogLeaf>(root(&node, &late).await, ancestry);
    assert_eq!(found, Ok(root(&node, &early).await));
}

/// A key with a block's hash is read only as long as the state remembers that hash.
#[tokio::test]
async fn final_leaves_are_kept_under_keys_without_a_blocks_hash() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path(), &["--dev"]).await;
    let hash: H256 = read(&node.finalises(2).await.into());
    let position = NodesUtils::leaf_index_to_leaf_node_index(2);
    let moved = NodesUtils::node_canon_offchain_key(MMR_INDEXING_PREFIX, position);

    let mut heads = node.finalised().await;
    while kept(&node, moved.clone()).await.is_null() {
        heads.next().await;
    }
    let former = NodesUtils::node_temp_offchain_key::<Header>(MMR_INDEXING_PREFIX, position, hash);
    assert_eq!(kept(&node, former).await, Value::Null);

    let at = node.finalises(6).await;
    let (leaf, proof) = proof(&node, 2, &at).await;
    assert_eq!(leaf.hash, hash);
    assert!(verifies(root(&node, &at).await, leaf, proof));
}
