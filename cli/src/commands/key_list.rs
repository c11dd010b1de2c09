//! `regent key list`

use std::io::Write;

use clap::Args;

use crate::{context::Context, error::CliError, output::show, views::KeyList};

/// Options of `regent key list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
All of it is the node's word: `regent key show` proves a key before anything is sent to its address.

Example:
  regent key list --json")]
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
    context.say("as the node says; `regent key show KEY --genesis HASH` proves a key");
    show(out, context.json(), &KeyList(records))
}
