//! `regent member`: the accounts that act for institutions.

mod list;
mod options;

use std::io::Write;

use clap::Subcommand;
use regent_client::calls::consortium;

use self::options::MemberOptions;
use super::leaf;
use crate::{args::Leaf, error::CliError};

/// A command about members.
#[derive(Debug, Subcommand)]
pub enum MemberCommand {
    /// List all members, or those of one institution.
    List(Leaf<list::Options>),
    /// As the administrator of an institution: let an account act for it.
    #[command(after_help = "Example:\n  regent member add 5Grw.. --keystore administrator.json")]
    Add(Leaf<MemberOptions>),
    /// As the administrator of an institution: end that, from the next transaction on.
    #[command(
        after_help = "Example:\n  regent member remove 5Grw.. --keystore administrator.json"
    )]
    Remove(Leaf<MemberOptions>),
}

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(
    command: &MemberCommand,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    match command {
        MemberCommand::List(it) => leaf!(list, it, out),
        MemberCommand::Add(it) => {
            leaf!(it, |own, context| own.change(consortium::add_member, "added", context, out))
        }
        MemberCommand::Remove(it) => {
            leaf!(it, |own, context| own.change(consortium::remove_member, "removed", context, out))
        }
    }
}
