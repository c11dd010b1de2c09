//! What a node may say that is not so, each with the rules by which it is refused.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use codec::{Decode, Encode};
use regent_primitives::{
    timing::SLOT_MILLISECONDS, BlockNumber, BoundedVec, KeyId, RequestBody, RequestId,
    RequestStatus, Session, H256,
};
use regent_proof::{layout, FinalityProof, Header, StateKey};
use regent_protocol::seal::SessionKem;
use serde_json::{json, Value};
use sp_consensus_grandpa::GrandpaJustification;
use sp_core::ed25519;

use crate::{
    proxy::{Lie, Proxy},
    world::{header, justified, list, slot_digest, validators, vote, State},
};

const PROOF: &str = "state_getReadProof";
const FINALITY: &str = "grandpa_proveFinality";
const HEADER: &str = "chain_getHeader";
const HASH: &str = "chain_getBlockHash";
const FINAL: &str = "chain_subscribeFinalizedHeads";

/// A lie, and the names of the rules of which one refuses it.
pub struct Told {
    pub name: &'static str,
    pub rules: &'static [&'static str],
    pub lie: Lie,
}

fn told(name: &'static str, rules: &'static [&'static str], lie: Lie) -> Told {
    Told { name, rules, lie }
}

/// What lies are made of.
pub struct Truth {
    pub genesis: H256,
    /// A request that is approved, of a key that is frozen.
    pub request: RequestId,
    /// The key.
    pub key: KeyId,
    /// What is [`copied`] of the request.
    pub state: State,
    /// A block before the request's.
    pub before: H256,
    /// Its header, as the node gives it.
    pub header: Value,
}

/// What an agent reads of a request and of the chain at a block, but for a freeze of the key: whoever
/// believes this state releases, if the request is approved.
pub async fn copied(
    proxy: &Proxy,
    id: RequestId,
    body: &RequestBody,
    at: H256,
) -> anyhow::Result<State> {
    let (key, epoch) = (body.key, body.epoch);
    let keys = [
        layout::CODE.to_vec(),
        layout::runtime_version().bytes().to_vec(),
        layout::block_hash(0).bytes().to_vec(),
        layout::request(id).bytes().to_vec(),
        layout::payload(id).bytes().to_vec(),
        layout::approvals(id).bytes().to_vec(),
        layout::session(id, 1).bytes().to_vec(),
        layout::policy(body.policy).bytes().to_vec(),
        layout::key_entry(key).bytes().to_vec(),
        layout::epoch_status(key, epoch).bytes().to_vec(),
        layout::token(key, epoch).bytes().to_vec(),
    ];
    let mut state = State::default();
    for key in keys {
        let asked = vec![json!(text(&key)), json!(at)];
        let value = proxy.ask("state_getStorage", asked).await?;
        ensure!(value.is_string(), "nothing at {}", text(&key));
        state.set_bytes(&key, &bytes(&value));
    }
    Ok(state)
}

/// About what forbids a release: whoever believed one of these would release.
pub fn of_release(truth: &Truth) -> Vec<Told> {
    let freeze = text(layout::freeze(truth.key).bytes());
    let session = layout::session(truth.request, 1);
    let mut record = value(&truth.state, &session);
    record.session = strangers(truth.genesis, &record.session);
    let mut swapped = truth.state.clone();
    swapped.set(&session, &record);
    vec![
        told(
            "the freeze is hidden",
            &["other-root"],
            Lie::on(PROOF, move |params, honest| {
                let hidden = with_nodes(honest, State::default().read_proof(&keys(params)));
                Some(if asks(params, &freeze) { hidden } else { honest.clone() })
            }),
        ),
        told(
            "the session is a stranger's, and no freeze is there",
            &["other-root"],
            shown(swapped),
        ),
    ]
}

/// A session to which whoever runs the node has the key, with evidence that says so.
fn strangers(genesis: H256, session: &Session) -> Session {
    let mut session = session.clone();
    let (_, kem_public) = SessionKem::generate().expect("random bytes");
    session.kem_public = BoundedVec::truncate_from(kem_public);
    let report_data = session.report_data(genesis);
    let mut evidence = session.evidence.bytes.to_vec();
    // A simulated enclave's evidence ends with what it attests.
    let at = evidence.len() - report_data.0.len();
    evidence[at..].copy_from_slice(report_data.as_bytes());
    session.evidence.bytes = BoundedVec::truncate_from(evidence);
    session
}

/// About who approved a request of which one of two stages is done: what is [`copied`] of it is changed.
pub fn of_approval(pending: RequestId, state: &State) -> Vec<Told> {
    let request = layout::request(pending);
    let mut record = value(state, &request);
    record.status = RequestStatus::Approved;
    record.approved_entry = Some(record.last_entry);
    let mut approved = state.clone();
    approved.set(&request, &record);
    let policy = layout::policy(record.body.policy);
    let mut lenient = value(state, &policy);
    lenient.policy.stages.truncate(1);
    let mut one_stage = approved.clone();
    one_stage.set(&policy, &lenient);
    vec![
        told(
            "not all approved the request, says the chain; the node says that they did",
            &["other-root"],
            shown(approved),
        ),
        told("the policy is content with those who did", &["other-root"], shown(one_stage)),
    ]
}

/// About when an attempt ends that is over: what is [`copied`] of its request is changed.
pub fn of_deadline(over: RequestId, state: &State, now: BlockNumber) -> Told {
    let session = layout::session(over, 1);
    let mut record = value(state, &session);
    record.opened_at = now;
    record.deadline = now + record.session.lifetime;
    let mut moved = state.clone();
    moved.set(&session, &record);
    told("the deadline is yet to come", &["other-root"], shown(moved))
}

/// Every proof is of this state.
fn shown(state: State) -> Lie {
    Lie::on(PROOF, move |params, honest| Some(with_nodes(honest, state.read_proof(&keys(params)))))
}

fn value<V: Decode>(state: &State, key: &StateKey<V>) -> V {
    let mut bytes = state.bytes(key.bytes()).expect("copied");
    V::decode(&mut bytes).expect("of its type")
}

/// About a block's state.
pub fn of_state(truth: &Truth) -> Vec<Told> {
    let key = text(layout::request(truth.request).bytes());
    let before = json!(truth.before);
    let mut other_code = State::default();
    other_code.set_bytes(layout::CODE, b"another runtime");
    let (of_old, of_hidden) = (key.clone(), key);
    vec![
        told(
            "the request is hidden",
            &["other-root"],
            Lie::on(PROOF, move |params, honest| {
                let hidden = with_nodes(honest, State::default().read_proof(&keys(params)));
                Some(if asks(params, &of_hidden) { hidden } else { honest.clone() })
            }),
        ),
        told(
            "the state is one of before",
            &["other-root"],
            Lie::asking(move |method, params| {
                if method == PROOF && asks(params, &of_old) {
                    params[1] = before.clone();
                }
            }),
        ),
        told(
            "the runtime is another",
            &["other-root"],
            Lie::on(PROOF, move |params, honest| {
                Some(if asks(params, &text(layout::CODE_PROBE)) {
                    with_nodes(honest, other_code.read_proof(&keys(params)))
                } else {
                    honest.clone()
                })
            }),
        ),
        told(
            "a value is changed",
            &["missing-node", "other-root"],
            spoilt(|nodes| {
                let at = largest(nodes);
                if let Some(last) = nodes[at].last_mut() {
                    *last ^= 1;
                }
            }),
        ),
        told(
            "the proof is cut short",
            &["missing-node", "other-root"],
            spoilt(|nodes| {
                nodes.remove(largest(nodes));
            }),
        ),
        told(
            "the proof is of another key",
            &["missing-node", "unused-nodes"],
            Lie::asking(|method, params| {
                if method == PROOF {
                    params[0] = json!([text(layout::audit_count().bytes())]);
                }
            }),
        ),
        told("there is no proof", &["other-root"], spoilt(Vec::clear)),
        told("a node too many", &["unused-nodes"], spoilt(|nodes| nodes.push(vec![0; 40]))),
        told("a node twice", &["duplicate-node"], spoilt(|nodes| nodes.push(nodes[0].clone()))),
        told("a node too large", &["too-large"], spoilt(|nodes| nodes.push(vec![0; 70_000]))),
        told(
            "more nodes than anybody looks at",
            &["too-large"],
            spoilt(|nodes| nodes.extend((0..3_000u32).map(|node| node.encode()))),
        ),
        told(
            "more bytes than anybody looks at",
            &["too-large"],
            spoilt(|nodes| nodes.extend((0..40u8).map(|node| vec![node; 40_000]))),
        ),
    ]
}

/// About what is final.
pub fn of_finality(truth: &Truth) -> Vec<Told> {
    let old = truth.header.clone();
    vec![
        told(
            "another set of authorities finalised the block",
            &["unknown-voter"],
            proof(|mut proof| {
                let honest = justification(&proof.justification);
                let (hash, number) = (honest.commit.target_hash, honest.commit.target_number);
                let mut forged = honest;
                let votes = validators(9, 1);
                let votes = votes.iter().map(|voter| vote(voter, hash, number, forged.round, 0));
                forged.commit.precommits = votes.collect();
                proof.justification = forged.encode();
                proof
            }),
        ),
        told("a fork is final, in which nobody froze the key", &["unknown-voter"], fork(truth)),
        told(
            "a vote is forged",
            &["bad-signature"],
            proof(|mut proof| {
                let mut forged = justification(&proof.justification);
                let vote = &mut forged.commit.precommits[0];
                let mut raw = ed25519::Signature::from(vote.signature.clone());
                raw.0[7] ^= 1;
                vote.signature = raw.into();
                proof.justification = forged.encode();
                proof
            }),
        ),
        told(
            "the justification is cut short",
            &["malformed"],
            proof(|mut proof| {
                proof.justification.pop();
                proof
            }),
        ),
        told(
            "the justification is too large",
            &["too-large"],
            proof(|mut proof| {
                proof.justification.resize((2 << 20) + 1, 0);
                proof
            }),
        ),
        told(
            "the justification is withheld",
            &["malformed"],
            Lie::on(FINALITY, |_, _| Some(Value::Null)),
        ),
        told(
            "a header has another state",
            &["other-block", "broken-chain"],
            Lie::on(HEADER, |_, honest| {
                let mut header = honest.clone();
                header["stateRoot"] = json!(H256::repeat_byte(7));
                Some(header)
            }),
        ),
        told(
            "the newest final block is an old one",
            &["behind"],
            Lie::on(FINAL, move |_, _| Some(old.clone())),
        ),
        told(
            "a block is left out",
            &["gap"],
            Lie::asking(|method, params| {
                let height = params.first().and_then(Value::as_u64).unwrap_or_default();
                if [HASH, FINALITY].contains(&method) && height > 0 {
                    params[0] = json!(height + 1);
                }
            }),
        ),
    ]
}

/// A block of a stranger's after the newest that is final, with the state that is [`copied`].
fn fork(truth: &Truth) -> Lie {
    let (state, root, known) = (truth.state.clone(), truth.state.root(), json!(truth.before));
    Lie::all(move |method, params, honest| {
        Some(match method {
            FINALITY => {
                let mut proof = finality(honest);
                let parent = proof.unknown_headers.first().map_or(proof.block, |it| it.parent_hash);
                let number = justification(&proof.justification).commit.target_number;
                let height = number + 1 - proof.unknown_headers.len() as u32;
                let head = header(height, parent, root, vec![slot_digest(soon())]);
                proof.justification = justified(&validators(9, 1), &head, 0);
                (proof.block, proof.unknown_headers) = (head.hash(), vec![head]);
                text(&proof.encode()).into()
            }
            PROOF => with_nodes(honest, state.read_proof(&keys(params))),
            _ => honest.clone(),
        })
    })
    // The node does not have the fork.
    .and_asking(move |method, params| {
        if method == PROOF {
            params[1] = known.clone();
        }
    })
}

/// A slot that is not over: later than any block's, and not too late to be believed.
fn soon() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    since.as_millis() as u64 / SLOT_MILLISECONDS + 2
}

