//! A key changes hands, and its former token is dead: who takes every agent's disk and TPM makes
//! nothing of it.

use anyhow::{ensure, Context};
use futures::StreamExt;
use regent_agent::{
    config::{Config, Environment},
    failpoint::Failpoint,
    root::open_store,
};
use regent_cli::network::{AgentRoot, NetworkOptions};
use regent_client::{
    calls,
    flows::{execute, quiet, request, Draft, Task},
    Account,
};
use regent_primitives::{
    AccountId, Algorithm, BoundedVec, Effect, KeyState, Operation, OperationKind, PayloadFormat,
    Policy, PolicyHash, RegenToken, RequestStatus,
};
use regent_protocol::Label;
use regent_tests::{agent, Stage, LIFETIME, PATIENCE};
use sp_core::{ed25519, Pair};

/// Blocks a session of an enclave may take.
const SESSION_LIFETIME: u32 = 120;
const MESSAGE: &[u8] = b"signed by whoever is in control";

/// A policy like the demonstration's documents, under which this person asks, for transfers too.
async fn policy_of(stage: &Stage, person: &AccountId) -> anyhow::Result<PolicyHash> {
    let (client, scene) = (&stage.scene.client, &stage.scene);
    let documents = client.policy(scene.documents, None).await?.context("no such policy")?;
    let mut policy: Policy = documents.policy;
    policy.roles[0].members = BoundedVec::truncate_from(vec![person.clone()]);
    policy.operations.try_push(OperationKind::Transfer).expect("room for another");
    let hash = policy.hash(client.genesis());
    client.submit_finalised(&scene.actors.alice, calls::policies::create(policy)).await?;
    Ok(hash)
}

/// Has a person's request approved and carried through; returns its results.
async fn perform(stage: &Stage, who: &Account, draft: Draft) -> anyhow::Result<Vec<Vec<u8>>> {
    let scene = &stage.scene;
    let prepared = draft.prepare(&scene.client, who.id()).await?;
    let session = Some((&scene.enclave, SESSION_LIFETIME));
    request(&scene.client, who, &prepared, session, &mut quiet).await?;
    let (options, mut progress) = (scene.options(), quiet);
    let executed =
        execute(&scene.client, &scene.enclave, who, prepared.id, &options, &mut progress);
    let executed = async { anyhow::Ok(executed.await?) };
    let approved = async { anyhow::Ok(scene.approve_all(prepared.id).await?) };
    let (executed, _) = tokio::try_join!(executed, approved)?;
    Ok(executed.outcome.result)
}

fn draft(task: Task) -> Draft {
    Draft { task, policy: None, lifetime: LIFETIME }
}

fn signing(token: &RegenToken) -> Draft {
    let (payload, effect) = (MESSAGE.to_vec(), Effect::default());
    draft(Task::Sign { key: token.key_id, format: PayloadFormat::Raw, payload, effect })
}

fn is_signed_by(token: &RegenToken, results: &[Vec<u8>]) -> bool {
    let signature = results.first().and_then(|bytes| <[u8; 64]>::try_from(&bytes[..]).ok());
    let public = <[u8; 32]>::try_from(&token.public_key[..]).map(ed25519::Public::from_raw);
    signature.zip(public.ok()).is_some_and(|(signature, public)| {
        ed25519::Pair::verify(&ed25519::Signature::from_raw(signature), MESSAGE, &public)
    })
}

/// Waits until an epoch is retired in finalised state.
async fn retired(stage: &Stage, token: &RegenToken) -> anyhow::Result<()> {
    let client = &stage.scene.client;
    let deadline = std::time::Instant::now() + PATIENCE;
    let mut heads = client.finalised_heads().await?;
    loop {
        let at = Some(client.finalised_hash().await?);
        let record = client.epoch(token.key_id, token.epoch, at).await?.context("stored")?;
        if record.key.state == KeyState::Retired {
            return Ok(());
        }
        let late = std::time::Instant::now() > deadline;
        ensure!(!late, "epoch {} is {:?}", token.epoch, record.key.state);
        heads.next().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_transfer_the_former_token_yields_nothing_to_who_takes_every_disk(
) -> anyhow::Result<()> {
    let options = NetworkOptions { root: AgentRoot::Tpm, ..NetworkOptions::default() };
    let mut stage = Stage::set(options).await?;
    let (seller, buyer) = (Account::development("//Alice")?, Account::development("//Dave")?);
    let sellers = policy_of(&stage, seller.id()).await?;
    let buyers = policy_of(&stage, buyer.id()).await?;
    let enrolled = stage.scene.enrol(Algorithm::Ed25519, sellers).await?;
    let old = enrolled.key()?.token.clone();
    assert!(is_signed_by(&old, &perform(&stage, &seller, signing(&old)).await?));

    // Prepared for one who is not to have it, given up, and prepared for the buyer.
    let client = stage.scene.client.clone();
    for to in [stage.scene.actors.charlie.id(), buyer.id()] {
        let (quorum, tree) = (stage.scene.quorum, stage.scene.tree.clone());
        let operation = Operation::Transfer { quorum, tree, owner: to.clone(), policy: buyers };
        let task = Task::Succeed { key: old.key_id, operation };
        perform(&stage, &seller, draft(task)).await?;
        if to != buyer.id() {
            let withdraw = calls::keys::withdraw_epoch(old.key_id);
            client.submit_finalised(&seller, withdraw).await?;
        }
    }
    let open = signing(&old).prepare(&client, seller.id()).await?;
    request(&client, &seller, &open, None, &mut quiet).await?;
    let transfer = calls::keys::transfer_control(old.key_id, buyer.id().clone(), buyers);
    client.submit_finalised(&seller, transfer).await?;

    // In that block the seller's control ends, and the buyer's begins: the key is the same.
    let record = stage.scene.key(old.key_id).await?;
    let new = record.token;
    assert_eq!((&record.owner, new.epoch, &new.public_key), (buyer.id(), 2, &old.public_key));
    stage.wait_for_status(open.id, RequestStatus::Cancelled).await?;
    let late = signing(&old).prepare(&client, seller.id()).await;
    let refused = match late {
        Ok(prepared) => request(&client, &seller, &prepared, None, &mut quiet).await.is_err(),
        Err(_) => true,
    };
    assert!(refused, "the seller asks for nothing any more");
    assert!(is_signed_by(&old, &perform(&stage, &buyer, signing(&new)).await?));

    // Every agent destroys what made its shares of the seller's epoch, and of the one nobody got.
    let withdrawn = client.epoch(old.key_id, 1, None).await?.context("stored")?.key.token;
    retired(&stage, &old).await?;
    retired(&stage, &withdrawn).await?;

    // The seller takes every agent's disk and TPM of this moment.
    let genesis = stage.network.genesis();
    let evaluates = |token: &RegenToken, home: &std::path::Path| -> anyhow::Result<bool> {
        let config = Config::load(home, &Environment::default())?;
        let store = open_store(&config, Failpoint::default())?;
        Ok(store.evaluate(&Label::from_bytes(token.label(genesis))).is_ok())
    };
    let homes: Vec<_> = stage.network.agents().iter().map(|agent| agent.configuration()).collect();
    for (number, home) in homes.iter().enumerate() {
        stage.network.kill(&agent(number)).await?;
        assert!(!evaluates(&old, home)?, "agent {number} has nothing of the seller's epoch");
        assert!(!evaluates(&withdrawn, home)?, "nor of the one that was given up");
        assert!(evaluates(&new, home)?, "and its leaf of the buyer's");
    }
    Ok(stage.network.shut_down().await?)
}
