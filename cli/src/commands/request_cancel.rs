//! `regent request cancel`

use std::io::Write;

use clap::Args;
use regent_client::calls;
use regent_primitives::RequestId;
use serde_json::json;

use crate::{args::AccountOptions, context::Context, error::CliError, output::write_json};

/// Options of `regent request cancel`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent request cancel 0x51.. --account //Alice")]
pub struct Options {
    /// Id of the request.
    pub request: RequestId,
    /// The requester's account.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Withdraws a request before anything was released for it.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.account).await?;
    let call = calls::requests::cancel(options.request);
    let inclusion = client.submit_finalised(&account, call).await?;
    if context.json() {
        let id = options.request.to_string();
        write_json(out, &json!({ "id": id, "status": "cancelled", "block": inclusion.number }))
    } else {
        Ok(writeln!(
            out,
            "request {} is cancelled, final in block {}",
            options.request, inclusion.number
        )?)
    }
}
