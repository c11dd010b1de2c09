//! People with policies of their own, and what they have done with keys.

use anyhow::{bail, Context};
use regent_client::{
    calls,
    flows::{quiet, request, Draft, FlowError, Task},
    Account, ClientError,
};
use regent_primitives::{
    AccountId, BoundedVec, Effect, OperationKind, PayloadFormat, Policy, PolicyHash, RegenToken,
};
use regent_tests::{carry, sender, transaction, BareStage, ALL_PARTS, LIFETIME};

/// Blocks a session of an enclave may take.
const SESSION_LIFETIME: u32 = 120;

/// A policy like one of the demonstration's, under which this account asks, for transfers too.
pub async fn policy_of(
    stage: &BareStage,
    like: PolicyHash,
    requester: &AccountId,
) -> anyhow::Result<PolicyHash> {
    let client = &stage.scene.client;
    let record = client.policy(like, None).await?.context("no such policy")?;
    let mut policy: Policy = record.policy;
    let mut requesters = vec![requester.clone()];
    // A contract gets no key that nobody could have transferred once the contract has ended.
    if AsRef::<[u8]>::as_ref(requester).ends_with(&[0xee; 12]) {
        requesters.push(stage.scene.actors.dave.id().clone());
    }
    policy.roles[0].members = BoundedVec::truncate_from(requesters);
    policy.operations.try_push(OperationKind::Transfer).expect("room for another");
    let hash = policy.hash(client.genesis());
    if client.policy(hash, None).await?.is_none() {
        let create = calls::policies::create(policy);
        client.submit_finalised(&stage.scene.actors.alice, create).await?;
    }
    Ok(hash)
}

/// A request under the policy that its key is bound to.
pub fn draft(task: Task) -> Draft {
    Draft { task, policy: None, lifetime: LIFETIME }
}

/// Has a person's request approved and carried through; returns its results.
pub async fn perform(
    stage: &BareStage,
    who: &Account,
    draft: Draft,
) -> anyhow::Result<Vec<Vec<u8>>> {
    let scene = &stage.scene;
    let prepared = draft.prepare(&scene.client, who.id()).await?;
    let session = Some((&scene.enclave, SESSION_LIFETIME));
    request(&scene.client, who, &prepared, session, &mut quiet).await?;
    Ok(carry(scene, who, prepared.id, ALL_PARTS).await?.outcome.result)
}

/// A transaction of half an ether from a key to a recipient of the treasury, and what it does.
pub fn transfer(stage: &BareStage, token: &RegenToken) -> anyhow::Result<(Vec<u8>, Effect)> {
    let payload = transaction(stage.scene.recipients.ethereum, 1);
    let format = PayloadFormat::EthereumTransaction;
    let parsed = regent_payload::parse(format, &payload, token.algorithm, &token.public_key, None)?;
    Ok((payload, parsed.effect))
}

/// Has a person's transfer of half an ether signed; returns the sender that the signature shows.
pub async fn pay(stage: &BareStage, who: &Account, token: &RegenToken) -> anyhow::Result<[u8; 20]> {
    let (payload, effect) = transfer(stage, token)?;
    let results = perform(stage, who, paying(token, payload.clone(), effect)).await?;
    sender(&payload, &results)
}

/// The name of the reason for which the chain does not take a person's transfer.
pub async fn why_not_pay(
    stage: &BareStage,
    who: &Account,
    token: &RegenToken,
) -> anyhow::Result<String> {
    let client = &stage.scene.client;
    let (payload, effect) = transfer(stage, token)?;
    let prepared = paying(token, payload, effect).prepare(client, who.id()).await?;
    match request(client, who, &prepared, None, &mut quiet).await {
        Err(FlowError::Client(ClientError::Dispatch(failure))) => Ok(failure.name),
        Err(error) => Err(error.into()),
        Ok(_) => bail!("it is taken"),
    }
}

fn paying(token: &RegenToken, payload: Vec<u8>, effect: Effect) -> Draft {
    let format = PayloadFormat::EthereumTransaction;
    draft(Task::Sign { key: token.key_id, format, payload, effect })
}
