//! `regent quorum create`

use std::{collections::BTreeSet, io::Write};

use clap::Args;
use regent_client::calls;
use regent_primitives::{bounds::MAX_QUORUM_AGENTS, AgentId};
use serde_json::json;

use crate::{args::AccountOptions, context::Context, error::CliError, output::write_json};

/// Options of `regent quorum create`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent quorum create --threshold 2 --agent 0x98.. --agent 0x4c.. --agent 0xe1.. --keystore member.json")]
pub struct Options {
    /// How many of its agents must take part, at least.
    #[arg(long)]
    pub threshold: u16,
    /// An agent, by its id; given once for each. `regent agent list` shows them.
    #[arg(long = "agent", value_name = "ID", required = true)]
    pub agents: Vec<AgentId>,
    /// Whose account signs: any member's.
    #[command(flatten)]
    pub account: AccountOptions,
}

impl Options {
    /// What needs no chain to be refused.
    fn check(&self) -> Result<(), CliError> {
        let (count, threshold) = (self.agents.len(), self.threshold);
        let distinct: BTreeSet<&AgentId> = self.agents.iter().collect();
        if distinct.len() != count {
            return Err(CliError::input("--agent", "an agent is named twice; name each once"));
        }
        if count > MAX_QUORUM_AGENTS as usize {
            let reason = format!("{count} agents, and a quorum has at most {MAX_QUORUM_AGENTS}");
            return Err(CliError::input("--agent", reason));
        }
        if threshold == 0 || usize::from(threshold) > count {
            let reason = format!("{threshold} of {count} agents; give 1 to {count}");
            return Err(CliError::input("--threshold", reason));
        }
        Ok(())
    }
}

/// Creates a quorum: another set of agents, or threshold, is another quorum.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    options.check()?;
    let Options { threshold, agents, account } = options;
    let (account, client) = context.actor(account).await?;
    let call = calls::quorums::create_quorum(*threshold, agents.clone());
    let inclusion = client.submit_finalised(&account, call).await?;
    let block = inclusion.number;
    let quorum = calls::quorums::created(&inclusion).ok_or_else(|| {
        CliError::Evidence(format!(
            "the node shows no event Quorums.QuorumCreated of a transaction that it says succeeded in \
             block {block}; use another node"
        ))
    })?;
    if context.json() {
        let agents: Vec<String> = agents.iter().map(ToString::to_string).collect();
        let created = json!({
            "quorum": quorum, "threshold": threshold, "agents": agents, "block": block,
        });
        write_json(out, &created)
    } else {
        let count = agents.len();
        Ok(writeln!(
            out,
            "quorum {quorum} of {threshold} of {count} agents, final in block {block}"
        )?)
    }
}
