//! The chain lies: its state is rewritten, as a majority of validators could. No agent and no
//! enclave takes its word.

use std::time::Duration;

use codec::Encode;
use regent_cli::{network::NetworkOptions, Links};
use regent_client::{
    flows::{gather, open_attempt, prove, quiet, request},
    Call, Remedy,
};
use regent_primitives::{
    runtime_api::RequestState, AgentId, Attempt, AuditEvent, BlockNumber, Decision, RefusalReason,
    RequestId, RequestStatus, Subject,
};
use regent_tests::{transaction, Stage, LIFETIME};
use sp_io::hashing::twox_128;

/// Blocks a session lives: two minutes.
const SESSION: u32 = 240;

type Item = (Vec<u8>, Vec<u8>);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_released_on_the_word_of_the_chain_alone() -> anyhow::Result<()> {
    let stage = Stage::set(NetworkOptions::default()).await?;
    // Where the chain is honest, the same transfer is signed.
    stage.perform().await?;

    // Approved, says the chain; nobody approved.
    let state = pending(&stage).await?;
    rewrite(&stage, forged_status(&stage, &state)).await?;
    refused_by_all(&stage, &state, RefusalReason::InvalidApprovals).await?;

    // Approved by Bob and Charlie, says the chain; Alice signed in their names.
    let state = pending(&stage).await?;
    let (body, actors) = (&state.record.body, &stage.scene.actors);
    let approvals: Vec<_> = [(&actors.bob, 0), (&actors.charlie, 1)]
        .into_iter()
        .map(|(victim, step)| {
            let genesis = stage.network.genesis();
            let mut approval =
                actors.alice.approval(genesis, body, step, Decision::Approve, body.expires);
            approval.approver = victim.id().clone();
            approval
        })
        .collect();
    let mut items = forged_status(&stage, &state);
    items.push((storage_key("Approvals", state.id), approvals.encode()));
    rewrite(&stage, items).await?;
    refused_by_all(&stage, &state, RefusalReason::InvalidApprovals).await?;

    // Approved by Bob and Charlie indeed; then the chain shows another payload.
    let prepared = stage.transfer(LIFETIME).await?;
    let (client, alice) = (&stage.scene.client, &stage.scene.actors.alice);
    request(client, alice, &prepared, None, &mut quiet).await?;
    stage.scene.approve_all(prepared.id).await?;
    let doubled = transaction(stage.scene.recipients.ethereum, 2);
    rewrite(&stage, vec![(storage_key("Payloads", prepared.id), doubled.encode())]).await?;
    open_attempt(client, alice, &stage.scene.enclave, prepared.id, 1, SESSION).await?;
    let state = stage.wait(prepared.id, "a session", |state| !state.sessions.is_empty()).await?;
    assert_eq!(state.payload, Some(doubled), "the chain lies");
    refused_by_all(&stage, &state, RefusalReason::PayloadMismatch).await?;
    Ok(stage.network.shut_down().await?)
}

/// A transfer that nobody approved, with a session open.
async fn pending(stage: &Stage) -> anyhow::Result<RequestState> {
    let prepared = stage.transfer(LIFETIME).await?;
    let session = Some((&stage.scene.enclave, SESSION));
    let alice = &stage.scene.actors.alice;
    request(&stage.scene.client, alice, &prepared, session, &mut quiet).await?;
    let pending = RequestStatus::Pending { stage: 0 };
    stage.wait_for_status(prepared.id, pending).await
}

/// What makes the chain say that a request is approved, and offer it to all agents.
fn forged_status(stage: &Stage, state: &RequestState) -> Vec<Item> {
    let mut record = state.record.clone();
    record.status = RequestStatus::Approved;
    record.approved_entry = Some(record.last_entry);
    let until: BlockNumber = state.sessions[0].deadline;
    let agents: Vec<(AgentId, u16)> =
        stage.network.agent_ids().into_iter().map(|agent| (agent, 1)).collect();
    // The pallet's `Offer`: attempt, last block, and how many leaves are awaited of whom.
    let offer: (Attempt, BlockNumber, Vec<(AgentId, u16)>) = (1, until, agents);
    vec![
        (storage_key("Requests", state.id), record.encode()),
        (storage_key("Offers", state.id), offer.encode()),
    ]
}

/// Of a map of the pallet `Requests` by request, hashed with `Identity`.
fn storage_key(map: &str, id: RequestId) -> Vec<u8> {
    [&twox_128(b"Requests"), &twox_128(map.as_bytes()), id.0.as_bytes()].concat()
}

/// Rewrites the chain's state, with the rights that only the development chain gives.
async fn rewrite(stage: &Stage, items: Vec<Item>) -> anyhow::Result<()> {
    let call = Call::new("System", "set_storage", [0, 4], &["items"], items.encode());
    let (client, alice) = (&stage.scene.client, &stage.scene.actors.alice);
    let call = client.as_root(&call).await?;
    client.submit_finalised(alice, call).await?;
    Ok(())
}

/// Every agent refuses on chain for this reason, none released, and the enclave refuses too.
async fn refused_by_all(
    stage: &Stage,
    before: &RequestState,
    reason: RefusalReason,
) -> anyhow::Result<()> {
    let (id, agents) = (before.id, stage.network.agent_ids());
    let state = stage
        .wait(id, "the refusals of all agents", |state| state.refusals.len() == agents.len())
        .await?;
    assert_eq!(state.record.status, RequestStatus::Approved, "the chain says so");
    for refusal in &state.refusals {
        assert_eq!(refusal.reason, reason, "{refusal:?}");
        assert!(agents.contains(&refusal.agent));
    }
    assert!(state.releases.is_empty() && state.receipt.is_none());

    // The log has no release of it either.
    let client = &stage.scene.client;
    let mut links = Links::default();
    let at = client.finalised_hash().await?;
    let released = links.advance(client, at).await?.into_iter().any(|(entry, _)| {
        entry.subject == Subject::Request(id)
            && matches!(entry.event, AuditEvent::ShareReleased { .. })
    });
    assert!(!released);

    let mut options = stage.scene.options();
    options.share_patience = Duration::from_secs(1);
    let session = state.sessions.last().expect("a session").clone();
    let enclave = &stage.scene.enclave;
    let proofs = prove(client, enclave, &state, &session).await?;
    let execution = gather(&state, &session, proofs.newest, &options)?;
    let error = enclave.execute(&execution).await.expect_err("the enclave refuses");
    assert!(!error.is_connection(), "{error}");
    assert_eq!(error.remedy(), Remedy::Correct, "{error}");
    Ok(())
}
