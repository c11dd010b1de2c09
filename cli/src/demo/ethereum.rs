//! The Ethereum part: what is refused and why, then a signature.

use std::io::Write;

use regent_client::{
    calls,
    flows::{gather, prove, wait_for_block, wait_for_request, FlowError, Prepared, Task},
    Account,
};
use regent_payload::ethereum::{address, checksummed, eip1559_transfer, Gas};
use regent_primitives::{
    runtime_api::RequestState, KeyRecord, PayloadFormat, RegenToken, H256, U256,
};

use super::{
    policies::CHAIN_ID,
    scene::{failed, refusal, Performed, Scene},
    table::Table,
    OperationRecord, Record,
};
use crate::{
    error::CliError,
    payloads::{assemble, Payload},
    units::hexadecimal,
    views::effect_lines,
};

/// Half an ether, in wei.
const HALF: u64 = 500_000_000_000_000_000;
/// Somebody who is not on the list.
const STRANGER: [u8; 20] = [0xEE; 20];

pub(super) async fn show(
    scene: &Scene,
    key: &KeyRecord,
    out: &mut (impl Write + Send),
    record: &mut Record,
    timings: &mut Table,
) -> Result<(), CliError> {
    let known = scene.recipients.ethereum;
    let draft = |to, wei| draft(scene, key, to, wei);

    // What the chain refuses before anybody is asked.
    let alice = &scene.actors.alice;
    let over = draft(known, U256::from(HALF) * 6).await?;
    refused_by_chain(scene, alice, "an amount over the limit", &over, out).await?;
    let stranger = draft(STRANGER, U256::from(HALF)).await?;
    refused_by_chain(scene, alice, "a recipient off the list", &stranger, out).await?;
    let mut changed = draft(known, U256::from(HALF)).await?;
    changed.payload = transaction(known, U256::from(HALF) * 2);
    refused_by_chain(scene, alice, "another payload than requested", &changed, out).await?;

    let prepared = draft(known, U256::from(HALF)).await?;
    for line in effect_lines(&prepared.body.effect) {
        writeln!(out, "  requested: {line}")?;
    }
    let requested = scene.submit(&prepared).await?;
    let state = state_in(scene, &prepared, requested.inclusion.block).await?;
    // Until then an enclave knows of no such request.
    let patience = scene.options().approval_patience;
    wait_for_block(&scene.client, requested.inclusion.number, patience).await?;
    let early = execute_as(scene, &state, &prepared.payload).await;
    writeln!(out, "  refused   before approval: {}", refusal("early execution", early)?)?;
    let disorder = scene.approve(&scene.actors.charlie, prepared.id, 1).await;
    let disorder = refusal("approval out of order", disorder)?;
    writeln!(out, "  refused   the board before the controller: {disorder}")?;

    // Bob and Charlie approve; then another payload is tried on the approved request.
    scene.approve_all(prepared.id).await?;
    let state = approved(scene, &prepared).await?;
    let doubled = transaction(known, U256::from(HALF) * 2);
    let doubled = execute_as(scene, &state, &doubled).await;
    let doubled = refusal("a changed payload", doubled)?;
    writeln!(out, "  refused   a changed payload after approval: {doubled}")?;
    let performed = scene.carry(prepared, requested).await?;
    report("Ethereum transfer", &key.token, &performed, out, record, timings)
}

/// A transfer of half an ether to a known recipient.
pub(super) fn half(scene: &Scene, token: &RegenToken) -> Result<Payload, CliError> {
    transfer(token, scene.recipients.ethereum, U256::from(HALF))
}

/// To have it signed with the key of this token.
pub(super) fn signing(token: &RegenToken, payload: Payload) -> Task {
    let Payload { format, bytes, effect } = payload;
    Task::Sign { key: token.key_id, format, payload: bytes, effect }
}

