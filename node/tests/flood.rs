//! What a flood by one institution leaves to another.

mod common;

use codec::Encode;
use common::{export, number, Node};
use frame_system::offchain::CreateAuthorizedTransaction;
use futures::future::join_all;
use regent_runtime::{
    AccountId, Nonce, Runtime, RuntimeCall, SignedPayload, UncheckedExtrinsic, VERSION,
};
use serde_json::{json, Value};
use sp_core::{sr25519, Pair, H256};
use sp_runtime::MultiAddress;

/// Accounts of the first institution that flood.
const FLOODERS: usize = 10;
/// Transactions of each: together within the institution's quota, and more than its share of three
/// blocks.
const EACH: Nonce = 15;
/// Bytes of one of theirs, for which it is charged a hundredth of what a block has for members.
const CHEAP: usize = 16 * 1024;
/// Bytes of the other institution's, four times as dear.
const DEAR: usize = 4 * CHEAP;
/// Blocks within which the other's must be: one may have been begun before it came.
const SOON: u64 = 4;

fn pair(name: &str) -> sr25519::Pair {
    sr25519::Pair::from_string(name, None).expect("a derivation path")
}

/// A signed remark, as a node takes it.
fn remark(signer: &sr25519::Pair, nonce: Nonce, bytes: usize, genesis: H256) -> String {
    let call: RuntimeCall = frame_system::Call::remark { remark: vec![0; bytes] }.into();
    let mut extension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
    extension.7 .0 = nonce;
    let (spec, transaction) = (VERSION.spec_version, VERSION.transaction_version);
    // An immortal transaction names the genesis twice.
    let implicit = ((), (), spec, transaction, genesis, genesis, (), (), (), ());
    let payload = SignedPayload::from_raw(call.clone(), extension.clone(), implicit);
    let signature = payload.using_encoded(|payload| signer.sign(payload));
    let account = AccountId::from(signer.public());
    let signed = UncheckedExtrinsic::new_signed(
        call,
        MultiAddress::Id(account),
        signature.into(),
        extension,
    );
    format!("0x{}", hex::encode(signed.encode()))
}

async fn submit(node: &Node, transaction: String) {
    node.call("author_submitExtrinsic", vec![transaction.into()]).await;
}

/// The transactions of a block.
async fn transactions(node: &Node, height: u64) -> Vec<Value> {
    let hash = node.block_hash(height).await;
    let block = node.call("chain_getBlock", vec![hash.into()]).await;
    block["block"]["extrinsics"].as_array().expect("a block has transactions").clone()
}

#[tokio::test]
async fn a_flood_of_cheap_transactions_does_not_delay_a_dear_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (plain, raw) = (file("plain.json"), file("raw.json"));

    // The four institutions of the local network with one validator, the first one's, which has ten
    // members more.
    let flooders: Vec<_> = (0..FLOODERS).map(|at| pair(&format!("//Flood//{at}"))).collect();
    let mut chain = export(&["--chain", "local"]).await;
    let genesis = &mut chain["genesis"]["runtimeGenesis"]["patch"];
    let members = &mut genesis["consortium"]["institutions"][0]["members"];
    members
        .as_array_mut()
        .expect("an institution has members")
        .extend(flooders.iter().map(|flooder| json!(AccountId::from(flooder.public()))));
    let validator = genesis["session"]["keys"][0].clone();
    genesis["session"]["keys"] = Value::Array(vec![validator]);
    std::fs::write(&plain, chain.to_string()).unwrap();
    let specification = export(&["--chain", &plain, "--raw"]).await;
    std::fs::write(&raw, specification.to_string()).unwrap();
    let alone = ["--force-authoring", "--unsafe-force-node-key-generation"];
    let arguments = [&["--chain", raw.as_str(), "--alice"], &alone[..]].concat();
    let node = Node::start(&folder.path().join("data"), &arguments).await;
    node.finalises(1).await;

    let text = node.block_hash(0).await;
    let bytes = hex::decode(text.trim_start_matches("0x")).expect("a hash");
    let genesis = H256::from_slice(&bytes);
    let flood: Vec<Vec<String>> = flooders
        .iter()
        .map(|flooder| (0..EACH).map(|nonce| remark(flooder, nonce, CHEAP, genesis)).collect())
        .collect();
    let dear = remark(&pair("//Bob"), 0, DEAR, genesis);

    let node = &node;
    join_all(flood.into_iter().map(|transactions| async move {
        for transaction in transactions {
            submit(node, transaction).await;
        }
    }))
    .await;
    let best = number(&node.call("chain_getHeader", vec![]).await);
    submit(node, dear.clone()).await;

    node.finalises(best + SOON).await;
    let dear = Value::from(dear);
    let mut found = false;
    for height in best + 1..=best + SOON {
        found |= transactions(node, height).await.contains(&dear);
    }
    assert!(found, "it is in none of {SOON} blocks after block {best}");
}
