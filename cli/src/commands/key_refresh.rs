//! `regent key refresh`

use std::io::Write;

use clap::Args;
use regent_primitives::Operation;

use super::succeed::{succeed, SucceedOptions};
use crate::{context::Context, error::CliError};

/// Options of `regent key refresh`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent key refresh 0x7a.. --account //Alice
  # in another terminal, as the approvers: regent approve REQUEST --account //Bob")]
pub struct Options {
    /// As every request for a next epoch.
    #[command(flatten)]
    pub succeed: SucceedOptions,
}

/// Makes new shares of a key. Neither the key nor a share is seen by anyone.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    succeed(&options.succeed, context, &client, Operation::Refresh, out).await
}
