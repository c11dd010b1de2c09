//! `regent request show`

use std::io::Write;

use clap::Args;
use regent_client::flows::{check_request, FlowError};
use regent_primitives::RequestId;

use crate::{context::Context, error::CliError, output::show, views::RequestView};

/// Options of `regent request show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent request show 0x51..")]
pub struct Options {
    /// Id of the request.
    pub request: RequestId,
}

/// Shows all of a request, in finalised state.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let state = client.request(options.request, None).await?;
    let state = state.ok_or(FlowError::UnknownRequest(options.request))?;
    check_request(client.genesis(), &state)?;
    show(out, context.json(), &RequestView(&state))
}
