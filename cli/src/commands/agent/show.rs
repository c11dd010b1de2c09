//! `regent agent show`

use std::io::Write;

use clap::Args;
use regent_primitives::AgentId;

use crate::{context::Context, error::CliError, output::show, views::AgentView};

/// Options of `regent agent show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent agent show 0x98..")]
pub struct Options {
    /// Id of the agent.
    pub agent: AgentId,
}

/// Shows an agent, and the quorums that name it.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let (id, at) = (options.agent, Some(client.finalised_hash().await?));
    let registered = client.all_agents(at).await?;
    let record = registered.into_iter().find(|(agent, _)| *agent == id);
    let (_, record) = record.ok_or_else(|| CliError::NotFound {
        what: "agent",
        id: id.to_string(),
        remedy: "see `regent agent list`; one that was removed is registered no more",
    })?;
    let mut quorums = Vec::new();
    for number in 0..client.quorum_count(at).await? {
        let quorum = client.quorum(number, at).await?;
        if quorum.is_some_and(|quorum| quorum.agents.contains(&id)) {
            quorums.push(number);
        }
    }
    show(out, context.json(), &AgentView { id, record, quorums })
}
