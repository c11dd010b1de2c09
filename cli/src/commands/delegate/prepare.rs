//! `regent delegate prepare`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IDelegation;

use crate::{
    commands::{
        carry_contract::show_contract,
        prepare::{tell_request, Asked, PrepareOptions},
    },
    context::Context,
    error::CliError,
};

/// Options of `regent delegate prepare`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent delegate prepare 0x52.. --account //Alice
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Alice")]
pub struct Options {
    /// As every preparation.
    #[command(flatten)]
    pub prepare: PrepareOptions,
}

/// Asks for the next epoch.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client, contract) = options.prepare.act.begin(context).await?;
    let key = contract.ask(&client, account.id(), &IDelegation::keyCall {}, None).await?;
    let preparation = options.prepare.preparation(&client, key).await?;
    let call = IDelegation::prepareCall { preparation };
    let most = options.prepare.act.max_deposit;
    let called = contract.call(&client, &account, &call, most).await?;
    let address = show_contract(contract.address);
    let then = format!("regent delegate release {address} --account //NAME");
    let asked = Asked::preparation(&contract, key, &call.preparation);
    tell_request(context, &client, &asked, &called, Some(&then), out).await
}
