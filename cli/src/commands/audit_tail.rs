//! `regent audit tail`

use std::io::Write;

use clap::Args;
use futures::StreamExt;
use regent_client::ClientError;
use tokio::signal::unix::{signal, SignalKind};

use crate::audit_links::Links;
use crate::{context::Context, error::CliError, output::show, views::EntryView};

/// Options of `regent audit tail`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent audit tail --json | jq .event")]
pub struct Options {
    /// Start with the newest so many that are there already.
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    pub last: usize,
}

/// Follows entries as they become final, until it is interrupted, and checks each link.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    // From here on an interrupt is heard whatever is waited for. What is written is whole lines.
    let mut interrupted = signal(SignalKind::interrupt())?;
    tokio::select! {
        ended = follow(options, context, out) => ended,
        _ = interrupted.recv() => Ok(()),
    }
}

async fn follow(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let mut heads = client.finalised_heads().await?;
    let mut links = Links::default();
    let mut at = client.finalised_hash().await?;
    let there = links.advance(&client, at).await?;
    let mut new = there.into_iter().rev().take(options.last).rev().collect::<Vec<_>>();
    loop {
        for (entry, hash) in &new {
            show(out, context.json(), &EntryView { entry, hash: *hash })?;
        }
        out.flush()?;
        let head = heads.next().await.ok_or(ClientError::SubscriptionEnded("finalised heads"))?;
        at = head?.hash;
        new = links.advance(&client, at).await?;
    }
}
