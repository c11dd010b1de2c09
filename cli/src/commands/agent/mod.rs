//! `regent agent`: recovery agents, and who runs them where.

mod consent;
mod list;
mod remove;
mod show;

use std::io::Write;

use clap::Subcommand;
use regent_client::{calls::quorums, Call};

use self::consent::ConsentOptions;
use super::leaf;
use crate::{args::Leaf, error::CliError, identity::Identity};

/// A command about agents.
#[derive(Debug, Subcommand)]
pub enum AgentCommand {
    /// List all registered agents.
    List(Leaf<list::Options>),
    /// Show one agent, and the quorums that name it.
    Show(Leaf<show::Options>),
    /// As the administrator of the institution that runs it: register an agent.
    #[command(after_help = "\
Examples:
  regent-agent identity --config agent.toml --institution 0 --endpoint http://10.0.0.5:9955 --json \\
      > identity.json
  regent agent register --identity identity.json --keystore administrator.json")]
    Register(Leaf<ConsentOptions>),
    /// As that administrator: say where an agent is reached from now on.
    #[command(after_help = "\
Examples:
  regent-agent identity --config agent.toml --institution 0 --endpoint http://10.0.0.6:9955 --json \\
      > identity.json
  regent agent endpoint --identity identity.json --keystore administrator.json")]
    Endpoint(Leaf<ConsentOptions>),
    /// As that administrator: remove an agent, for good.
    Remove(Leaf<remove::Options>),
}

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(
    command: &AgentCommand,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    match command {
        AgentCommand::List(it) => leaf!(list, it, out),
        AgentCommand::Show(it) => leaf!(show, it, out),
        AgentCommand::Register(it) => {
            leaf!(it, |consent, context| consent.bring(register, "registered", context, out))
        }
        AgentCommand::Endpoint(it) => {
            leaf!(it, |consent, context| consent.bring(endpoint, "moved", context, out))
        }
        AgentCommand::Remove(it) => leaf!(remove, it, out),
    }
}

/// Registers an agent.
fn register(Identity { agent, endpoint, proof, .. }: Identity) -> Call {
    quorums::register_agent(agent, endpoint, proof)
}

/// Says where an agent is reached from now on.
fn endpoint(Identity { agent, endpoint, proof, .. }: Identity) -> Call {
    quorums::update_endpoint(agent, endpoint, proof)
}
