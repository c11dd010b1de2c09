//! The `regent` command line, as a library: the commands, each a function that writes to what it is
//! given; the [`network`] manager that runs a whole network as child processes; and the [`demo`].

mod args;
mod audit_links;
mod commands;
mod context;
mod error;
mod genesis;
mod identity;
mod output;
mod owner_file;
mod passwords;
mod payloads;
mod policy_file;
mod report_file;
mod terms;
mod units;
mod views;

pub mod demo;
pub mod network;

use std::process::ExitCode;

pub use args::{Cli, Command};
pub use audit_links::Links;
pub use context::Context;
pub use error::CliError;
pub use policy_file::{PolicyFile, PolicyFileError, EXAMPLE as POLICY_EXAMPLE};
pub use report_file::ReportFile;
pub use terms::{
    sharing_hash, Clock, DelegationFile, InheritanceFile, SaleFile, TermsError, TermsFile,
    DELEGATION_EXAMPLE, INHERITANCE_EXAMPLE, SALE_EXAMPLE,
};
pub use units::{parse_amount, parse_asset, parse_recipient, show_amount, show_asset};

/// Runs a command line and says how it ended: [`CliError::exit_code`].
pub fn main(cli: Cli) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output::fail(false, &CliError::io("the asynchronous runtime", error)),
    };
    let (json, ended) = runtime.block_on(commands::run(&cli.command, &mut std::io::stdout()));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has seen enough.
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => output::fail(json, &error),
    }
}
