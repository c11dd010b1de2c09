//! `regent sale rule`

use std::io::Write;

use clap::{Args, ValueEnum};
use regent_contract_abi::ISale;

use super::{act, ActOptions};
use crate::{context::Context, error::CliError};

/// What the arbiter decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RulingName {
    /// The sale is to be settled.
    Complete,
    /// The sale is to be undone.
    Unwind,
}

/// Options of `regent sale rule`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent sale rule 0x52.. --ruling unwind --account //Eve")]
pub struct Options {
    /// What is decided.
    #[arg(long)]
    pub ruling: RulingName,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

/// Rules on a dispute.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (ruling, done) = match options.ruling {
        RulingName::Complete => (ISale::Ruling::Complete, "the sale is to be settled"),
        RulingName::Unwind => (ISale::Ruling::Unwind, "the sale is undone"),
    };
    act(&options.act, context, ISale::ruleCall { ruling }, done, out).await
}