/// Checks and shows a transfer that was signed with the key of this token.
pub(super) fn report(
    name: &str,
    token: &RegenToken,
    performed: &Performed,
    out: &mut impl Write,
    record: &mut Record,
    timings: &mut Table,
) -> Result<(), CliError> {
    let (payload, results) = (&performed.prepared.payload, &performed.executed.outcome.result);
    let raw = assemble(PayloadFormat::EthereumTransaction, payload, token, results)?;
    let own = address(&token.public_key)?;
    let sender = recover(payload, results.first())?;
    if sender != own {
        return Err(failed(name, "the recovered sender is another address"));
    }
    writeln!(out, "  approved  by Bob, then by Charlie; signed")?;
    writeln!(out, "  raw       {}", hexadecimal(&raw))?;
    writeln!(out, "  sender    {} as recovered, the key's address", checksummed(sender))?;
    timings.add(name, performed);
    record.add(OperationRecord::of(name, token, performed)?.assembled(&checksummed(own), &raw));
    Ok(())
}

fn transaction(to: [u8; 20], wei: U256) -> Vec<u8> {
    let gas = Gas {
        chain_id: CHAIN_ID,
        nonce: 0,
        limit: 21_000,
        max_fee_per_gas: 30_000_000_000,
        max_priority_fee_per_gas: 1_000_000_000,
    };
    eip1559_transfer(&gas, to, wei)
}

fn transfer(token: &RegenToken, to: [u8; 20], wei: U256) -> Result<Payload, CliError> {
    Payload::parse(PayloadFormat::EthereumTransaction, transaction(to, wei), token, None)
}

async fn draft(
    scene: &Scene,
    key: &KeyRecord,
    to: [u8; 20],
    wei: U256,
) -> Result<Prepared, CliError> {
    let payload = transfer(&key.token, to, wei)?;
    scene.draft(signing(&key.token, payload), None).await
}

/// The chain says why beforehand, and refuses the requester's transaction.
pub(super) async fn refused_by_chain(
    scene: &Scene,
    who: &Account,
    what: &str,
    prepared: &Prepared,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let reasons = scene.client.evaluate(&prepared.body, &prepared.payload, None).await?;
    if reasons.is_empty() {
        return Err(failed(what, "the dry run finds nothing wrong"));
    }
    let call = calls::requests::submit(prepared.body.clone(), prepared.payload.clone(), None);
    let submitted = scene.client.submit_in_block(who, call).await;
    refusal(what, submitted.map_err(CliError::from))?;
    Ok(writeln!(out, "  refused   {what}: {}", reasons.join("; "))?)
}

async fn state_in(
    scene: &Scene,
    prepared: &Prepared,
    block: H256,
) -> Result<RequestState, CliError> {
    let state = scene.client.request(prepared.id, Some(block)).await?;
    Ok(state.ok_or(FlowError::UnknownRequest(prepared.id))?)
}

/// The request in finalised state, once approved.
async fn approved(scene: &Scene, prepared: &Prepared) -> Result<RequestState, CliError> {
    let patience = scene.options().approval_patience;
    let state = wait_for_request(&scene.client, prepared.id, "approval", patience, |_, state| {
        Ok(state.filter(|state| state.record.status.may_release()))
    });
    Ok(state.await?)
}

/// Asks the enclave to execute a request as it stands, with this payload.
async fn execute_as(scene: &Scene, state: &RequestState, payload: &[u8]) -> Result<(), CliError> {
    let mut state = state.clone();
    state.payload = Some(payload.to_vec());
    let session = state.sessions.first().cloned();
    let session = session.ok_or_else(|| failed("the Ethereum transfer", "it has no session"))?;
    let proofs = prove(&scene.client, &scene.enclave, &state, &session).await?;
    let execution = gather(&state, &session, proofs.newest, &scene.options())?;
    scene.enclave.execute(&execution).await?;
    Ok(())
}

/// The address whose key signed the transaction.
fn recover(unsigned: &[u8], signature: Option<&Vec<u8>>) -> Result<[u8; 20], CliError> {
    let none = || failed("the Ethereum transfer", "no sender can be recovered");
    let bytes: [u8; 65] =
        signature.and_then(|bytes| bytes.as_slice().try_into().ok()).ok_or_else(none)?;
    let digest = alloy_primitives::keccak256(unsigned).0;
    let public =
        sp_core::ecdsa::Signature::from_raw(bytes).recover_prehashed(&digest).ok_or_else(none)?;
    Ok(address(&public.0)?)
}
