//! `regent evidence`: files that prove operations to whoever has the chain's genesis, without a network.

mod diff;
mod export;
mod file;
mod judge;
mod redact;
mod report;
mod verify;

use std::io::Write;

use clap::Subcommand;
use regent_evidence::Report;

use super::leaf;
use crate::{args::Leaf, error::CliError};

/// A command about evidence.
#[derive(Debug, Subcommand)]
pub enum EvidenceCommand {
    /// Write operations with all that proves them into one file.
    Export(Box<Leaf<export::Options>>),
    /// Verify a file, without a network.
    Verify(Leaf<verify::Options>),
    /// Verify a file, and write a report on it for people who do not know the chain.
    Report(Leaf<report::Options>),
    /// Show that a later file goes on where an earlier one ends, and what is new in it.
    Diff(Leaf<diff::Options>),
    /// Write a copy in which some of what it holds is withheld.
    Redact(Leaf<redact::Options>),
}

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(
    command: &EvidenceCommand,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    match command {
        EvidenceCommand::Export(it) => leaf!(export, it, out),
        EvidenceCommand::Verify(it) => leaf!(verify, it, out),
        EvidenceCommand::Report(it) => leaf!(report, it, out),
        EvidenceCommand::Diff(it) => leaf!(diff, it, out),
        EvidenceCommand::Redact(it) => leaf!(redact, it, out),
    }
}

/// Fails with the first rule that does not hold of a file, if there is one.
fn check(name: &str, report: &Report) -> Result<(), CliError> {
    match report.first_failure() {
        None => Ok(()),
        Some(failure) => Err(CliError::Evidence(format!(
            "{name} is invalid: {failure} (must hold: {})",
            failure.rule.meaning()
        ))),
    }
}
