//! The Bitcoin part: a taproot PSBT, signed and finalised.

use std::io::Write;

use regent_client::flows::Task;
use regent_payload::bitcoin_tx::{script_of_address, taproot_address, taproot_psbt, Coin, Payment};
use regent_primitives::{KeyRecord, PayloadFormat};

use super::{policies::NETWORK, scene::Scene, table::Table, OperationRecord, Record};
use crate::{
    error::CliError,
    payloads::{assemble, Payload},
    units::hexadecimal,
    views::effect_lines,
};

pub(super) async fn show(
    scene: &Scene,
    key: &KeyRecord,
    out: &mut (impl Write + Send),
    record: &mut Record,
    timings: &mut Table,
) -> Result<(), CliError> {
    let token = &key.token;
    let public = &token.public_key;
    let own = taproot_address(public, NETWORK)?;
    let change = script_of_address(&own, NETWORK).map_err(regent_payload::PayloadError::from)?;
    // Two coins that nobody has: what is signed is real, what is spent is not.
    let coins = [
        Coin { txid: [0xC1; 32], output: 0, satoshi: 150_000 },
        Coin { txid: [0xC2; 32], output: 1, satoshi: 70_000 },
    ];
    let payments = [
        Payment { script: scene.recipients.bitcoin.clone(), satoshi: 180_000 },
        Payment { script: change, satoshi: 38_000 },
    ];
    let format = PayloadFormat::BitcoinPsbt;
    let psbt = taproot_psbt(public, &coins, &payments)?;
    let payload = Payload::parse(format, psbt, token, Some(NETWORK))?;
    for line in effect_lines(&payload.effect) {
        writeln!(out, "  requested: {line}")?;
    }
    let task = Task::Sign {
        key: token.key_id,
        format,
        payload: payload.bytes.clone(),
        effect: payload.effect,
    };
    let performed = scene.perform(scene.draft(task, None).await?).await?;
    let results = &performed.executed.outcome.result;
    let transaction = assemble(format, &payload.bytes, token, results)?;
    writeln!(out, "  signed    {} inputs by their key path, from {own}", results.len())?;
    writeln!(out, "  final     {}", hexadecimal(&transaction))?;
    let name = "Bitcoin taproot payment";
    timings.add(name, &performed);
    record.add(OperationRecord::of(name, token, &performed)?.assembled(&own, &transaction));
    Ok(())
}
