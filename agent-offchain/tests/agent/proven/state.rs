//! Values of a block's state: as they were written, or the rule that forbids to believe them.

use codec::Encode;
use regent_agent::ports::{ReadChain, Runtime};
use regent_primitives::{
    policy::ChangeSignatures,
    runtime_api::{PolicyRecord, RequestState},
    BlockNumber, EpochRecord, EpochStatus, KeyEntry, PolicyHash, RequestId, H256,
};
use regent_proof::layout;

use super::{
    fresh,
    node::{version, FakeNode},
    world::{self, State},
};
use crate::support::{
    case::Case,
    people::{account, GENESIS, REQUESTER},
};

fn policy(record: &PolicyRecord) -> PolicyHash {
    record.policy.hash(GENESIS)
}

fn epoch_of(state: &RequestState) -> EpochRecord {
    EpochRecord {
        key: state.key.clone().expect("a key"),
        request: RequestId(H256::repeat_byte(8)),
        transfer_to: None,
        punctured: [1; 32],
        punctured_for_good: [0; 32],
    }
}

/// Writes a request, its policies and its key as the pallets keep them.
fn write(state: &mut State, request: &RequestState) {
    let id = request.id;
    state.set(&layout::request(id), &request.record);
    state.set_bytes(layout::approvals(id).bytes(), &request.approvals.encode());
    if let Some(payload) = &request.payload {
        state.set_bytes(layout::payload(id).bytes(), &payload.encode());
    }
    for session in &request.sessions {
        state.set(&layout::session(id, session.session.attempt), session);
    }
    for record in &request.lineage {
        state.set(&layout::policy(policy(record)), record);
    }
    if let Some(receipt) = &request.receipt {
        state.set(&layout::receipt(id), receipt);
    }
    if request.key.is_some() {
        let epoch = epoch_of(request);
        let (key, number) = (epoch.key.token.key_id, epoch.key.token.epoch);
        let entry = KeyEntry {
            owner: epoch.key.owner.clone(),
            chain_authority: epoch.key.chain_authority,
            current: number,
            newest: number,
        };
        state.set(&layout::key_entry(key), &entry);
        state.set(&layout::epoch_status(key, number), &EpochStatus::of(&epoch));
        state.set(&layout::token(key, number), &epoch.key.token);
    }
}

#[tokio::test]
async fn a_request_is_read_as_it_was_written() {
    for mut case in [Case::transfer(), Case::enrolment()] {
        let request = &mut case.state;
        // Some steps of a policy's life, the key's own first.
        for step in 1..4u32 {
            let mut record = request.lineage.last().expect("one").clone();
            record.policy.predecessor = Some(policy(&record));
            record.policy.maximum_lifetime += step;
            record.created_at = step as BlockNumber;
            record.signatures = ChangeSignatures::default();
            request.lineage.push(record);
        }
        if request.key.is_none() {
            request.lineage.drain(..3);
        }
        let last = request.lineage.last().expect("some").clone();
        request.policy = last.policy.clone();
        request.record.body.policy = policy(&last);

        let node = FakeNode::new();
        let at = node.push(|state| write(state, request));
        let eyes = fresh(&node).await;
        let found = eyes.chain.request(request.id, at).await.expect("proven");
        assert_eq!(found.as_ref(), Some(&*request));
        let unknown = eyes.chain.request(RequestId(H256::zero()), at).await.expect("proven");
        assert_eq!(unknown, None);
        let Some(key) = &request.key else { continue };
        let (id, epoch) = (key.token.key_id, key.token.epoch);
        let chain = &eyes.chain;
        assert_eq!(chain.key(id, at).await.expect("proven").as_ref(), Some(key));
        let expected = Some(epoch_of(request));
        assert_eq!(chain.epoch(id, epoch, at).await.expect("proven"), expected);
        assert_eq!(chain.epoch(id, epoch + 1, at).await.expect("proven"), None);
    }
}

#[tokio::test]
async fn a_policy_of_another_line_has_no_lineage() {
    let mut case = Case::transfer();
    let request = &mut case.state;
    request.lineage[0].policy.maximum_lifetime += 1;
    request.policy = request.lineage[0].policy.clone();
    request.record.body.policy = policy(&request.lineage[0]);
    request.record.body.requester = account(REQUESTER);
    let node = FakeNode::new();
    let at = node.push(|state| write(state, request));
    let found = fresh(&node).await.chain.request(request.id, at).await.expect("proven");
    assert!(found.expect("there").lineage.is_empty());
}

