//! `regent validator`: who validates, and with which session keys.

mod keys;
mod list;

use std::io::Write;

use clap::Subcommand;

use super::leaf;
use crate::{args::Leaf, error::CliError};

/// A command about validators.
#[derive(Debug, Subcommand)]
pub enum ValidatorCommand {
    /// List the seats that are filled, with their holders' session keys and whether they are in office.
    List(Leaf<list::Options>),
    /// As the holder of a seat: have your node make new session keys, and set them.
    Keys(Leaf<keys::Options>),
}

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(
    command: &ValidatorCommand,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    match command {
        ValidatorCommand::List(it) => leaf!(list, it, out),
        ValidatorCommand::Keys(it) => leaf!(keys, it, out),
    }
}
