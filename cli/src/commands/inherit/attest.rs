//! `regent inherit attest`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IInheritance;

use super::words::CaseName;
use crate::{commands::proven_act::ProvenAct, context::Context, error::CliError};

/// Options of `regent inherit attest`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent inherit attest 0x52.. --case death --group 1 --evidence certificate.pdf --account //Eve")]
pub struct Options {
    /// What is attested.
    #[arg(long)]
    pub case: CaseName,
    /// As a member of which group: its number in the terms, from 0.
    #[arg(long)]
    pub group: u8,
    /// As every act that a document proves.
    #[command(flatten)]
    pub proven: ProvenAct,
}

/// Attests a case.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (proves, group) = (options.case.case(), options.group);
    let call = |evidence| IInheritance::attestCall { proves, group, evidence };
    options.proven.perform(call, "attested", context, out).await
}
