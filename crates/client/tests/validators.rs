//! Validators as a node's state has them, and new session keys from a node.
#![allow(missing_docs)]

use std::{collections::HashMap, sync::Arc};

use codec::Encode;
use jsonrpsee::{
    server::{Server, ServerHandle},
    types::ErrorObjectOwned,
    RpcModule,
};
use regent_client::{
    validators::{NewKeys, Seat, Standing},
    Client, ClientError,
};
use regent_primitives::{
    runtime_api::{ConsortiumStatus, InstitutionRecord},
    AccountId, SessionKeys, H256,
};
use regent_proof::layout;
use serde_json::{json, Value};

const GENESIS: H256 = H256::repeat_byte(7);
/// Height of the node's newest block.
const BLOCK: u32 = 50;
/// Blocks of a session.
const SESSION: u32 = 40;

/// What the node answers.
#[derive(Default)]
struct Node {
    /// Values of its state, by keys: both in hexadecimal.
    state: HashMap<String, String>,
    /// Answers to calls of the runtime API, in hexadecimal.
    calls: HashMap<&'static str, String>,
    /// Session keys and their proof, for the owner in hexadecimal.
    keys: HashMap<String, Value>,
}

struct Served {
    client: Client,
    _server: ServerHandle,
}

fn hexadecimal(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn account(number: u8) -> AccountId {
    AccountId::new([number; 32])
}

fn keys(number: u8) -> SessionKeys {
    SessionKeys { aura: [number; 32], grandpa: [number + 100; 32] }
}

fn institution(active: bool, validator: Option<AccountId>) -> InstitutionRecord {
    let (name, administrator) = (Default::default(), account(99));
    InstitutionRecord { name, administrator, active, quota: 1, validator }
}

impl Node {
    fn keeps(&mut self, key: &[u8], value: impl Encode) {
        self.state.insert(hexadecimal(key), hexadecimal(&value.encode()));
    }

    fn answers(&mut self, method: &'static str, answer: impl Encode) {
        self.calls.insert(method, hexadecimal(&answer.encode()));
    }

    /// With these validators in office, and these from the next session on.
    fn with(present: &[(AccountId, SessionKeys)], next: &[(AccountId, SessionKeys)]) -> Self {
        let mut node = Self::default();
        let accounts: Vec<&AccountId> = present.iter().map(|(account, _)| account).collect();
        node.keeps(layout::session_length().bytes(), SESSION);
        node.keeps(layout::validators().bytes(), accounts);
        node.keeps(layout::next_validators().bytes(), next);
        let authors: Vec<[u8; 32]> = present.iter().map(|(_, keys)| keys.aura).collect();
        let voters: Vec<([u8; 32], u64)> =
            present.iter().map(|(_, keys)| (keys.grandpa, 1)).collect();
        node.answers("AuraApi_authorities", authors);
        node.answers("GrandpaApi_grandpa_authorities", voters);
        node
    }

    fn seats(&mut self, institutions: Vec<InstitutionRecord>) {
        let status = ConsortiumStatus {
            genesis: GENESIS,
            institutions: (0..).zip(institutions).collect(),
            measurements: Vec::new(),
            audit_entries: 0,
            audit_head: H256::zero(),
            window_blocks: 1,
        };
        self.answers("RegentApi_status", status);
    }

    async fn serve(self) -> Served {
        let server = Server::builder().build("127.0.0.1:0").await.expect("bound");
        let url = format!("ws://{}", server.local_addr().expect("bound"));
        let mut module = RpcModule::from_arc(Arc::new(self));
        let zero = format!("{:?}", H256::zero());
        let header = json!({
            "parentHash": zero, "number": format!("0x{BLOCK:x}"), "stateRoot": zero,
            "extrinsicsRoot": zero, "digest": { "logs": [] },
        });
        for (method, answer) in [
            ("chain_getBlockHash", json!(format!("{GENESIS:?}"))),
            ("chain_getFinalizedHead", json!(format!("{GENESIS:?}"))),
            ("chain_getHeader", header),
        ] {
            module.register_method(method, move |_, _, _| answer.clone()).expect("new");
        }
        module
            .register_method("state_call", |params, node, _| {
                let (method, _, _): (String, String, String) = params.parse()?;
                let answer = node.calls.get(method.as_str()).cloned();
                answer.ok_or_else(|| ErrorObjectOwned::owned(1, method, None::<()>))
            })
            .expect("new");
        module
            .register_method("state_getStorage", |params, node, _| {
                let (key, _): (String, String) = params.parse()?;
                Ok::<_, ErrorObjectOwned>(node.state.get(&key).cloned())
            })
            .expect("new");
        module
            .register_method("author_rotateKeysWithOwner", |params, node, _| {
                let owner: String = params.one()?;
                let answer = node.keys.get(&owner).cloned();
                let unsafe_call = "RPC call is unsafe to be called externally";
                answer.ok_or_else(|| ErrorObjectOwned::owned(-32601, unsafe_call, None::<()>))
            })
            .expect("new");
        // Of the keys that it would make for the first owner.
        module
            .register_method("author_hasSessionKeys", |params, node, _| {
                let asked: String = params.one()?;
                let first = node.keys.get(&hexadecimal(&[1; 32])).map(|made| &made["keys"]);
                Ok::<_, ErrorObjectOwned>(first == Some(&json!(asked)))
            })
            .expect("new");
        let server = server.start(module);
        let client = Client::connect(&url).await.expect("connected");
        Served { client, _server: server }
    }
}

#[tokio::test]
async fn a_seat_stands_where_its_holders_newest_keys_are() {
    let [one, two, three] = [1, 2, 3].map(account);
    let present = [(one.clone(), keys(1)), (two.clone(), keys(2)), (three.clone(), keys(3))];
    // The second replaced its keys before this session, and the third in it.
    let next = [(one.clone(), keys(1)), (two.clone(), keys(12)), (three.clone(), keys(3))];
    let mut node = Node::with(&present, &next);
    for (number, newest) in [(1, 1), (2, 12), (3, 13), (5, 5), (6, 6)] {
        node.keeps(layout::session_keys(&account(number)).bytes(), keys(newest));
    }
    node.seats(vec![
        institution(true, Some(one)),
        institution(true, Some(two.clone())),
        institution(true, None),
        institution(true, Some(three.clone())),
        // Without keys, of a suspended institution, and seated a moment ago.
        institution(true, Some(account(4))),
        institution(false, Some(account(5))),
        institution(true, Some(account(6))),
    ]);
    let served = node.serve().await;

    let validators = served.client.validators(None).await.expect("read");
    assert_eq!((validators.block, validators.session_length), (BLOCK, SESSION));
    assert_eq!(validators.next_change(), 80);
    let found: Vec<_> = validators
        .seats
        .iter()
        .map(|seat: &Seat| (seat.institution, validators.standing(seat)))
        .collect();
    let expected = [
        (0, Standing::InOffice),
        (1, Standing::After(80)),
        (3, Standing::After(120)),
        (4, Standing::NoKeys),
        (5, Standing::Suspended),
        (6, Standing::After(120)),
    ];
    assert_eq!(found, expected);
    let leaving: Vec<_> = validators.leaving().cloned().collect();
    assert_eq!(leaving, [(two, keys(2)), (three, keys(3))]);
}

#[tokio::test]
async fn a_node_whose_validators_and_authorities_differ_is_not_believed() {
    let mut node = Node::with(&[(account(1), keys(1)), (account(2), keys(2))], &[]);
    node.seats(Vec::new());
    node.answers("AuraApi_authorities", vec![[1u8; 32]]);
    let refused = node.serve().await.client.validators(None).await.expect_err("one author");
    assert!(matches!(refused, ClientError::Decode { .. }), "{refused}");
    assert!(refused.to_string().contains("[2, 1, 2]"), "{refused}");
}

#[tokio::test]
async fn a_state_without_a_sessions_length_is_another_runtimes() {
    let mut node = Node::with(&[], &[]);
    node.seats(Vec::new());
    node.state.remove(&hexadecimal(layout::session_length().bytes()));
    let refused = node.serve().await.client.validators(None).await.expect_err("no length");
    assert!(matches!(refused, ClientError::Decode { .. }), "{refused}");
}

#[tokio::test]
async fn a_node_makes_keys_for_the_account_that_is_to_set_them() {
    let mut node = Node::default();
    let answer = |keys: &[u8]| json!({ "keys": hexadecimal(keys), "proof": "0x0102" });
    let owner = |number| hexadecimal(&[number; 32]);
    node.keys.insert(owner(1), answer(&keys(1).encode()));
    // Too few bytes, and a node of a runtime that knows no proofs.
    node.keys.insert(owner(2), answer(&[2; 63]));
    node.keys.insert(owner(3), json!({ "keys": hexadecimal(&keys(3).encode()) }));
    let Served { client, _server } = node.serve().await;

    let made = client.rotate_session_keys(&account(1)).await.expect("made");
    assert_eq!(made, NewKeys { keys: keys(1), proof: vec![1, 2] });
    assert!(client.has_session_keys(&keys(1)).await.expect("asked"));
    assert!(!client.has_session_keys(&keys(2)).await.expect("asked"));
    for number in [2, 3] {
        let refused = client.rotate_session_keys(&account(number)).await.expect_err("no keys");
        assert!(matches!(refused, ClientError::Decode { .. }), "{refused}");
    }
    let refused = client.rotate_session_keys(&account(4)).await.expect_err("it is not asked here");
    assert!(matches!(refused, ClientError::Rpc { .. }), "{refused}");
    assert!(refused.to_string().contains("unsafe to be called externally"), "{refused}");
}
