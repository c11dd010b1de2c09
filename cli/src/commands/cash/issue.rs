//! `regent cash issue`

use std::io::Write;

use clap::Args;
use regent_client::calls;
use regent_primitives::AccountId;

use crate::{
    args::AccountOptions, commands::carry_cash::submit, context::Context, error::CliError,
    policy_file::parse_account,
};

/// Options of `regent cash issue`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent cash issue 500 --to //Bob --account //Alice")]
pub struct Options {
    /// How much, such as 500 or 12.50.
    #[arg(value_name = "AMOUNT")]
    pub amount: String,
    /// The member who has it: an SS58 address, or //NAME for development.
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub to: AccountId,
    /// Whose account issues: the issuer's administrator's.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Issues cash.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let Options { amount, to, account } = options;
    let call = |amount| calls::cash::issue(to.clone(), amount);
    submit(account, context, amount, "issued", call, out).await
}
