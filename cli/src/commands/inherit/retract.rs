//! `regent inherit retract`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IInheritance;

use super::{act, words::CaseName, ActOptions};
use crate::{context::Context, error::CliError};

/// Options of `regent inherit retract`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent inherit retract 0x52.. --case death --group 1 --account //Eve")]
pub struct Options {
    /// What was attested.
    #[arg(long)]
    pub case: CaseName,
    /// As a member of which group: its number in the terms, from 0.
    #[arg(long)]
    pub group: u8,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

/// Takes an attestation back.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let call = IInheritance::retractCall { proves: options.case.case(), group: options.group };
    act(&options.act, context, call, "the attestation is taken back", out).await
}
