//! `regent sale submit`

use std::io::Write;

use clap::Args;
use regent_contract_abi::ISale;

use crate::{
    commands::submit::{submit, SubmitOptions},
    context::Context,
    error::CliError,
};

/// Options of `regent sale submit`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent sale submit 0x52.. --account //Alice \\
      --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount \"0.5 ether\" --chain-id 1 --nonce 0
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
    let call = |request| ISale::submitCall { request };
    submit(&options.submit, context, ISale::keyCall {}, call, out).await
}
