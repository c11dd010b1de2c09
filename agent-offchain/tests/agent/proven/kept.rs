//! The newest verified head outlives the process, and never goes back.

use regent_agent::{
    failpoint::Failpoint,
    store::{Batch, Store, StoreError},
};
use regent_primitives::{BlockNumber, H256};

use super::{next_final, node::FakeNode, open, sources};
use crate::support::{agent, agent::TestAgent, people::GENESIS};

/// Follows a node to its newest block.
async fn follow(store: &Store, node: &FakeNode) -> BlockNumber {
    let eyes = open(sources(node, store.head_slot())).await.expect("opened");
    next_final(&mut eyes.follow().await).await
}

fn height(store: &Store) -> Option<BlockNumber> {
    store.tracked_head().map(|head| head.anchor.number)
}

#[tokio::test]
async fn a_head_is_on_disk_before_anything_that_was_decided_on_it() {
    let (agent, node) = (TestAgent::new(), FakeNode::new());
    let mut store = agent.store();
    store.bind(GENESIS).expect("bound");
    assert_eq!(height(&store), None);
    let hash = node.grow_to(4);
    assert_eq!(follow(&store, &node).await, 4);
    // Nothing was decided, and it died.
    drop(store);
    let mut store = agent.store();
    assert_eq!(height(&store), None);
    follow(&store, &node).await;
    store.commit(&Batch { finalised: Some((4, hash)), ..Batch::default() }).expect("committed");
    drop(store);
    // With whatever is written next, or alone.
    let mut store = agent.store();
    assert_eq!(height(&store), Some(4));
    node.grow_to(6);
    assert_eq!(follow(&store, &node).await, 6);
    store.keep_head().expect("written");
    drop(store);
    let store = agent.store();
    assert_eq!(height(&store), Some(6));
    // It goes on from there: nothing is asked about what is known.
    let runs = node.inner().runs;
    assert_eq!(follow(&store, &node).await, 6);
    assert_eq!(node.inner().runs, runs);
}

#[tokio::test]
async fn a_head_that_somebody_put_back_is_noticed() {
    // The block before, the block itself under another hash, and the block after.
    for (number, is_behind) in [(3, false), (4, true), (5, true)] {
        let (agent, node) = (TestAgent::new(), FakeNode::new());
        let mut store = agent.store();
        store.bind(GENESIS).expect("bound");
        node.grow_to(4);
        follow(&store, &node).await;
        let acted_on = Some((number, H256::repeat_byte(9)));
        store.commit(&Batch { finalised: acted_on, ..Batch::default() }).expect("committed");
        drop(store);
        let vault = Box::new(agent.vault.clone());
        let error = agent::open(&agent.database(), vault, Failpoint::default()).err();
        let behind = matches!(
            error,
            Some(StoreError::HeadBehind { found: 4, expected }) if expected == number
        );
        assert_eq!(behind, is_behind, "{number}: {error:?}");
    }
}
