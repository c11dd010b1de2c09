//! `regent inherit submit`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IInheritance;

use crate::{
    commands::{
        prepare::{tell_request, Asked},
        submit::SubmitOptions,
    },
    context::Context,
    error::CliError,
};

/// Options of `regent inherit submit`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent inherit submit 0x52.. --account //Alice \\
      --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount \"0.5 ether\" --chain-id 1 --nonce 0
  regent inherit submit 0x52.. --account //Dave --decrypt secret.bin --result-key result.key
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Alice")]
pub struct Options {
    /// As every request through a contract.
    #[command(flatten)]
    pub submit: SubmitOptions,
}

/// Has the contract request the use of the key.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let SubmitOptions { act, .. } = &options.submit;
    let (account, client, contract) = act.begin(context).await?;
    let key = contract.ask(&client, account.id(), &IInheritance::keyCall {}, None).await?;
    let request = options.submit.request(&client, &contract, key).await?;
    let call = IInheritance::submitCall { request };
    let called = contract.call(&client, &account, &call, act.max_deposit).await?;
    let asked = Asked::request(&contract, &call.request);
    tell_request(context, &client, &asked, &called, None, out).await
}
