//! `regent cash redeem`

use std::io::Write;

use clap::Args;
use regent_client::calls;
use regent_primitives::H256;

use crate::{
    args::AccountOptions,
    commands::{carry_cash::submit, document::EvidenceOptions},
    context::Context,
    error::CliError,
};

/// Options of `regent cash redeem`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
The evidence is the payment instruction that was agreed on with the issuer: it says where the money goes.
What is redeemed is gone from the chain, whether the issuer pays or not.

Example:
  regent cash redeem 400 --evidence instruction.pdf --account //Eve")]
pub struct Options {
    /// How much, such as 400 or 12.50.
    #[arg(value_name = "AMOUNT")]
    pub amount: String,
    /// The payment instruction.
    #[command(flatten)]
    pub evidence: EvidenceOptions,
    /// Whose account gives it up.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Redeems cash.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let reference = H256(options.evidence.read()?.0);
    let call = |amount| calls::cash::redeem(amount, reference);
    submit(&options.account, context, &options.amount, "redeemed", call, out).await
}
