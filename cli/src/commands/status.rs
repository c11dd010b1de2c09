//! `regent status`

use std::{
    io::Write,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::Args;

use crate::{context::Context, error::CliError, output::show, views::StatusView};

/// Options of `regent status`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent status --node ws://127.0.0.1:9944")]
pub struct Options {}

/// Shows the chain at a glance.
pub async fn run(
    _options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let finalised = client.finalised_head().await?;
    let at = Some(finalised.hash);
    let (peers, synchronising) = client.health().await?;
    let slot_milliseconds = client.slot_milliseconds().await?;
    let enclave = match context.enclave() {
        Ok(enclave) => enclave.info().await.map_err(|error| error.to_string()),
        Err(_) => Err("not named; use --enclave".to_owned()),
    };
    let due = finalised.slot.saturating_mul(slot_milliseconds);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let age = now
        .filter(|_| finalised.slot > 0)
        .map(|now| (now.as_millis() as f64 - due as f64).max(0.0) / 1_000.0);
    let view = StatusView {
        node: client.url().to_owned(),
        runtime: client.runtime_version(at).await?,
        code_hash: client.runtime_code_hash(at).await?,
        peers,
        synchronising,
        best: client.best_head().await?,
        finalised,
        finalised_age_seconds: age,
        status: client.status(at).await?,
        agents: client.all_agents(at).await?.len(),
        quorums: client.quorum_count(at).await?,
        enclave,
    };
    show(out, context.json(), &view)
}
