//! `regent sale refuse`

use std::io::Write;

use clap::Args;
use regent_contract_abi::ISale;

use super::{act, ActOptions};
use crate::{commands::document::EvidenceOptions, context::Context, error::CliError};

/// Options of `regent sale refuse`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent sale refuse 0x52.. --index 0 --evidence refusal.pdf --account //Ferdie")]
pub struct Options {
    /// Whose consent: its number in the terms, from 0.
    #[arg(long)]
    pub index: u8,
    /// By which document.
    #[command(flatten)]
    pub evidence: EvidenceOptions,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

/// Refuses consent, or takes it back.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let evidence = options.evidence.read()?;
    let call = ISale::refuseCall { index: options.index, evidence: evidence.word() };
    act(&options.act, context, call, evidence.told("consent is refused"), out).await
}
