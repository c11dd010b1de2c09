//! What a node may say that is not so, each with the rules by which it is refused.

use codec::{Decode, Encode};
use regent_primitives::{KeyId, RequestId, RequestRecord, RequestStatus, H256};
use regent_proof::{layout, FinalityProof, Header};
use serde_json::{json, Value};
use sp_consensus_grandpa::GrandpaJustification;
use sp_core::ed25519;

use crate::{
    proxy::Lie,
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
    /// A request that is approved, of a key that is frozen.
    pub request: RequestId,
    /// The key.
    pub key: KeyId,
    /// A request of the same key that nobody approved.
    pub pending: RequestRecord,
    /// A block before the requests'.
    pub before: H256,
    /// Its header, as the node gives it.
    pub header: Value,
}

/// About who approved a request that is pending.
pub fn of_approval(truth: &Truth, pending: RequestId) -> Told {
    let mut approved = truth.pending.clone();
    approved.status = RequestStatus::Approved;
    approved.approved_entry = Some(approved.last_entry);
    let mut forged = State::default();
    forged.set(&layout::request(pending), &approved);
    let key = text(layout::request(pending).bytes());
    told(
        "nobody approved the request, says the chain; the node says that they did",
        &["other-root"],
        Lie::on(PROOF, move |params, honest| {
            Some(if asks(params, &key) {
                with_nodes(honest, forged.read_proof(&keys(params)))
            } else {
                honest.clone()
            })
        }),
    )
}

/// About a block's state.
pub fn of_state(truth: &Truth) -> Vec<Told> {
    let key = text(layout::request(truth.request).bytes());
    let freeze = text(layout::freeze(truth.key).bytes());
    let before = json!(truth.before);
    let mut other_code = State::default();
    other_code.set_bytes(layout::CODE, b"another runtime");
    let (of_old, of_hidden) = (key.clone(), key);
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
        told(
            "a fork is final",
            &["unknown-voter"],
            proof(|mut proof| {
                let parent = proof.unknown_headers.first().map_or(proof.block, |it| it.parent_hash);
                let number = justification(&proof.justification).commit.target_number;
                let height = number + 1 - proof.unknown_headers.len() as u32;
                let log = vec![slot_digest(u64::MAX / 1_000_000)];
                let head = header(height, parent, H256::repeat_byte(7), log);
                proof.justification = justified(&validators(9, 1), &head, 0);
                (proof.block, proof.unknown_headers) = (head.hash(), vec![head]);
                proof
            }),
        ),
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
