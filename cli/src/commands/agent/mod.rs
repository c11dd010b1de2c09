//! `regent agent`: recovery agents, and who runs them where.

mod consent;
mod endpoint;
mod list;
mod register;
mod remove;
mod show;

use std::io::Write;

use clap::Subcommand;

use super::leaf;
use crate::{args::Leaf, error::CliError};

/// A command about agents.
#[derive(Debug, Subcommand)]
pub enum AgentCommand {
    /// List all registered agents.
    List(Leaf<list::Options>),
    /// Show one agent, and the quorums that name it.
    Show(Leaf<show::Options>),
    /// As the administrator of the institution that runs it: register an agent.
    Register(Leaf<register::Options>),
    /// As that administrator: say where an agent is reached from now on.
    Endpoint(Leaf<endpoint::Options>),
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
        AgentCommand::Register(it) => leaf!(register, it, out),
        AgentCommand::Endpoint(it) => leaf!(endpoint, it, out),
        AgentCommand::Remove(it) => leaf!(remove, it, out),
    }
}
