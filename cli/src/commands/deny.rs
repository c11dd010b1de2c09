//! `regent deny`

use std::io::Write;

use clap::Args;
use regent_primitives::{Decision, RequestId};

use super::approve;
use crate::{args::AccountOptions, context::Context, error::CliError};

/// Options of `regent deny`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent deny 0x51.. --account //Bob")]
pub struct Options {
    /// Id of the request.
    pub request: RequestId,
    /// Whose account denies.
    #[command(flatten)]
    pub account: AccountOptions,
    /// The stage to deny for; the open one otherwise.
    #[arg(long)]
    pub stage: Option<u8>,
}

/// Denies a request, for good.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let Options { request, account, stage } = options.clone();
    let options = approve::Options { request, account, stage, expires: None };
    approve::show_and_decide(&options, Decision::Deny, context, out).await
}
