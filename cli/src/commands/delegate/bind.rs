//! `regent delegate bind`

use std::io::Write;

use clap::Args;
use regent_contract_abi::IDelegation;
use regent_primitives::KeyId;

use super::{act, ActOptions};
use crate::{context::Context, error::CliError};

/// Options of `regent delegate bind`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent delegate bind 0x52.. --key 0x7a.. --account //Alice")]
pub struct Options {
    /// The key. The contract must own it: it was transferred to the contract's account, or enrolled by it.
    #[arg(long)]
    pub key: KeyId,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

/// Has the contract keep a key.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let call = IDelegation::bindCall { key: options.key.0 .0.into() };
    act(&options.act, context, call, "the contract keeps the key: the mandate has begun", out).await
}
