//! `regent member`: the accounts that act for institutions.

mod add;
mod list;
mod remove;

use std::io::Write;

use clap::Subcommand;

use super::leaf;
use crate::{args::Leaf, error::CliError};

/// A command about members.
#[derive(Debug, Subcommand)]
pub enum MemberCommand {
    /// List all members, or those of one institution.
    List(Leaf<list::Options>),
    /// As the administrator of an institution: let an account act for it.
    Add(Leaf<add::Options>),
    /// As the administrator of an institution: end that.
    Remove(Leaf<remove::Options>),
}

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(
    command: &MemberCommand,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    match command {
        MemberCommand::List(it) => leaf!(list, it, out),
        MemberCommand::Add(it) => leaf!(add, it, out),
        MemberCommand::Remove(it) => leaf!(remove, it, out),
    }
}
