//! Four validators, an institution each.

use regent_cli::network::{Chain, NetworkOptions};
use regent_primitives::RequestStatus;
use regent_tests::{Stage, PATIENCE};

#[tokio::test(flavor = "multi_thread")]
async fn four_validators_finalise_an_operation_and_can_spare_one() -> anyhow::Result<()> {
    let options = NetworkOptions { chain: Chain::Local, ..NetworkOptions::default() };
    let mut stage = Stage::set(options).await?;
    let performed = stage.perform().await?;
    let id = performed.prepared.id;
    let completed = stage.wait_for_status(id, RequestStatus::Completed).await?;
    let clients = stage.network.clients().to_vec();
    assert_eq!(clients.len(), 4);
    for client in &clients {
        // Every node comes to the same finalised request.
        let found = regent_client::flows::wait_for_request(
            client,
            id,
            "completion",
            PATIENCE,
            |_, state| Ok(state.filter(|state| state.record.status == RequestStatus::Completed)),
        );
        let found = found.await?;
        assert_eq!(found.receipt, completed.receipt, "{}", client.url());
        assert_eq!(client.genesis(), stage.network.genesis());
    }

    // One of four may be gone, with the agents it serves.
    stage.network.kill("node-3").await?;
    stage.perform().await?;
    Ok(stage.network.shut_down().await?)
}
