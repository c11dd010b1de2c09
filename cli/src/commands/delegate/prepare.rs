//! `regent delegate prepare`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IDelegation;

use crate::{
    commands::prepare::{prepare, PrepareOptions},
    context::Context,
    error::CliError,
};

/// Options of `regent delegate prepare`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent delegate prepare 0x52.. --account //Alice
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Alice")]
pub struct Options {
    /// As every preparation.
    #[command(flatten)]
    pub prepare: PrepareOptions,
}

/// Asks for the next epoch.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let call = |preparation| IDelegation::prepareCall { preparation };
    let then = |address: &str| format!("regent delegate release {address} --account //NAME");
    prepare(&options.prepare, context, IDelegation::keyCall {}, call, then, out).await
}
