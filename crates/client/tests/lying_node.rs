//! A node that lies: what has a hash is believed only if it has that hash, and nobody signs anything
//! else than what was asked for.
#![allow(missing_docs)]

mod fixtures;

use std::sync::{Arc, Mutex};

use codec::{Decode, Encode};
use fixtures::{policy, token};
use jsonrpsee::{
    server::{Server, ServerHandle},
    types::ErrorObjectOwned,
    RpcModule,
};
use regent_client::{
    contract::{address_of, contract_account},
    flows::{check_request, decide, decide_on, FlowError},
    Account, Client, ClientError, Contract, ContractError,
};
use regent_primitives::{
    contract_address,
    contracts_api::{ContractRecord, DryRun},
    payload::payload_hash,
    runtime_api::{PolicyRecord, RequestState},
    timing::SLOT_MILLISECONDS,
    AccountId, Decision, Effect, KeyId, KeyRecord, KeyState, Operation, PayloadFormat, Policy,
    RequestBody, RequestId, RequestRecord, RequestStatus, H256,
};
use sp_core::H160;

const GENESIS: H256 = H256::repeat_byte(7);
const NONCE: &str = "system_accountNextIndex";

/// What the node answers to calls of the runtime API, and the methods it was asked.
#[derive(Default)]
struct Node {
    answer: Mutex<Vec<u8>>,
    /// Where a dry run puts a contract, if not where it would be.
    elsewhere: Mutex<Option<H160>>,
    asked: Mutex<Vec<String>>,
}

impl Node {
    /// The dry run of a deployment that is accepted.
    fn dry_instantiate(&self, arguments: &str) -> Vec<u8> {
        let bytes = hex::decode(arguments.trim_start_matches("0x")).expect("hexadecimal");
        let (deployer, code, data, salt) =
            <(AccountId, Vec<u8>, Vec<u8>, [u8; 32])>::decode(&mut &bytes[..]).expect("arguments");
        let honest = contract_address(address_of(&deployer), &code, &data, salt);
        let dry = DryRun {
            contract: self.elsewhere.lock().expect("no panic").unwrap_or(honest),
            reverted: false,
            data: vec![],
            ref_time: 1,
            proof_size: 1,
            deposit: 1,
        };
        Ok::<_, Vec<u8>>(dry).encode()
    }
}

struct Served {
    node: Arc<Node>,
    client: Client,
    _server: ServerHandle,
}

async fn serve() -> Served {
    let node = Arc::new(Node::default());
    let server = Server::builder().build("127.0.0.1:0").await.expect("bound");
    let url = format!("ws://{}", server.local_addr().expect("bound"));
    let mut module = RpcModule::from_arc(node.clone());
    let hash = format!("{GENESIS:?}");
    let zero = format!("{:?}", H256::zero());
    let header = serde_json::json!({
        "parentHash": zero, "number": "0x1", "stateRoot": zero, "extrinsicsRoot": zero,
        "digest": { "logs": [] },
    });
    for (method, answer) in [
        ("chain_getBlockHash", serde_json::json!(hash)),
        ("chain_getFinalizedHead", serde_json::json!(hash)),
        ("chain_getHeader", header),
    ] {
        module.register_method(method, move |_, _, _| answer.clone()).expect("new");
    }
    module
        .register_method("state_call", |params, node, _| {
            let (method, arguments, _): (String, String, String) = params.parse()?;
            let answer = match method.as_str() {
                "ContractsApi_dry_instantiate" => node.dry_instantiate(&arguments),
                _ => node.answer.lock().expect("no panic").clone(),
            };
            Ok::<_, ErrorObjectOwned>(format!("0x{}", hex::encode(answer)))
        })
        .expect("new");
    // The first thing that whoever submits asks for.
    module
        .register_method(NONCE, |_, node, _| {
            node.asked.lock().expect("no panic").push(NONCE.to_owned());
            Err::<u32, _>(ErrorObjectOwned::owned(1, "no transactions here", None::<()>))
        })
        .expect("new");
    let server = server.start(module);
    let client = Client::connect(&url).await.expect("connected");
    assert_eq!(client.genesis(), GENESIS);
    Served { node, client, _server: server }
}

impl Served {
    fn answers(&self, answer: impl Encode) {
        *self.node.answer.lock().expect("no panic") = answer.encode();
    }

