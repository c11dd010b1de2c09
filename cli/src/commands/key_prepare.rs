//! `regent key prepare`

use std::io::Write;

use clap::Args;
use regent_client::flows::FlowError;
use regent_primitives::{Operation, QuorumId};

use super::{
    carry::tree_of,
    next_owner::NextOwner,
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
    /// The quorum its agents come from, from then on; its present one otherwise.
    #[arg(long)]
    pub quorum: Option<QuorumId>,
    /// How many of the quorum's agents must take part; the quorum's own threshold otherwise.
    #[arg(long)]
    pub threshold: Option<u16>,
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
    let key = options.succeed.key;
    let record = client.key(key, None).await?.ok_or(FlowError::UnknownKey(key))?;
    let quorum = options.quorum.unwrap_or(record.quorum);
    let tree = tree_of(&client, quorum, options.threshold).await?;
    let (owner, policy) = (options.next.to.clone(), options.next.to_policy);
    let operation = Operation::Transfer { quorum, tree, owner, policy };
    succeed(&options.succeed, context, &client, operation, out).await
}
