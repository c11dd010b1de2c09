//! What a real node answers is believed as it is: recorded in `testdata/node.json`.

use std::collections::BTreeMap;

use regent_primitives::H256;
use regent_proof::{
    header::slot, layout, Anchor, FinalityProof, HeadRules, HeadStore, HeadTracker, Header, Limits,
    LogHead, Query,
};
use serde_json::Value;

/// Answers by method and parameters.
struct Recorded(BTreeMap<(String, String), Value>);

impl Recorded {
    fn read() -> Self {
        let text = include_str!("../../testdata/node.json");
        let calls: Vec<Value> = serde_json::from_str(text).expect("JSON");
        let call = |call: &Value| {
            let method = call["method"].as_str().expect("a method").to_owned();
            ((method, call["params"].to_string()), call["result"].clone())
        };
        Self(calls.iter().map(call).collect())
    }

    fn call(&self, method: &str, params: Value) -> &Value {
        let key = (method.to_owned(), params.to_string());
        self.0.get(&key).unwrap_or_else(|| panic!("{key:?} was not recorded"))
    }

    fn header(&self, number: u32) -> Header {
        let hash = self.call("chain_getBlockHash", serde_json::json!([number]));
        self.header_of(hash)
    }

    fn header_of(&self, hash: &Value) -> Header {
        let header = self.call("chain_getHeader", serde_json::json!([hash]));
        let header: Header = serde_json::from_value(header.clone()).expect("a header");
        assert_eq!(format!("{:?}", header.hash()), hash.as_str().expect("a hash"));
        header
    }

    /// The run that a node proves from a height on.
    fn run(&self, from: u32) -> (Vec<Header>, Vec<u8>) {
        let proof = bytes(self.call("grandpa_proveFinality", serde_json::json!([from])));
        let proof = FinalityProof::from_bytes(&proof, &Limits::default()).expect("a proof");
        proof.into_run(self.header(from)).expect("a run")
    }

    fn nodes(&self, keys: &[&[u8]], at: H256) -> Vec<Vec<u8>> {
        let keys: Vec<_> = keys.iter().map(|key| format!("0x{}", hex::encode(key))).collect();
        let params = serde_json::json!([keys, format!("{at:?}")]);
        let answer = self.call("state_getReadProof", params);
        answer["proof"].as_array().expect("nodes").iter().map(bytes).collect()
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("text").trim_start_matches("0x")).expect("hexadecimal")
}

struct Forgetful;

impl HeadStore for Forgetful {
    type Error = std::convert::Infallible;

    fn load(&self) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(None)
    }

    fn save(&mut self, _: &[u8]) -> Result<(), Self::Error> {
        Ok(())
    }
}

#[test]
fn a_node_is_followed_from_its_genesis_and_read() {
    let node = Recorded::read();
    let limits = Limits::default();

    let first = node.header(0);
    let genesis = first.hash();
    let keys = layout::authorities();
    let queries = keys.queries();
    let keys: Vec<&[u8]> = queries.iter().map(Query::key).collect();
    let nodes = node.nodes(&keys, genesis);
    let anchor = Anchor::from_state(genesis, genesis, &first, &nodes, &limits).expect("an anchor");
    assert_eq!((anchor.set.id(), anchor.set.authorities().len()), (0, 1));

    let (run, justification) = node.run(1);
    let (later, later_justification) = node.run(run.last().expect("a header").number + 1);
    let newest = later.last().expect("a header").clone();
    let code = bytes(node.call(
        "state_getStorageHash",
        serde_json::json!(["0x3a636f6465", format!("{:?}", newest.hash())]),
    ));
    let rules = HeadRules::new(genesis, 500, vec![H256::from_slice(&code)]);
    let now = slot(&newest).expect("a slot") * 500 + 1_000;
    let mut tracker = HeadTracker::open(rules, anchor, Forgetful).expect("opened");
    tracker.advance(&run, &justification, now).expect("final");
    tracker.advance(&later, &later_justification, now).expect("final");
    assert_eq!(tracker.newest().hash, newest.hash());

    let genesis_key = layout::block_hash(0);
    let (count, head) = (layout::audit_count(), layout::audit_head());
    let asked = [layout::CODE_PROBE, genesis_key.bytes(), count.bytes(), head.bytes()];
    let nodes = node.nodes(&asked, newest.hash());
    let proven = tracker.confirm(&[count.query(), head.query()], &nodes, now).expect("proven");
    assert_eq!((proven.hash, proven.age_milliseconds), (newest.hash(), 1_000));
    // A chain on which nothing has happened.
    assert_eq!(LogHead::read(&proven.state), Ok(LogHead::default()));
}
