//! `regent quorum`: fixed sets of agents, of which so many must take part.

mod create;
mod list;
mod show;

use std::io::Write;

use clap::Subcommand;

use super::leaf;
use crate::{args::Leaf, error::CliError};

/// A command about quorums.
#[derive(Debug, Subcommand)]
pub enum QuorumCommand {
    /// List all quorums.
    List(Leaf<list::Options>),
    /// Show one quorum, and which of its agents are registered.
    Show(Leaf<show::Options>),
    /// Create a quorum.
    Create(Leaf<create::Options>),
}

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(
    command: &QuorumCommand,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    match command {
        QuorumCommand::List(it) => leaf!(list, it, out),
        QuorumCommand::Show(it) => leaf!(show, it, out),
        QuorumCommand::Create(it) => leaf!(create, it, out),
    }
}
