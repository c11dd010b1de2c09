//! `regent key freeze`

use std::io::Write;

use clap::Args;
use regent_client::calls;

use super::own_key::OwnKey;
use crate::{context::Context, error::CliError};

/// Options of `regent key freeze`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent key freeze 0x7a.. --account //Alice")]
pub struct Options {
    /// Which key, and who decides.
    #[command(flatten)]
    pub own: OwnKey,
}

/// Freezes a key: nothing is requested for it, and no new attempt is offered to agents.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let call = calls::keys::freeze(options.own.key);
    options.own.decide(call, "frozen", context, out).await
}
