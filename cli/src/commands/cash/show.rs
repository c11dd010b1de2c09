//! `regent cash show`

use std::io::Write;

use clap::Args;
use regent_primitives::AccountId;

use crate::{
    commands::carry_cash::{asset, parse_holder},
    context::Context,
    error::CliError,
    output::show,
    views::CashView,
};

/// Options of `regent cash show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent cash show
  regent cash show //Bob
  regent cash show 0x52..")]
pub struct Options {
    /// Whose: an SS58 address, //NAME for development, or a contract's address.
    #[arg(value_name = "ACCOUNT", value_parser = parse_holder)]
    pub account: Option<AccountId>,
}

/// Shows the asset, and what an account holds.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let record = asset(&client).await?;
    let holding = match &options.account {
        Some(account) => Some((account.clone(), client.cash_of(account, None).await?)),
        None => None,
    };
    show(out, context.json(), &CashView { record, holding })
}
