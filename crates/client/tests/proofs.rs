//! A node that is not trusted: what it serves of a real chain is read, what it makes up is not.
#![allow(missing_docs)]

#[path = "../../proof/tests/world/mod.rs"]
mod world;

mod fixtures;

use std::{
    cell::Cell,
    sync::{Arc, Mutex},
};

use codec::Encode;
use fixtures::token;
use jsonrpsee::{
    server::{Server, ServerHandle},
    types::ErrorObjectOwned,
    RpcModule,
};
use regent_client::{Client, ExportError, ProofError};
use regent_primitives::{
    bounds::MAX_CHAIN_PROOF_BYTES, AccountId, EpochStatus, KeyEntry, KeyId, KeyState, Operation,
    PayloadFormat, PolicyHash, RegenToken, RequestBody, RequestId,
};
use regent_proof::{
    layout, ChainVerifier, FinalityError, FinalityProof, HeadError, HeadRules, HeadStore,
    HeadTracker, StandingKeys, StateError, TrustedBlock,
};
use serde_json::{json, Value};
use sp_core::H256;
use world::*;

/// What the node serves: its chain, the state it shows, and where it says finality ends.
struct Node {
    chain: Chain,
    shown: Option<State>,
    signers: usize,
    /// Blocks that changed the authorities, with their justifications.
    handoffs: Vec<(usize, Vec<u8>)>,
    /// How often a justification was asked for.
    asked: Cell<usize>,
}

impl Node {
    fn at(&self, hash: &str) -> Option<usize> {
        self.chain.headers.iter().position(|header| format!("{:?}", header.hash()) == hash)
    }

    /// One more block, after which others finalise.
    fn hand_over(&mut self, next: Vec<Validator>) {
        let (by, set) = (self.chain.validators.clone(), self.chain.set_id);
        self.chain.hand_over(next);
        let justification = justified(&by, self.chain.newest(), set);
        self.handoffs.push((self.chain.headers.len() - 1, justification));
    }

    fn prove_finality(&self, number: usize) -> String {
        self.asked.set(self.asked.get() + 1);
        if let Some((at, justification)) = self.handoffs.iter().find(|(at, _)| *at >= number) {
            let proof = FinalityProof {
                block: self.chain.headers[*at].hash(),
                justification: justification.clone(),
                unknown_headers: self.chain.headers[number + 1..=*at].to_vec(),
            };
            return format!("0x{}", hex::encode(proof.encode()));
        }
        let newest = self.chain.newest();
        let signers = &self.chain.validators[..self.signers];
        let votes = votes(signers, newest, self.chain.set_id);
        let proof = FinalityProof {
            block: newest.hash(),
            justification: assembled(newest, votes, vec![]).encode(),
            unknown_headers: self.chain.headers[number + 1..].to_vec(),
        };
        format!("0x{}", hex::encode(proof.encode()))
    }
}

struct Served {
    node: Arc<Mutex<Node>>,
    client: Client,
    _server: ServerHandle,
}

/// Keeps nothing: one run of a tracker.
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

type Tracker = HeadTracker<Forgetful>;

