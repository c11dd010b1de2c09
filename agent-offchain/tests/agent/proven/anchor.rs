//! Where trust begins.

use regent_agent::{config::Checkpoint, ports::Unproven, proven::Sources, store::HeadSlot};
use regent_primitives::H256;

use super::{next_final, node::FakeNode, open, sources};

/// The rule that forbids to begin with these.
async fn refused(sources: Sources) -> &'static str {
    match open(sources).await.err() {
        Some(Unproven::Head(error)) => error.rule(),
        other => panic!("{other:?}"),
    }
}

fn pinned(node: &FakeNode, number: u32) -> Checkpoint {
    Checkpoint { number, hash: node.inner().chain.headers[number as usize].hash() }
}

#[tokio::test]
async fn the_authorities_of_the_first_block_are_proven_by_its_state() {
    let node = FakeNode::new();
    node.grow_to(3);
    let mut forged = node.inner().chain.states[0].clone();
    forged.set_bytes(b"number", &[9]);
    node.inner().shown = Some(forged);
    assert_eq!(refused(sources(&node, HeadSlot::default())).await, "other-root");
    node.inner().shown = None;
    let second = node.inner().chain.headers[1].clone();
    node.inner().header = Some(second);
    assert_eq!(refused(sources(&node, HeadSlot::default())).await, "other-anchor");
}

#[tokio::test]
async fn a_pinned_block_is_where_a_new_agent_begins() {
    let node = FakeNode::new();
    node.grow_to(9);
    let begin = |checkpoint| Sources {
        checkpoint: Some(checkpoint),
        ..sources(&node, HeadSlot::default())
    };
    let eyes = open(begin(pinned(&node, 6))).await.expect("opened");
    let mut events = eyes.follow().await;
    assert_eq!(next_final(&mut events).await, 9);
    // Another height than the block's.
    let wrong = Checkpoint { number: 5, ..pinned(&node, 6) };
    assert_eq!(refused(begin(wrong)).await, "other-height");
    // A block that the node does not have.
    let unknown = Checkpoint { number: 6, hash: H256::repeat_byte(6) };
    let error = open(begin(unknown)).await.err().expect("refused").to_string();
    assert!(error.contains("trust.checkpoint"), "{error}");
}

#[tokio::test]
async fn a_pinned_block_does_not_lead_back() {
    let node = FakeNode::new();
    node.grow_to(9);
    let head = HeadSlot::default();
    let eyes = open(sources(&node, head.clone())).await.expect("opened");
    assert_eq!(next_final(&mut eyes.follow().await).await, 9);
    drop(eyes);
    let again =
        |checkpoint| Sources { checkpoint: Some(checkpoint), ..sources(&node, head.clone()) };
    // Older, or the same: what was verified stays.
    for number in [6, 9] {
        open(again(pinned(&node, number))).await.expect("opened");
    }
    let other = Checkpoint { number: 9, hash: H256::repeat_byte(6) };
    assert_eq!(refused(again(other)).await, "equivocation");
    // Newer: it begins there.
    node.grow_to(12);
    let runs = node.inner().runs;
    let eyes = open(again(pinned(&node, 12))).await.expect("opened");
    assert_eq!(node.inner().runs, runs);
    node.grow_to(13);
    assert_eq!(next_final(&mut eyes.follow().await).await, 13);
}

#[tokio::test]
async fn a_head_of_another_chain_is_refused() {
    let node = FakeNode::new();
    node.grow_to(2);
    let head = HeadSlot::default();
    let eyes = open(sources(&node, head.clone())).await.expect("opened");
    assert_eq!(next_final(&mut eyes.follow().await).await, 2);
    let genesis = H256::repeat_byte(1);
    assert_eq!(refused(Sources { genesis, ..sources(&node, head) }).await, "wrong-genesis");
}
