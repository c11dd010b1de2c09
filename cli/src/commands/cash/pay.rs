//! `regent cash pay`

use std::io::Write;

use clap::Args;
use regent_client::calls;
use regent_primitives::AccountId;

use crate::{
    args::AccountOptions, commands::carry_cash::submit, context::Context, error::CliError,
    policy_file::parse_account,
};

/// Options of `regent cash pay`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
A contract is paid by a call of it: `regent sale pay`, or `regent contract call --value`.

Example:
  regent cash pay 12.50 --to //Bob --account //Alice")]
pub struct Options {
    /// How much, such as 12.50.
    #[arg(value_name = "AMOUNT")]
    pub amount: String,
    /// The member who is paid: an SS58 address, or //NAME for development.
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
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
