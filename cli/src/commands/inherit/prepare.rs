//! `regent inherit prepare`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IInheritance;

use super::words::StepName;
use crate::{
    commands::{
        carry_contract::show_contract,
        prepare::{tell_request, Asked, PrepareOptions},
    },
    context::Context,
    error::CliError,
};

/// Options of `regent inherit prepare`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent inherit prepare 0x52.. --step succeed --heir 0 --account //Bob
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Bob")]
pub struct Options {
    /// By which step control is to pass on.
    #[arg(long)]
    pub step: StepName,
    /// Which heir succeeds: the number in the terms, from 0; 0 for all together.
    #[arg(long, default_value_t = 0)]
    pub heir: u8,
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
    let key = contract.ask(&client, account.id(), &IInheritance::keyCall {}, None).await?;
    let preparation = options.prepare.preparation(&client, key).await?;
    let (step, heir) = (options.step, options.heir);
    let call = IInheritance::prepareCall { step: step.step(), heir, preparation };
    let most = options.prepare.act.max_deposit;
    let called = contract.call(&client, &account, &call, most).await?;
    let then = format!(
        "regent inherit execute {} --step {} --heir {heir} --account //NAME",
        show_contract(contract.address),
        step.name()
    );
    let asked = Asked::preparation(&contract, key, &call.preparation);
    tell_request(context, &client, &asked, &called, Some(&then), out).await
}
