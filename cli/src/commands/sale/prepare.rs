//! `regent sale prepare`

use std::io::Write;

use clap::{Args, ValueEnum};
use regent_contract_abi::ISale;

use crate::{
    commands::{
        carry_contract::show_contract,
        prepare::{tell_request, Asked, PrepareOptions},
    },
    context::Context,
    error::CliError,
};

/// Where the key goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StepName {
    /// To the buyer, once all is paid and cleared.
    Settle,
    /// Back to the seller, once nothing is sold any more.
    TakeBack,
}

/// Options of `regent sale prepare`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent sale prepare 0x52.. --step settle --account //Bob
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Bob")]
pub struct Options {
    /// Where the key is to go.
    #[arg(long)]
    pub step: StepName,
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
    let key = contract.ask(&client, account.id(), &ISale::keyCall {}, None).await?;
    let preparation = options.prepare.preparation(&client, key).await?;
    let (step, next) = match options.step {
        StepName::Settle => (ISale::Step::Settle, "settle"),
        StepName::TakeBack => (ISale::Step::TakeBack, "take-back"),
    };
    let call = ISale::prepareCall { step, preparation };
    let most = options.prepare.act.max_deposit;
    let called = contract.call(&client, &account, &call, most).await?;
    let address = show_contract(contract.address);
    let then = format!("regent sale {next} {address} --account //NAME");
    let asked = Asked::preparation(&contract, key, &call.preparation);
    tell_request(context, &client, &asked, &called, Some(&then), out).await
}
