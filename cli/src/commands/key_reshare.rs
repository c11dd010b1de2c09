//! `regent key reshare`

use std::io::Write;

use clap::Args;
use regent_client::flows::FlowError;
use regent_primitives::{AccessTree, KeyId, Operation, QuorumId};

use super::succeed::{succeed, SucceedOptions};
use crate::{context::Context, error::CliError};

/// Options of `regent key reshare`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent key reshare 0x7a.. --quorum 1 --threshold 4 --account //Alice
  # in another terminal, as the approvers: regent approve REQUEST --account //Bob")]
pub struct Options {
    /// Id of the key.
    pub key: KeyId,
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
    let record = client.key(options.key, None).await?;
    let record = record.ok_or(CliError::Flow(FlowError::UnknownKey(options.key)))?;
    let number = options.quorum.unwrap_or(record.quorum);
    let quorum = client.quorum(number, None).await?.ok_or(CliError::NotFound {
        what: "quorum",
        id: number.to_string(),
        remedy: "see `regent status` for how many there are; they are numbered from 0",
    })?;
    let threshold = options.threshold.unwrap_or(quorum.threshold);
    let tree = AccessTree::threshold_of_agents(threshold, &quorum.agents)
        .map_err(|error| CliError::input("--threshold", error))?;
    let operation = Operation::Reshare { quorum: number, tree };
    succeed(&options.succeed, context, &client, options.key, operation, out).await
}
