//! `regent key list`

use std::io::Write;

use clap::Args;

use crate::{context::Context, error::CliError, output::show, views::KeyList};

/// Options of `regent key list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent key list --json")]
pub struct Options {}

/// Lists all keys.
pub async fn run(
    _options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let at = Some(client.finalised_hash().await?);
    let mut records = Vec::new();
    for id in client.all_keys(at).await? {
        records.extend(client.key(id, at).await?);
    }
    show(out, context.json(), &KeyList(records))
}
