//! `regent inherit execute`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IInheritance;

use super::{act, words::StepName, ActOptions};
use crate::{context::Context, error::CliError};

/// Options of `regent inherit execute`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent inherit execute 0x52.. --step succeed --heir 0 --account //Bob")]
pub struct Options {
    /// The step that was prepared.
    #[arg(long)]
    pub step: StepName,
    /// Which heir succeeds: the number in the terms, from 0; 0 for all together.
    #[arg(long, default_value_t = 0)]
    pub heir: u8,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

/// Passes control on.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let call = IInheritance::executeCall { step: options.step.step(), heir: options.heir };
    // After a halt of the chain periods start anew instead, and the contract does not say so.
    let done = "done: `regent inherit show` says who is in control";
    act(&options.act, context, call, done, out).await
}
