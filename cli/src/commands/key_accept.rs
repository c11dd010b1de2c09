//! `regent key accept`

use std::io::Write;

use clap::Args;
use regent_client::calls;
use regent_primitives::KeyId;
use serde_json::json;

use crate::{args::AccountOptions, context::Context, error::CliError, output::write_json};

/// Options of `regent key accept`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent key accept 0x7a.. --account //Alice")]
pub struct Options {
    /// Id of the key.
    pub key: KeyId,
    /// Whose account accepts: the key's owner's.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Accepts a pending epoch without an agent to spare: the loss of one more would lose it.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.account).await?;
    let call = calls::keys::accept_confirmed(options.key);
    let inclusion = client.submit_finalised(&account, call).await?;
    if context.json() {
        let (key, block) = (options.key.to_string(), inclusion.number);
        write_json(out, &json!({ "key": key, "block": block }))
    } else {
        Ok(writeln!(out, "accepted, final in block {}", inclusion.number)?)
    }
}
