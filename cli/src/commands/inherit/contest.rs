//! `regent inherit contest`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IInheritance;

use super::{act, words::CaseName, ActOptions};
use crate::{context::Context, error::CliError};

/// Options of `regent inherit contest`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent inherit contest 0x52.. --case death --account //Alice")]
pub struct Options {
    /// What is stopped.
    #[arg(long)]
    pub case: CaseName,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

/// Stops a case.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let call = IInheritance::contestCall { proves: options.case.case() };
    act(&options.act, context, call, "the case is contested: all is as before it", out).await
}
