//! `regent key prepare`

use std::io::Write;

use clap::Args;
use regent_primitives::Operation;

use super::{
    next_owner::NextOwner,
    sharing::SharingOptions,
    succeed::{succeed, SucceedOptions},
};
use crate::{context::Context, error::CliError};

/// Options of `regent key prepare`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent key prepare 0x7a.. --to //Bob --to-policy 0x51.. --account //Alice
  # once it is confirmed:      regent key transfer 0x7a.. --to //Bob --to-policy 0x51.. --account //Alice
  # or, if it comes to nothing: regent key withdraw 0x7a.. --account //Alice")]
pub struct Options {
    /// Who is to own it.
    #[command(flatten)]
    pub next: NextOwner,
    /// Among whom it is shared, from then on.
    #[command(flatten)]
    pub sharing: SharingOptions,
    /// As every request for a next epoch.
    #[command(flatten)]
    pub succeed: SucceedOptions,
}

/// Prepares a key's next epoch for another owner; it waits until the owner transfers control.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let (quorum, tree) = options.sharing.of(&client, options.succeed.key).await?;
    let (owner, policy) = (options.next.to.clone(), options.next.to_policy);
    let operation = Operation::Transfer { quorum, tree, owner, policy };
    succeed(&options.succeed, context, &client, operation, out).await
}
