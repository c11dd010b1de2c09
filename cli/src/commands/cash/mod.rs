//! `regent cash`: the asset that contracts are paid in.

mod issue;
mod pay;
mod redeem;
mod show;

use std::io::Write;

use clap::Subcommand;

use super::leaf;
use crate::{args::Leaf, error::CliError};

/// A command about cash.
#[derive(Debug, Subcommand)]
pub enum CashCommand {
    /// Show the asset, who issues it, and what an account holds.
    Show(Leaf<show::Options>),
    /// Pay a member or a contract.
    Pay(Leaf<pay::Options>),
    /// As the issuer's administrator: issue to a member who has paid for it.
    Issue(Leaf<issue::Options>),
    /// Give up one's own, for the issuer to pay out.
    Redeem(Leaf<redeem::Options>),
}

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(
    command: &CashCommand,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    match command {
        CashCommand::Show(it) => leaf!(show, it, out),
        CashCommand::Pay(it) => leaf!(pay, it, out),
        CashCommand::Issue(it) => leaf!(issue, it, out),
        CashCommand::Redeem(it) => leaf!(redeem, it, out),
    }
}
