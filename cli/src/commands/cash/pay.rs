//! `regent cash pay`

use std::io::Write;

use clap::Args;
use regent_client::calls;
use regent_primitives::AccountId;

use crate::{
    args::AccountOptions,
    commands::carry_cash::{parse_holder, submit},
    context::Context,
    error::CliError,
};

/// Options of `regent cash pay`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
A contract that is paid so does not learn of it. One that asks for a payment is paid by a call:
`regent contract call --value`.

Example:
  regent cash pay 12.50 --to //Bob --account //Alice")]
pub struct Options {
    /// How much, such as 12.50.
    #[arg(value_name = "AMOUNT")]
    pub amount: String,
    /// Whom: an SS58 address, //NAME for development, or a contract's address.
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_holder)]
    pub to: AccountId,
    /// Whose account pays.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Pays somebody.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let Options { amount, to, account } = options;
    let call = |amount| calls::cash::transfer(to.clone(), amount);
    submit(account, context, amount, "paid", call, out).await
}
