//! `regent inherit prepare`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IInheritance;

use super::words::StepName;
use crate::{
    commands::prepare::{prepare, PrepareOptions},
    context::Context,
    error::CliError,
};

/// Options of `regent inherit prepare`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent inherit prepare 0x52.. --step succeed --heir 0 --account //Bob
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Bob")]
pub struct Options {
    /// By which step control is to pass on.
    #[arg(long)]
    pub step: StepName,
    /// Which heir succeeds: the number in the terms, from 0; 0 for all together.
    #[arg(long, default_value_t = 0)]
    pub heir: u8,
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
    let (step, heir) = (options.step, options.heir);
    let call = |preparation| IInheritance::prepareCall { step: step.step(), heir, preparation };
    let then = |address: &str| {
        let name = step.name();
        format!("regent inherit execute {address} --step {name} --heir {heir} --account //NAME")
    };
    prepare(&options.prepare, context, IInheritance::keyCall {}, call, then, out).await
}
