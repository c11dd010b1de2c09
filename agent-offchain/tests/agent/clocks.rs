//! A machine's clock that is set back makes no old head young.

use regent_primitives::Algorithm;

use super::support::{
    agent::TestAgent,
    eventually,
    world::{tree, World},
};

const PAYLOAD: &[u8] = b"pay the gardener";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_went_back_is_noticed_before_anything_is_released() {
    let world = World::new();
    let mut agent = TestAgent::new();
    agent.start(&world);
    let record = world.enrol(&[&agent], Algorithm::Ed25519, tree(1, &[agent.id])).await;
    let submit = || {
        let body = world.signing(record.token.key_id, PAYLOAD);
        world.submit(world.approved(&body, PAYLOAD, Some(&record)))
    };
    // Some seconds are what a time service corrects.
    world.clock.go_back_seconds(1);
    let id = submit();
    world.wake(&agent, id, 1);
    world.chain.advance();
    world.delivered(id, 1, 1).await;

    let stale = || agent.metrics().refused.with_label_values(&["stale-head"]).get();
    world.clock.go_back_seconds(9);
    let before = stale();
    let id = submit();
    world.wake(&agent, id, 1);
    let head = world.chain.advance();
    // By the clock this head is of now.
    eventually("the refusal", || stale() > before).await;
    eventually("the block", || agent.metrics().finalised_height.get() == u64::from(head.number))
        .await;
    assert!(world.enclave.deliveries_for(id, 1).is_empty());
    world.clock.advance_seconds(10);
    world.chain.advance();
    world.delivered(id, 1, 1).await;
}
