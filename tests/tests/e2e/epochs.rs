//! A key goes from epoch to epoch: refreshed, used, reshared, used; what is over stays over.

use std::time::{Duration, Instant};

use anyhow::bail;
use futures::StreamExt;
use regent_cli::network::NetworkOptions;
use regent_client::flows::{wait_for_epoch, Draft, FlowError, Task};
use regent_primitives::{
    AccessTree, Algorithm, AuditEvent, Epoch, EpochRecord, KeyState, Operation, RequestStatus,
    Subject,
};
use regent_tests::{agent, make, Stage, ALL_PARTS, FEWER_PARTS, LIFETIME, PATIENCE};

/// Carries a request for the next epoch through, and returns the epoch as the chain has it. The enclave
/// waits so long for the parts of all agents.
pub async fn succeed(
    stage: &Stage,
    operation: Operation,
    patience: Duration,
) -> anyhow::Result<EpochRecord> {
    let key = stage.key.token.key_id;
    let draft = Draft { task: Task::Succeed { key, operation }, policy: None, lifetime: LIFETIME };
    let prepared = draft.prepare(&stage.scene.client, stage.scene.actors.alice.id()).await?;
    let outcome = make(&stage.scene, &prepared, patience).await?.outcome;
    let epoch = outcome.token.as_ref().expect("it makes one").epoch;
    let record = wait_for_epoch(&stage.scene.client, (key, epoch), PATIENCE).await?;
    assert_eq!(outcome.token.as_ref(), Some(&record.key.token));
    assert_eq!(record.key.token.public_key, stage.key.token.public_key);
    Ok(record)
}

/// Waits until every leaf of an epoch is punctured in finalised state. Says whose is not, if one never is.
async fn punctured(stage: &Stage, epoch: Epoch) -> anyhow::Result<EpochRecord> {
    let (client, key) = (&stage.scene.client, stage.key.token.key_id);
    let deadline = Instant::now() + PATIENCE;
    let mut heads = client.finalised_heads().await?;
    loop {
        let at = Some(client.finalised_hash().await?);
        let record = client.epoch(key, epoch, at).await?.expect("stored");
        let mut leaves = 0..record.key.token.tree.leaf_count();
        let Some(whole) = leaves.find(|leaf| !record.is_punctured(*leaf)) else {
            return Ok(record);
        };
        if Instant::now() > deadline {
            let log = stage.end_of_log(whole);
            bail!("agent {whole} never punctured epoch {epoch}; its log ends:\n{log}");
        }
        heads.next().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_refreshed_and_reshared_and_signs_after_each() -> anyhow::Result<()> {
    let mut stage = Stage::set(NetworkOptions::default()).await?;
    let seed = stage.enrol(Algorithm::Aes256Gcm, stage.scene.documents);
    let (seed, _) = tokio::try_join!(seed, stage.perform())?;
    // A request of the first epoch that nobody has decided on when the epoch ends.
    let left = stage.transfer(LIFETIME).await?;
    stage.scene.submit(&left).await?;

    let first = succeed(&stage, Operation::Refresh, ALL_PARTS).await?;
    assert_eq!((first.key.token.epoch, first.key.state), (1, KeyState::Active));
    let ended = stage.wait_for_status(left.id, RequestStatus::Cancelled).await?;
    let at = stage.scene.client.finalised_hash().await?;
    let entries = log(&stage, at).await?;
    let why = entries.iter().rfind(|(subject, _)| *subject == Subject::Request(left.id));
    assert_eq!(why.map(|(_, event)| event), Some(&AuditEvent::EpochEnded { epoch: 0 }));
    assert!(ended.receipt.is_none());
    stage.perform().await?;

    // Every agent destroys what regenerates its share of the first epoch. Their passphrases cannot tell
    // an old disk from the newest, so the epoch stays retiring.
    let over = punctured(&stage, 0).await?;
    assert_eq!(over.key.state, KeyState::Retiring);
    assert!((0..5).all(|leaf| !over.is_punctured_for_good(leaf)));

    // Two of five are down: three contribute, and the owner accepts that none is to spare.
    stage.network.kill(&agent(3)).await?;
    stage.network.kill(&agent(4)).await?;
    let thin = succeed(&stage, Operation::Refresh, FEWER_PARTS).await?;
    assert_eq!((thin.key.token.epoch, thin.key.state), (2, KeyState::Pending));
    stage.perform().await?;
    let accept = regent_client::calls::keys::accept_confirmed(stage.key.token.key_id);
    stage.scene.client.submit_finalised(&stage.scene.actors.alice, accept).await?;
    stage.perform().await?;

    // They come back by a reshare, to which the three old ones bring their shares.
    stage.network.restart_all(&[3, 4].map(agent)).await?;
    let agents = stage.network.agent_ids();
    let tree = AccessTree::threshold_of_agents(2, &agents).expect("a tree");
    let operation = Operation::Reshare { quorum: stage.scene.quorum, tree };
    let refused = succeed(&stage, operation, ALL_PARTS).await;
    assert!(refused.is_err(), "fewer agents than the quorum's threshold suffice");
    let tree = AccessTree::threshold_of_agents(4, &agents).expect("a tree");
    let operation = Operation::Reshare { quorum: stage.scene.quorum, tree };
    let fourth = succeed(&stage, operation, ALL_PARTS).await?;
    assert_eq!((fourth.key.token.epoch, fourth.key.state), (3, KeyState::Active));
    assert!((0..5).all(|leaf| fourth.key.token.is_present(leaf)));
    stage.perform().await?;

    // A seed key has no sharing of zero.
    let task = Task::Succeed { key: seed.token.key_id, operation: Operation::Refresh };
    let draft = Draft { task, policy: None, lifetime: LIFETIME };
    let prepared = draft.prepare(&stage.scene.client, stage.scene.actors.alice.id()).await?;
    let reasons = stage.scene.client.evaluate(&prepared.body, &prepared.payload, None).await?;
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    Ok(stage.network.shut_down().await?)
}

type Entry = (Subject, AuditEvent);

async fn log(stage: &Stage, at: regent_primitives::H256) -> Result<Vec<Entry>, FlowError> {
    let mut entries = Vec::new();
    loop {
        let from = entries.len() as u64;
        let page = stage.scene.client.audit_entries(from, 256, Some(at)).await?;
        if page.is_empty() {
            return Ok(entries);
        }
        entries.extend(page.into_iter().map(|entry| (entry.subject, entry.event)));
    }
}
