//! `regent sale attest-payment`

use std::io::Write;

use clap::Args;
use regent_contract_abi::ISale;

use super::{act, ActOptions};
use crate::{commands::document::EvidenceOptions, context::Context, error::CliError};

/// Options of `regent sale attest-payment`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent sale attest-payment 0x52.. --evidence receipt.pdf --account //Charlie")]
pub struct Options {
    /// By which document.
    #[command(flatten)]
    pub evidence: EvidenceOptions,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

/// An oracle attests that the price was paid.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let evidence = options.evidence.read()?;
    let call = ISale::attestPaymentCall { evidence: evidence.word() };
    act(&options.act, context, call, evidence.told("the payment is attested"), out).await
}