async fn serve() -> (Served, Tracker) {
    let mut chain = Chain::new(validators(1, 4));
    chain.push_with(vec![], |state| state.set(&layout::audit_count(), &5)).grow_to(9);
    let rules = HeadRules::new(chain.genesis(), SLOT, vec![code_hash()]);
    let anchor = chain.pinned(&validators(1, 4));
    let tracker = Tracker::open(rules, anchor, Forgetful).expect("opened");
    let (handoffs, asked) = (Vec::new(), Cell::new(0));
    let node = Arc::new(Mutex::new(Node { chain, shown: None, signers: 4, handoffs, asked }));

    let server = Server::builder().build("127.0.0.1:0").await.expect("bound");
    let url = format!("ws://{}", server.local_addr().expect("bound"));
    let mut module = RpcModule::new(node.clone());
    let mut method = |name: &'static str, answer: fn(&Node, Vec<Value>) -> Option<Value>| {
        module
            .register_method(name, move |params, node, _| {
                let node = node.lock().expect("no panic");
                let params = params.parse::<Option<Vec<Value>>>()?.unwrap_or_default();
                let unknown = || ErrorObjectOwned::owned(1, "unknown", None::<()>);
                answer(&node, params).ok_or_else(unknown)
            })
            .expect("new");
    };
    method("chain_getBlockHash", |node, params| {
        let number = params.first().and_then(Value::as_u64).unwrap_or(0) as usize;
        Some(json!(node.chain.headers.get(number).map(|header| header.hash())))
    });
    method("chain_getFinalizedHead", |node, _| Some(json!(node.chain.newest().hash())));
    method("chain_getHeader", |node, params| {
        let at = params.first().and_then(Value::as_str).map(|hash| node.at(hash));
        Some(json!(&node.chain.headers[at.unwrap_or(Some(0))?]))
    });
    method("grandpa_proveFinality", |node, params| {
        let number = params.first()?.as_u64()? as usize;
        (number < node.chain.headers.len()).then(|| json!(node.prove_finality(number)))
    });
    method("state_getReadProof", |node, params| {
        let keys: Vec<Vec<u8>> = params
            .first()?
            .as_array()?
            .iter()
            .map(|key| hex::decode(&key.as_str().unwrap_or_default()[2..]).unwrap_or_default())
            .collect();
        let at = node.at(params.get(1)?.as_str()?)?;
        let state = node.shown.as_ref().unwrap_or(&node.chain.states[at]);
        let proof = state.read_proof(&keys);
        let proof: Vec<_> = proof.iter().map(|node| format!("0x{}", hex::encode(node))).collect();
        Some(json!({ "at": params[1], "proof": proof }))
    });
    // Of the calls into the runtime: which set finalises what follows.
    method("state_call", |node, params| {
        let at = node.at(params.get(2)?.as_str()?)?;
        let set = node.handoffs.iter().filter(|(handoff, _)| *handoff <= at).count() as u64;
        Some(json!(format!("0x{}", hex::encode(set.encode()))))
    });
    let server = server.start(module);
    let client = Client::connect(&url).await.expect("connected");
    (Served { node, client, _server: server }, tracker)
}

impl Served {
    fn change(&self, change: impl FnOnce(&mut Node)) {
        change(&mut self.node.lock().expect("no panic"));
    }

    /// The time at which the node's newest block is due.
    fn now(&self) -> u64 {
        let node = self.node.lock().expect("no panic");
        node.chain.due(node.chain.newest().number)
    }

