//! The newest verified head outlives the process, and never goes back.

use redb::{ReadableDatabase, TableDefinition};
use regent_agent::{
    failpoint::Failpoint,
    store::{open_database, Batch, Store, StoreError},
};
use regent_primitives::{BlockNumber, H256};
use regent_proof::TrackedHead;

use super::{
    next_final,
    node::FakeNode,
    open, sources,
    world::{set, validators},
};
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

type Table = TableDefinition<'static, &'static str, &'static [u8]>;

/// Where the head is kept, after its mark.
const HEAD: Table = TableDefinition::new("verified-head");
/// Where earlier versions kept it, without one.
const UNMARKED: Table = TableDefinition::new("head");
const MARK_BYTES: usize = 32;

/// An agent that was stopped after it had followed a node to its newest block.
async fn followed(node: &FakeNode) -> TestAgent {
    let agent = TestAgent::new();
    let mut store = agent.store();
    store.bind(GENESIS).expect("bound");
    follow(&store, node).await;
    store.keep_head().expect("written");
    agent
}

fn row(agent: &TestAgent) -> Vec<u8> {
    let database = open_database(&agent.database()).expect("opens");
    let transaction = database.begin_read().expect("reads");
    let table = transaction.open_table(HEAD).expect("opens");
    let row = table.get("tracked").expect("reads").expect("there");
    row.value().to_vec()
}

fn put(agent: &TestAgent, table: Table, row: &[u8]) {
    let database = open_database(&agent.database()).expect("opens");
    let transaction = database.begin_write().expect("writes");
    transaction.open_table(table).expect("opens").insert("tracked", row).expect("inserted");
    transaction.commit().expect("commits");
}

#[tokio::test]
async fn a_head_that_the_agent_did_not_write_is_refused() {
    let node = FakeNode::new();
    node.grow_to(4);
    let (agent, other) = (followed(&node).await, followed(&node).await);
    let own = row(&agent);
    let (mark, head) = own.split_at(MARK_BYTES);
    let changed = |at: usize| {
        let mut row = own.clone();
        row[at] ^= 1;
        row
    };
    // A later head, after which others finalise.
    let mut planted = TrackedHead::from_bytes(head).expect("a head");
    planted.anchor.number += 100;
    planted.anchor.set = set(0, &validators(9, 1));
    let rows = [
        ("another mark", changed(0)),
        ("another head", changed(own.len() - 1)),
        ("a planted head", [mark, planted.to_bytes().as_slice()].concat()),
        ("no mark", head.to_vec()),
        ("half a mark", mark[..MARK_BYTES / 2].to_vec()),
        ("nothing", Vec::new()),
        ("another agent's", row(&other)),
    ];
    for (what, row) in rows {
        put(&agent, HEAD, &row);
        let vault = Box::new(agent.vault.clone());
        let error = agent::open(&agent.database(), vault, Failpoint::default()).err();
        assert!(matches!(error, Some(StoreError::ForeignHead)), "{what}: {error:?}");
    }
    put(&agent, HEAD, &own);
    assert_eq!(height(&agent.store()), Some(4));
}

#[tokio::test]
async fn a_head_that_an_earlier_version_left_is_not_read() {
    let node = FakeNode::new();
    node.grow_to(4);
    let (agent, old) = (followed(&node).await, TestAgent::new());
    put(&old, UNMARKED, &row(&agent)[MARK_BYTES..]);
    let mut store = old.store();
    assert_eq!(height(&store), None);
    // It begins again where it was told to, and its head has a mark from then on.
    store.bind(GENESIS).expect("bound");
    assert_eq!(follow(&store, &node).await, 4);
    store.keep_head().expect("written");
    drop(store);
    assert_eq!(height(&old.store()), Some(4));
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
