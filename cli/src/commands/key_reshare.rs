//! `regent key reshare`

use std::io::Write;

use clap::Args;
use regent_primitives::Operation;

use super::{
    sharing::SharingOptions,
    succeed::{succeed, SucceedOptions},
};
use crate::{context::Context, error::CliError};

/// Options of `regent key reshare`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent key reshare 0x7a.. --quorum 1 --threshold 4 --account //Alice
  # in another terminal, as the approvers: regent approve REQUEST --account //Bob")]
pub struct Options {
    /// Among whom it is shared, from then on.
    #[command(flatten)]
    pub sharing: SharingOptions,
    /// As every request for a next epoch.
    #[command(flatten)]
    pub succeed: SucceedOptions,
}

/// Moves a key to another quorum or threshold.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let (quorum, tree) = options.sharing.of(&client, options.succeed.key).await?;
    succeed(&options.succeed, context, &client, Operation::Reshare { quorum, tree }, out).await
}
