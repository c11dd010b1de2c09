//! Agents that are not there: as many as the quorum can spare, and one more.

use std::time::Duration;

use regent_cli::{network::NetworkOptions, Links};
use regent_client::{
    flows::{execute, quiet, request, ExecuteOptions, FlowError},
    Remedy,
};
use regent_primitives::{AuditEvent, RequestStatus, Subject};
use regent_tests::{agent, Stage};

/// Blocks that requests and sessions live which are to fail: 15 s.
const SHORT: u32 = 30;

#[tokio::test(flavor = "multi_thread")]
async fn two_agents_can_be_spared_and_three_cannot() -> anyhow::Result<()> {
    let mut stage = Stage::set(NetworkOptions::default()).await?;
    stage.network.kill(&agent(3)).await?;
    stage.network.kill(&agent(4)).await?;
    stage.perform().await?;

    // One more: two shares are released, the enclave has too few, nothing is signed.
    stage.network.kill(&agent(2)).await?;
    let short = stage.transfer(SHORT).await?;
    let (client, enclave) = (stage.scene.client.clone(), stage.scene.enclave.clone());
    let alice = &stage.scene.actors.alice;
    request(&client, alice, &short, Some((&enclave, SHORT)), &mut quiet).await?;
    stage.scene.approve_all(short.id).await?;
    let options =
        ExecuteOptions { share_patience: Duration::from_secs(3), ..ExecuteOptions::default() };
    let error = execute(&client, &enclave, alice, short.id, &options, &mut quiet)
        .await
        .expect_err("two shares are too few");
    let FlowError::Enclave(error) = error else { panic!("the enclave was to refuse: {error}") };
    assert_eq!(error.remedy(), Remedy::ExecuteAgain, "{error}");
    let state = stage.wait(short.id, "two releases", |state| state.releases.len() == 2).await?;
    assert_eq!(state.record.status, RequestStatus::Executing);

    // None is left: nothing is released for the next.
    stage.network.kill(&agent(0)).await?;
    stage.network.kill(&agent(1)).await?;
    let none = stage.transfer(SHORT).await?;
    request(&client, alice, &none, Some((&enclave, SHORT)), &mut quiet).await?;
    stage.scene.approve_all(none.id).await?;
    let state = stage.wait_for_status(none.id, RequestStatus::Approved).await?;
    assert!(state.releases.is_empty());

    // Nobody could complete either: both expire, and the releases of the one are unaccounted.
    let two = stage.wait_for_status(short.id, RequestStatus::Expired).await?;
    let nothing = stage.wait_for_status(none.id, RequestStatus::Expired).await?;
    assert_eq!((two.releases.len(), nothing.releases.len()), (2, 0));
    assert!(two.receipt.is_none() && nothing.receipt.is_none());
    let at = client.finalised_hash().await?;
    let mut links = Links::default();
    let entries = links.advance(&client, at).await?;
    let end = |id| -> Vec<AuditEvent> {
        let of = entries.iter().filter(|(entry, _)| entry.subject == Subject::Request(id));
        of.rev().take(2).map(|(entry, _)| entry.event.clone()).collect()
    };
    assert_eq!(end(short.id), [AuditEvent::Expired, AuditEvent::Unaccounted]);
    assert_eq!(end(none.id), [AuditEvent::Expired, AuditEvent::Approved]);

    // The agents come back: what is over stays over, and a new request is carried through.
    stage.network.restart_all(&[0, 1, 2, 3, 4].map(agent)).await?;
    stage.perform().await?;
    for id in [short.id, none.id] {
        let state = client.request(id, None).await?.expect("still there");
        assert_eq!(state.record.status, RequestStatus::Expired);
    }
    Ok(stage.network.shut_down().await?)
}
