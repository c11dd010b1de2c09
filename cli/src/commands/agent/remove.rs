//! `regent agent remove`

use std::io::Write;

use clap::Args;
use regent_client::calls;
use regent_primitives::AgentId;

use crate::{args::AccountOptions, commands::change::Change, context::Context, error::CliError};

/// Options of `regent agent remove`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent agent remove 0x98.. --keystore administrator.json")]
pub struct Options {
    /// Id of the agent.
    pub agent: AgentId,
    /// Whose account signs: the administrator's of the institution that runs it.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Removes an agent: no new quorum or key names it. Keys that it has a part in keep it until they are reshared.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.account).await?;
    let call = calls::quorums::remove_agent(options.agent);
    let change = Change { field: "agent", id: options.agent.to_string(), done: "removed" };
    change.make(&client, &account, call, context, out).await
}
