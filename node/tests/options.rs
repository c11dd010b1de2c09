//! What a node refuses, and the agents it is told to wake.

mod common;

use codec::{Decode, Encode};
use common::{export, refusal, Node};
use regent_primitives::{
    agent_api::{LocalAgent, LocalAgents, LOCAL_AGENTS_KEY},
    AgentId, H256,
};
use serde_json::Value;

const ID: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";

#[tokio::test]
async fn malformed_agents_are_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let start = |agent: String| async move {
        refusal(&["--dev", "--base-path", path, "--agent", &agent]).await
    };
    let text = start(format!("{ID}=ftp://host")).await;
    assert!(text.contains("found scheme 'ftp', expected http or https"), "{text}");
    let text = start("12=http://127.0.0.1:9800".into()).await;
    assert!(text.contains("AgentId must be 64 hexadecimal digits"), "{text}");
    let text = start(ID.into()).await;
    assert!(text.contains("write ID=URL"), "{text}");

    let file = folder.path().join("agents");
    std::fs::write(&file, format!("# agents\n{ID}=http://127.0.0.1:99999\n")).unwrap();
    let text =
        refusal(&["--dev", "--base-path", path, "--agents-file", file.to_str().unwrap()]).await;
    assert!(text.contains("line 2"), "{text}");

    std::fs::remove_file(&file).unwrap();
    assert_eq!(std::fs::read_dir(path).unwrap().count(), 0, "something was written to {path}");
}

#[tokio::test]
async fn agents_are_kept_for_the_worker_until_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let agent = format!("{ID}=http://127.0.0.1:9800");
    let node = Node::start(folder.path(), &["--dev", "--agent", &agent]).await;
    let expected =
        LocalAgent { id: AgentId(H256::repeat_byte(0x11)), url: b"http://127.0.0.1:9800".to_vec() };
    assert_eq!(stored(&node).await, vec![expected]);
    node.kill().await;

    let node = Node::start(folder.path(), &["--dev"]).await;
    assert_eq!(stored(&node).await, vec![]);
}

async fn stored(node: &Node) -> LocalAgents {
    let key = format!("0x{}", hex::encode(LOCAL_AGENTS_KEY));
    let kind = Value::from("PERSISTENT");
    let value = node.call("offchain_localStorageGet", vec![kind, key.into()]).await;
    let text = value.as_str().expect("the list is stored").trim_start_matches("0x");
    let bytes = hex::decode(text).unwrap();
    let agents = LocalAgents::decode(&mut &bytes[..]).unwrap();
    assert_eq!(agents.encode(), bytes);
    agents
}

#[tokio::test]
async fn agents_without_a_worker_are_refused() {
    let agent = format!("{ID}=http://127.0.0.1:9800");
    let text = refusal(&["--dev", "--tmp", "--offchain-worker", "never", "--agent", &agent]).await;
    assert!(text.contains("the offchain worker is off"), "{text}");
}

#[tokio::test]
async fn a_node_asks_which_chain() {
    let text = refusal(&["--tmp"]).await;
    assert!(text.contains("no chain is named"), "{text}");
    let text = refusal(&["--tmp", "--chain", "nowhere.json"]).await;
    assert!(text.contains("neither dev, local nor consortium"), "{text}");
}

#[tokio::test]
async fn a_chain_without_authorities_is_refused() {
    let text = refusal(&["--tmp", "--chain", "consortium"]).await;
    assert!(text.contains("found no authorities at block 0"), "{text}");
}

#[tokio::test]
async fn other_networks_and_databases_are_refused() {
    let text = refusal(&["--dev", "--network-backend", "libp2p", "--rpc-port", "0"]).await;
    assert!(text.contains("found --network-backend libp2p, expected litep2p"), "{text}");
    let text = refusal(&["--dev", "--database", "rocksdb"]).await;
    assert!(text.contains("invalid value 'rocksdb'"), "{text}");
}

#[tokio::test]
async fn specifications_are_exported() {
    for (chain, id) in [("dev", "regent_dev"), ("local", "regent_local")] {
        let specification = export(&["--chain", chain, "--raw"]).await;
        assert_eq!(specification["id"], id);
        assert!(specification["genesis"]["raw"]["top"].is_object());
    }
}

#[tokio::test]
async fn a_consortium_begins_with_its_institutions_patched_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (plain, raw) = (file("plain.json"), file("raw.json"));

    // The first institution of the local network starts a consortium of its own.
    let local = export(&["--chain", "local"]).await;
    let mut consortium = export(&["--chain", "consortium"]).await;
    for (pallet, list) in
        [("consortium", "institutions"), ("session", "keys"), ("council", "members")]
    {
        let of = |chain: &Value| chain["genesis"]["runtimeGenesis"]["patch"][pallet][list].clone();
        assert_eq!(of(&consortium), Value::Array(vec![]), "{pallet}.{list}");
        consortium["genesis"]["runtimeGenesis"]["patch"][pallet][list] =
            Value::Array(vec![of(&local)[0].clone()]);
    }
    std::fs::write(&plain, consortium.to_string()).unwrap();
    let specification = export(&["--chain", &plain, "--raw"]).await;
    std::fs::write(&raw, specification.to_string()).unwrap();

    let alone = ["--force-authoring", "--unsafe-force-node-key-generation"];
    let arguments = [&["--chain", raw.as_str(), "--alice"], &alone[..]].concat();
    let node = Node::start(&folder.path().join("data"), &arguments).await;
    node.finalises(3).await;
    assert_eq!(node.call("system_chainType", vec![]).await, "Live");
}
