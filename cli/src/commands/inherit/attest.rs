//! `regent inherit attest`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IInheritance;

use super::{act, words::CaseName, ActOptions};
use crate::{commands::document::EvidenceOptions, context::Context, error::CliError};

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
    /// By which document.
    #[command(flatten)]
    pub evidence: EvidenceOptions,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

/// Attests a case.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let evidence = options.evidence.read()?;
    let (proves, group) = (options.case.case(), options.group);
    let call = IInheritance::attestCall { proves, group, evidence: evidence.word() };
    act(&options.act, context, call, evidence.told("attested"), out).await
}