    async fn read(&self, tracker: &mut Tracker, now: u64) -> Result<Option<u64>, ProofError> {
        self.client.follow_finality(tracker, || now).await?;
        let read = self.client.proven_read(tracker, &layout::audit_count(), || now).await?;
        assert_eq!(read.head.hash, tracker.newest().hash);
        Ok(read.value)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_honest_node_is_followed_and_read() {
    let (served, mut tracker) = serve().await;
    assert_eq!(served.read(&mut tracker, served.now()).await.expect("proven"), Some(5));
    assert_eq!(tracker.newest().number, 9);
    // New blocks, another value, and none.
    served.change(|node| {
        node.chain.push_with(vec![], |state| state.set(&layout::audit_count(), &6));
    });
    assert_eq!(served.read(&mut tracker, served.now()).await.expect("proven"), Some(6));
    served.change(|node| {
        node.chain.push_with(vec![], |state| state.remove(layout::audit_count().bytes()));
    });
    assert_eq!(served.read(&mut tracker, served.now()).await.expect("proven"), None);
    assert_eq!(tracker.newest().number, 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_hides_or_changes_a_value_is_noticed() {
    let (served, mut tracker) = serve().await;
    for lie in [None, Some(7u64)] {
        served.change(|node| {
            let mut state = node.chain.state().clone();
            match lie {
                None => state.remove(layout::audit_count().bytes()),
                Some(value) => state.set(&layout::audit_count(), &value),
            }
            node.shown = Some(state);
        });
        let error = served.read(&mut tracker, served.now()).await.expect_err("a lie");
        let other_state =
            matches!(error, ProofError::Head(HeadError::State(StateError::OtherRoot { .. })));
        assert!(other_state, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stands_still_or_goes_back_is_noticed() {
    let (served, mut tracker) = serve().await;
    served.read(&mut tracker, served.now()).await.expect("proven");
    let error = served.read(&mut tracker, served.now() + 31_000).await.expect_err("stale");
    let stale = HeadError::Stale { number: 9, found: 31_000, limit: 30_000 };
    assert!(matches!(&error, ProofError::Head(found) if *found == stale), "{error}");
    // Its state of the last head it shows is not asked for: the tracker asks for its own.
    let now = served.now();
    served.change(|node| node.chain = node.chain.fork(6));
    let error = served.read(&mut tracker, now).await.expect_err("behind");
    assert!(matches!(error, ProofError::Node(_)), "{error}");
    assert_eq!(tracker.newest().number, 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_on_a_fork_is_noticed() {
    let (served, mut tracker) = serve().await;
    served.read(&mut tracker, served.now()).await.expect("proven");
    let known = tracker.newest().hash;
    served.change(|node| {
        node.chain = node.chain.fork(8);
        node.chain.grow_to(12);
        node.signers = 2;
    });
    let error = served.read(&mut tracker, served.now()).await.expect_err("not final");
    let few = FinalityError::TooFewVotes { found: 2, expected: 3 };
    assert!(
        matches!(&error, ProofError::Head(HeadError::Finality(found)) if *found == few),
        "{error}"
    );
    // With the signatures of all it is the validators who lie, and that is said.
    served.change(|node| node.signers = 4);
    let error = served.read(&mut tracker, served.now()).await.expect_err("two chains");
    let two = matches!(
        error,
        ProofError::Head(HeadError::Equivocation { number: 9, known: seen, .. }) if seen == known
    );
    assert!(two, "{error}");
    assert_ne!(known, H256::zero());
}

fn body() -> RequestBody {
    RequestBody {
        requester: [1; 32].into(),
        salt: [2; 32],
        key: KeyId(H256::repeat_byte(3)),
        epoch: 0,
        operation: Operation::Sign { format: PayloadFormat::Raw },
        payload_hash: H256::zero(),
        effect: Default::default(),
        policy: PolicyHash(H256::zero()),
        expires: 100,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_enclave_is_brought_a_proof_whose_handoffs_are_fetched_once() {
    let (served, _) = serve().await;
    served.change(|node| {
        node.hand_over(validators(2, 4));
        node.chain.grow_to(20);
        node.hand_over(validators(3, 4));
        node.chain.grow_to(30);
    });
    let genesis = served.client.genesis();
    let (id, body) = (RequestId(H256::repeat_byte(4)), body());
    let queries = StandingKeys::of(id, 1, &body).queries();
    let rules = HeadRules::new(genesis, SLOT, vec![code_hash()]);
    let mut verifier = ChainVerifier::new(rules, TrustedBlock::genesis(genesis));
    let asked = || served.node.lock().expect("no panic").asked.get();
    let from = (genesis, 0);

    let proofs = served.client.chain_proof(from, id, 1, &body).await.expect("gathered");
    assert!(proofs.earlier.is_empty());
    let proof = proofs.newest;
    assert_eq!((proof.handoffs.len(), asked()), (2, 3));
    let head = verifier.verify(&proof, &queries, served.now()).expect("proven");
    assert_eq!(head.number, 30);
    let standing = StandingKeys::of(id, 1, &body).read(&head.state).expect("asked");
    assert_eq!((standing.request, standing.token, standing.frozen), (None, None, false));

    // Later, with one more of them.
    served.change(|node| {
        node.hand_over(validators(4, 4));
        node.chain.grow_to(40);
    });
    let proofs = served.client.chain_proof(from, id, 1, &body).await.expect("gathered");
    assert!(proofs.earlier.is_empty());
    let proof = proofs.newest;
    assert_eq!((proof.handoffs.len(), asked()), (3, 3 + 2));
    let head = verifier.verify(&proof, &queries, served.now()).expect("proven");
    assert_eq!(head.number, 40);
}

/// A validator may change its keys in every session, for years.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_longer_than_a_proof_may_be_is_brought_in_parts() {
    let (served, _) = serve().await;
    served.change(|node| {
        // Some 17 KB each, so that 80 of them make three parts.
        for change in 0..80 {
            node.hand_over(validators(2 + change % 2, 128));
        }
        node.signers = 128;
        node.chain.grow_to(95);
    });
    let genesis = served.client.genesis();
    let (id, body) = (RequestId(H256::repeat_byte(4)), body());
    let queries = StandingKeys::of(id, 1, &body).queries();
    let rules = HeadRules::new(genesis, SLOT, vec![code_hash()]);
    let mut verifier = ChainVerifier::new(rules, TrustedBlock::genesis(genesis));

    let from = (genesis, verifier.followed());
    let proofs = served.client.chain_proof(from, id, 1, &body).await.expect("gathered");
    let limit = MAX_CHAIN_PROOF_BYTES as usize;
    let all = proofs.earlier.iter().chain([&proofs.newest]);
    assert!(all.clone().all(|proof| proof.encoded_size() <= limit));
    let handoffs: usize = all.map(|proof| proof.handoffs.len()).sum();
    assert_eq!((proofs.earlier.len(), handoffs), (2, 80));
    // Alone, the last part proves nothing.
    let mut alone = ChainVerifier::new(
        HeadRules::new(genesis, SLOT, vec![code_hash()]),
        TrustedBlock::genesis(genesis),
    );
    assert!(alone.verify(&proofs.newest, &queries, served.now()).is_err());

    let mut followed = 0;
    for part in &proofs.earlier {
        let refused = verifier.verify(part, &queries, served.now()).expect_err("of no state");
        assert!(["stale", "missing-node", "other-root"].contains(&refused.rule()), "{refused}");
        assert!(verifier.followed() > followed);
        followed = verifier.followed();
    }
    let head = verifier.verify(&proofs.newest, &queries, served.now()).expect("proven");
    assert_eq!((head.number, verifier.followed()), (95, 89));
    // What is known is not brought again.
    let from = (genesis, verifier.followed());
    let known = served.client.chain_proof(from, id, 1, &body).await.expect("gathered");
    assert_eq!((known.earlier.len(), known.newest.handoffs.len()), (0, 0));
    assert!(verifier.verify(&known.newest, &queries, served.now()).is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_does_not_prove_its_head_gives_nothing_for_an_enclave() {
    let (served, _) = serve().await;
    served.change(|node| node.signers = 2);
    let genesis = served.client.genesis();
    let id = RequestId(H256::repeat_byte(4));
    let error =
        served.client.chain_proof((genesis, 0), id, 1, &body()).await.expect_err("few votes");
    let few = FinalityError::TooFewVotes { found: 2, expected: 3 };
    assert!(
        matches!(&error, ProofError::Head(HeadError::Finality(found)) if *found == few),
        "{error}"
    );
    // Nor for one that begins elsewhere.
    let error = served.client.chain_proof((H256::repeat_byte(9), 0), id, 1, &body()).await;
    assert!(matches!(error, Err(ProofError::Node(_))));
}

/// A state with a key in its epoch 2.
fn with_key(state: &mut State, token: &RegenToken) {
    let (id, epoch) = (token.key_id, token.epoch);
    let owner = AccountId::new([1; 32]);
    let entry = KeyEntry { owner, chain_authority: true, current: epoch, newest: epoch };
    let status = EpochStatus {
        quorum: 3,
        state: KeyState::Active,
        request: RequestId(H256::zero()),
        enrolled_at: 1,
        transfer_to: None,
        confirmed: [1; 32],
        punctured: [0; 32],
        punctured_for_good: [0; 32],
    };
    state.set(&layout::key_entry(id), &entry);
    state.set(&layout::token(id, epoch), token);
    state.set(&layout::epoch_status(id, epoch), &status);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_proven_from_the_genesis_alone() {
    let (served, _) = serve().await;
    let id = KeyId(H256::repeat_byte(3));
    let honest =
        RegenToken { public_key: vec![4; 32].try_into().expect("short"), epoch: 2, ..token(id) };
    served.change(|node| {
        node.chain.push_with(vec![], |state| with_key(state, &honest));
    });
    let genesis = served.client.genesis();
    let block = served.client.proven_block(genesis).await.expect("proven");
    assert_eq!((block.number(), block.due()), (10, Some(served.now())));
    let record = block.key(id).await.expect("proven").expect("there");
    assert_eq!((record.token, record.quorum, record.chain_authority), (honest.clone(), 3, true));
    let unknown = block.key(KeyId(H256::repeat_byte(4))).await.expect("proven");
    assert!(unknown.is_none(), "that there is none is proven, too");
    assert!(block.cash().await.expect("proven").is_none());

    // Another public key: another address, to which people would send.
    let mut other = honest.clone();
    other.public_key = vec![5; 32].try_into().expect("short");
    served.change(|node| {
        let mut state = node.chain.state().clone();
        with_key(&mut state, &other);
        node.shown = Some(state);
    });
    let refused = block.key(id).await;
    assert!(matches!(refused, Err(ExportError::Unproven(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_that_is_not_proven_to_be_final_is_none() {
    let (served, _) = serve().await;
    let genesis = served.client.genesis();
    served.change(|node| node.signers = 2);
    let refused = served.client.proven_block(genesis).await;
    assert!(matches!(refused, Err(ExportError::Unproven(_))), "{refused:?}");
    // Signed by all, and of another chain than the one that is meant.
    served.change(|node| node.signers = 4);
    served.client.proven_block(genesis).await.expect("proven");
    let refused = served.client.proven_block(H256::repeat_byte(9)).await;
    assert!(matches!(refused, Err(ExportError::OtherGenesis { .. })), "{refused:?}");
}