#[tokio::test]
async fn a_freeze_that_is_hidden_is_no_news() {
    let case = Case::transfer();
    let key = case.body.key;
    let node = FakeNode::new();
    let before = node.push(|state| write(state, &case.state));
    let at = node.push(|state| state.set(&layout::freeze(key), &(false, true)));
    let eyes = fresh(&node).await;
    assert!(!eyes.chain.is_frozen(key, before).await.expect("proven"));
    assert!(eyes.chain.is_frozen(key, at).await.expect("proven"));
    // The state before it, or one that is the same in all else.
    let mut hidden = node.inner().chain.state().clone();
    hidden.remove(layout::freeze(key).bytes());
    node.inner().shown = Some(hidden);
    let error = eyes.chain.is_frozen(key, at).await.expect_err("a lie").to_string();
    assert!(error.starts_with("other-root: "), "{error}");
    assert_eq!(eyes.broken(), Some("other-root"));
}

#[tokio::test]
async fn the_runtime_is_known_by_its_proven_code() {
    let node = FakeNode::new();
    let at = node.push(version);
    let eyes = fresh(&node).await;
    let expected = Runtime { code_hash: world::code_hash(), spec_version: 7 };
    assert_eq!(eyes.chain.runtime(at).await.expect("proven"), expected);
    // A state that remembers another first block is of another chain.
    let at = node.push(|state| state.set(&layout::block_hash(0), &H256::repeat_byte(1)));
    let error = eyes.chain.runtime(at).await.expect_err("refused").to_string();
    assert!(error.starts_with("wrong-genesis: "), "{error}");
    assert_eq!(eyes.broken(), Some("wrong-genesis"));
}

#[tokio::test]
async fn what_is_not_proven_is_not_read() {
    let case = Case::transfer();
    let node = FakeNode::new();
    let at = node.push(|state| write(state, &case.state));
    let eyes = fresh(&node).await;
    type Spoil = fn(&mut Vec<Vec<u8>>);
    let lies: [(&str, Spoil, &str); 7] = [
        ("nothing", Vec::clear, "other-root"),
        ("a value changed", |nodes| change_largest(nodes), "missing-node"),
        ("a node left out", |nodes| remove_largest(nodes), "missing-node"),
        ("a node too many", |nodes| nodes.push(vec![0; 40]), "unused-nodes"),
        ("a node twice", |nodes| nodes.push(nodes[0].clone()), "duplicate-node"),
        ("a huge node", |nodes| nodes.push(vec![0; 70_000]), "too-large"),
        ("many nodes", |nodes| nodes.extend((0..3_000u32).map(|it| it.encode())), "too-large"),
    ];
    for (what, spoil, rule) in lies {
        node.inner().spoil = Some(spoil);
        let error = eyes.chain.request(case.state.id, at).await.expect_err(what).to_string();
        assert!(error.starts_with(&format!("{rule}: ")), "{what}: {error}");
        assert_eq!(eyes.broken(), Some(rule), "{what}");
        node.inner().spoil = None;
        assert!(eyes.chain.request(case.state.id, at).await.expect(what).is_some());
        assert_eq!(eyes.broken(), None, "{what}");
    }
    // The whole of another state: the request as approved, hidden, or of another block.
    let hidden = State::default();
    let mut forged = node.inner().chain.state().clone();
    forged.remove(layout::approvals(case.state.id).bytes());
    let older = node.inner().chain.states[0].clone();
    for other in [hidden, forged, older] {
        node.inner().shown = Some(other);
        let error = eyes.chain.request(case.state.id, at).await.expect_err("a lie").to_string();
        assert!(error.starts_with("other-root: "), "{error}");
    }
}

#[tokio::test]
async fn a_state_is_read_by_the_header_with_the_blocks_hash() {
    let node = FakeNode::new();
    let at = node.push(version);
    let eyes = fresh(&node).await;
    let mut header = node.inner().chain.newest().clone();
    header.state_root = H256::repeat_byte(1);
    node.inner().header = Some(header);
    let error = eyes.chain.runtime(at).await.expect_err("refused").to_string();
    assert!(error.contains("the node gave header"), "{error}");
}

fn largest(nodes: &[Vec<u8>]) -> usize {
    let largest = nodes.iter().enumerate().max_by_key(|(_, node)| node.len());
    largest.expect("some").0
}

fn change_largest(nodes: &mut [Vec<u8>]) {
    let at = largest(nodes);
    *nodes[at].last_mut().expect("never empty") ^= 1;
}

fn remove_largest(nodes: &mut Vec<Vec<u8>>) {
    nodes.remove(largest(nodes));
}
