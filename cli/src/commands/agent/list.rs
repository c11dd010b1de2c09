//! `regent agent list`

use std::io::Write;

use clap::Args;

use crate::{context::Context, error::CliError, output::show, views::AgentList};

/// Options of `regent agent list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent agent list --json")]
pub struct Options {}

/// Lists all agents that are registered.
pub async fn run(
    _options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    show(out, context.json(), &AgentList(client.all_agents(None).await?))
}
