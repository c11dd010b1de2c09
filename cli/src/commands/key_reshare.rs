//! `regent key reshare`

use std::io::Write;

use clap::Args;
use regent_client::flows::FlowError;
use regent_primitives::{Operation, QuorumId};

use super::{
    carry::tree_of,
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

/// Moves a key to another quorum or threshold.
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
    succeed(&options.succeed, context, &client, Operation::Reshare { quorum, tree }, out).await
}
