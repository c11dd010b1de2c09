//! The way to the newest final block.

use futures::{FutureExt, StreamExt};
use regent_agent::ports::ChainEvent;

use super::{
    fresh, next_final,
    node::FakeNode,
    world::{validators, Chain},
};

#[tokio::test]
async fn blocks_are_final_as_far_as_they_are_proven() {
    let node = FakeNode::new();
    node.grow_to(3);
    let eyes = fresh(&node).await;
    let mut events = eyes.follow().await;
    assert_eq!(next_final(&mut events).await, 3);
    node.grow_to(4);
    assert_eq!(next_final(&mut events).await, 4);
    // Several at once, with a change of authorities in the middle.
    node.hand_over(validators(2, 4));
    node.grow_to(9);
    assert_eq!(next_final(&mut events).await, 9);
    assert_eq!(eyes.broken(), None);
    // Who follows anew hears of the newest block again, and does not ask for its proof.
    let runs = node.inner().runs;
    let mut events = eyes.follow().await;
    assert_eq!(next_final(&mut events).await, 9);
    assert_eq!(node.inner().runs, runs);
}

#[tokio::test]
async fn a_block_that_its_authorities_did_not_finalise_is_not_final() {
    for (signers, rule) in
        [(validators(9, 4), "unknown-voter"), (validators(1, 2), "too-few-votes")]
    {
        let node = FakeNode::new();
        node.grow_to(3);
        let eyes = fresh(&node).await;
        let mut events = eyes.follow().await;
        assert_eq!(next_final(&mut events).await, 3);
        let honest = node.inner().chain.clone();
        let mut forged = honest.fork(3);
        forged.validators = signers;
        node.inner().chain = forged;
        node.grow_to(5);
        // Announced as the best block, and not as final.
        let best = events.next().now_or_never();
        assert!(matches!(best, Some(Some(Ok(ChainEvent::Best(_))))), "{best:?}");
        assert!(events.next().now_or_never().is_none());
        assert_eq!(eyes.broken(), Some(rule));
        node.inner().chain = honest;
        node.grow_to(6);
        assert_eq!(next_final(&mut events).await, 6);
        assert_eq!(eyes.broken(), None);
    }
}

#[tokio::test]
async fn a_node_that_is_behind_is_not_followed_back() {
    let node = FakeNode::new();
    node.grow_to(5);
    let eyes = fresh(&node).await;
    let mut events = eyes.follow().await;
    assert_eq!(next_final(&mut events).await, 5);
    let hash_of = |height: u32| node.inner().chain.run(height..=height)[0].hash();
    // Announced late, one after the other: the proof was of the last.
    for height in 1..5 {
        node.say(height, hash_of(height));
    }
    assert!(events.next().now_or_never().is_none());
    assert_eq!(eyes.broken(), None);
    node.grow_to(8);
    assert_eq!(next_final(&mut events).await, 8);
    node.say(5, hash_of(5));
    assert!(events.next().now_or_never().is_none(), "block 5 is not told of again");
    assert_eq!(eyes.broken(), Some("behind"));
    node.grow_to(9);
    assert_eq!(next_final(&mut events).await, 9);
    assert_eq!(eyes.broken(), None);
}

#[tokio::test]
async fn two_final_blocks_of_one_height_are_the_end() {
    for height in [5, 7] {
        let node = FakeNode::new();
        node.grow_to(5);
        let eyes = fresh(&node).await;
        let mut events = eyes.follow().await;
        assert_eq!(next_final(&mut events).await, 5);
        let fork = node.inner().chain.fork(4);
        node.inner().chain = fork;
        node.grow_to(height);
        let found = loop {
            match events.next().await.expect("goes on").expect("connected") {
                ChainEvent::Best(_) => {}
                event => break event,
            }
        };
        assert!(matches!(found, ChainEvent::Conflict { number: 5, .. }), "{height}: {found:?}");
    }
}

#[tokio::test]
async fn who_was_away_for_long_goes_on_by_the_handoffs() {
    let mut chain = Chain::new(validators(1, 4));
    chain.grow_to(40);
    let node = FakeNode::of(chain);
    node.hand_over(validators(2, 4));
    node.inner().chain.grow_to(90);
    node.hand_over(validators(3, 4));
    node.grow_to(4_300);
    let eyes = fresh(&node).await;
    let mut events = eyes.follow().await;
    assert_eq!(next_final(&mut events).await, 4_300);
    assert_eq!((node.inner().runs, eyes.broken()), (0, None));
    // And from there as ever.
    node.grow_to(4_302);
    assert_eq!(next_final(&mut events).await, 4_302);
}