/// About where trust begins, to an agent that knows nothing but the first block's hash.
pub fn of_beginning() -> Vec<Told> {
    let mut forged = State::default();
    let keys_of = layout::authorities();
    forged.set(&keys_of.authorities, &list(&validators(9, 4)));
    forged.set(&keys_of.set_id, &0);
    vec![
        told(
            "others were the first authorities",
            &["other-root"],
            Lie::on(PROOF, move |params, honest| {
                Some(with_nodes(honest, forged.read_proof(&keys(params))))
            }),
        ),
        told(
            "the first block is another",
            &["other-anchor"],
            Lie::on(HEADER, |_, honest| {
                let mut header = honest.clone();
                header["stateRoot"] = json!(H256::repeat_byte(7));
                Some(header)
            }),
        ),
    ]
}

/// What a proof of finality is of: its last block, when the header before it is known.
pub fn newest_of(answer: &Value) -> (H256, u32) {
    let proof = finality(answer);
    (proof.block, justification(&proof.justification).commit.target_number)
}

/// Bytes as a node writes them.
pub fn text(key: &[u8]) -> String {
    format!("0x{}", hex::encode(key))
}

/// Bytes as a node writes them, read.
pub fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap_or_default().trim_start_matches("0x")).unwrap_or_default()
}