    /// Whether somebody signed something and wanted to submit it.
    fn was_asked_to_submit(&self) -> bool {
        self.node.asked.lock().expect("no panic").iter().any(|method| method == NONCE)
    }
}

fn body(message: &[u8]) -> RequestBody {
    RequestBody {
        requester: AccountId::new([1; 32]),
        salt: [2; 32],
        key: KeyId(H256::repeat_byte(3)),
        epoch: 0,
        operation: Operation::Sign { format: PayloadFormat::Raw },
        payload_hash: payload_hash(GENESIS, PayloadFormat::Raw, message),
        effect: Effect::default(),
        policy: policy().hash(GENESIS),
        expires: 100,
    }
}

fn state(id: RequestId, body: RequestBody, payload: &[u8]) -> RequestState {
    RequestState {
        id,
        record: RequestRecord {
            body,
            status: RequestStatus::Pending { stage: 0 },
            submitted_at: 1,
            attempts: 0,
            approved_entry: None,
            last_entry: H256::zero(),
        },
        payload: Some(payload.to_vec()),
        policy: policy(),
        lineage: vec![],
        approvals: vec![],
        sessions: vec![],
        releases: vec![],
        refusals: vec![],
        key: None,
        receipt: None,
    }
}

fn key(id: KeyId) -> KeyRecord {
    KeyRecord {
        token: token(id),
        owner: AccountId::new([1; 32]),
        quorum: 0,
        state: KeyState::Active,
        chain_authority: false,
        newest: 0,
        enrolled_at: 0,
        confirmed: [0; 32],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_signs_another_request_than_the_one_asked_for() {
    let served = serve().await;
    let bob = Account::development("//Bob").expect("an account");
    let (wanted, other) = (body(b"pay Alice"), body(b"pay Eve"));
    let id = wanted.id(GENESIS);
    // Under the right id, and under its own.
    for state in [state(id, other.clone(), b"pay Eve"), state(other.id(GENESIS), other, b"pay Eve")]
    {
        served.answers(Some(state));
        let read = served.client.request(id, None).await;
        assert!(matches!(read, Err(ClientError::OtherRequest(found)) if found == id), "{read:?}");
        for decision in [Decision::Approve, Decision::Deny] {
            let verdict = decide(&served.client, &bob, None, id, decision, None, None).await;
            assert!(matches!(verdict, Err(FlowError::Client(ClientError::OtherRequest(_)))));
        }
    }
    // The right body beside another payload, with which it would be shown.
    let shown = state(id, wanted.clone(), b"pay nobody");
    served.answers(Some(&shown));
    let verdict = decide(&served.client, &bob, None, id, Decision::Approve, None, None).await;
    assert!(matches!(verdict, Err(FlowError::OtherPayload(found)) if found == id), "{verdict:?}");
    let verdict =
        decide_on(&served.client, &bob, None, &shown, Decision::Approve, None, None).await;
    assert!(matches!(verdict, Err(FlowError::OtherPayload(_))));
    assert!(!served.was_asked_to_submit());

    // Nothing to see, of a request that is open.
    let hidden = RequestState { payload: None, ..state(id, wanted.clone(), b"") };
    served.answers(Some(&hidden));
    let verdict = decide(&served.client, &bob, None, id, Decision::Approve, None, None).await;
    assert!(matches!(verdict, Err(FlowError::PayloadWithheld(found)) if found == id));
    assert!(!served.was_asked_to_submit());

    // What is honest is read, and goes on to be submitted; this node takes no transactions.
    let honest = state(id, wanted, b"pay Alice");
    served.answers(Some(&honest));
    assert_eq!(served.client.request(id, None).await.expect("honest"), Some(honest));
    let verdict = decide(&served.client, &bob, None, id, Decision::Approve, None, None).await;
    let error = verdict.expect_err("no transactions");
    assert!(matches!(error, FlowError::Client(ClientError::Rpc { .. })), "{error}");
    assert!(served.was_asked_to_submit());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_decides_beside_approvals_that_nobody_signed() {
    let served = serve().await;
    let account = |name| Account::development(name).expect("an account");
    let (bob, charlie) = (account("//Bob"), account("//Charlie"));
    let wanted = body(b"pay Alice");
    let id = wanted.id(GENESIS);
    let signed = |genesis, body: &RequestBody| {
        charlie.approval(genesis, body, 0, Decision::Approve, body.expires)
    };
    let honest = signed(GENESIS, &wanted);
    let mut of_another = honest.clone();
    of_another.approver = account("//Eve").id().clone();
    let mut denied = honest.clone();
    denied.approval.decision = Decision::Deny;
    let forged = [
        of_another,
        denied,
        // Signed, but elsewhere, or for something else.
        signed(H256::repeat_byte(8), &wanted),
        signed(GENESIS, &body(b"pay Eve")),
    ];
    for approval in forged {
        let approver = approval.approver.clone();
        let mut shown = state(id, wanted.clone(), b"pay Alice");
        shown.approvals = vec![honest.clone(), approval];
        let checked = check_request(GENESIS, &shown);
        assert!(
            matches!(&checked, Err(FlowError::ForgedApproval { approver: named, .. }) if *named == approver),
            "{checked:?}"
        );
        for decision in [Decision::Approve, Decision::Deny] {
            let verdict = decide_on(&served.client, &bob, None, &shown, decision, None, None).await;
            assert!(matches!(verdict, Err(FlowError::ForgedApproval { .. })), "{verdict:?}");
        }
    }
    assert!(!served.was_asked_to_submit());
    let mut shown = state(id, wanted, b"pay Alice");
    shown.approvals = vec![honest];
    check_request(GENESIS, &shown).expect("signed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policies_and_keys_are_the_ones_asked_for() {
    let served = serve().await;
    let record = |policy: Policy| PolicyRecord {
        policy,
        signatures: Default::default(),
        created_by: AccountId::new([1; 32]),
        created_at: 0,
    };
    let hash = policy().hash(GENESIS);
    served.answers(Some(record(policy())));
    assert!(served.client.policy(hash, None).await.expect("honest").is_some());
    let looser = Policy { maximum_lifetime: 61, ..policy() };
    served.answers(Some(record(looser)));
    let read = served.client.policy(hash, None).await;
    assert!(matches!(read, Err(ClientError::OtherPolicy(found)) if found == hash), "{read:?}");

    let id = KeyId(H256::repeat_byte(3));
    served.answers(Some(key(id)));
    assert!(served.client.key(id, None).await.expect("honest").is_some());
    served.answers(Some(key(KeyId(H256::repeat_byte(4)))));
    let read = served.client.key(id, None).await;
    assert!(matches!(read, Err(ClientError::OtherKey(found)) if found == id), "{read:?}");
    served.answers(None::<KeyRecord>);
    assert!(served.client.key(id, None).await.expect("honest").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contract_is_deployed_only_where_it_will_be() {
    let served = serve().await;
    let alice = Account::development("//Alice").expect("an account");
    let deploy =
        || Contract::deploy(&served.client, &alice, b"code".to_vec(), b"terms".to_vec(), 1);
    let elsewhere = H160::repeat_byte(9);
    *served.node.elsewhere.lock().expect("no panic") = Some(elsewhere);
    let refused = deploy().await;
    let is_refused = matches!(
        refused,
        Err(ContractError::OtherAddress { found, expected }) if found == elsewhere && expected != found
    );
    assert!(is_refused, "{refused:?}");
    assert!(!served.was_asked_to_submit());

    // What is honest goes on to be submitted; this node takes no transactions.
    *served.node.elsewhere.lock().expect("no panic") = None;
    let refused = deploy().await;
    assert!(matches!(refused, Err(ContractError::Client(ClientError::Rpc { .. }))), "{refused:?}");
    assert!(served.was_asked_to_submit());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contracts_account_follows_from_its_address() {
    let served = serve().await;
    let address = H160::repeat_byte(5);
    let account = AccountId::new([6; 32]);
    served.answers(Some(ContractRecord { account, code_hash: H256::zero(), code_bytes: 1 }));
    let found = Contract::find(&served.client, address).await.expect("there is one");
    assert_eq!(found.account, contract_account(address));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pace_of_blocks_is_the_runtimes() {
    let served = serve().await;
    served.answers(SLOT_MILLISECONDS);
    assert_eq!(served.client.slot_milliseconds().await.expect("honest"), SLOT_MILLISECONDS);
    for other in [0, SLOT_MILLISECONDS - 1, 6_000] {
        served.answers(other);
        let error = served.client.slot_milliseconds().await.expect_err("another pace");
        assert!(error.is_lie(), "{error}");
        assert!(matches!(error, ClientError::OtherPace { found, .. } if found == other));
    }
}