/// The keys of a question for a proof of state.
pub fn keys(params: &[Value]) -> Vec<Vec<u8>> {
    params[0].as_array().into_iter().flatten().map(bytes).collect()
}

/// Whether a proof of state is asked for this key.
pub fn asks(params: &[Value], key: &str) -> bool {
    params[0].as_array().is_some_and(|keys| keys.iter().any(|asked| asked == key))
}

/// A proof of state with other nodes.
pub fn with_nodes(answer: &Value, nodes: Vec<Vec<u8>>) -> Value {
    let mut answer = answer.clone();
    answer["proof"] = nodes.iter().map(|node| Value::from(text(node))).collect();
    answer
}

/// Every proof of state, changed.
fn spoilt(change: impl Fn(&mut Vec<Vec<u8>>) + Send + Sync + 'static) -> Lie {
    Lie::on(PROOF, move |_, honest| {
        let nodes = honest["proof"].as_array().into_iter().flatten();
        let mut nodes: Vec<Vec<u8>> = nodes.map(bytes).collect();
        change(&mut nodes);
        Some(with_nodes(honest, nodes))
    })
}

fn largest(nodes: &[Vec<u8>]) -> usize {
    nodes.iter().enumerate().max_by_key(|(_, node)| node.len()).map_or(0, |(at, _)| at)
}

fn finality(answer: &Value) -> FinalityProof {
    FinalityProof::decode(&mut bytes(answer).as_slice()).expect("a node's proof")
}

fn justification(bytes: &[u8]) -> GrandpaJustification<Header> {
    GrandpaJustification::decode(&mut &bytes[..]).expect("a node's justification")
}

/// Every proof of finality, changed.
fn proof(change: impl Fn(FinalityProof) -> FinalityProof + Send + Sync + 'static) -> Lie {
    Lie::on(FINALITY, move |_, honest| Some(text(&change(finality(honest)).encode()).into()))
}
