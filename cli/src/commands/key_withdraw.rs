//! `regent key withdraw`

use std::io::Write;

use clap::Args;
use regent_client::calls;

use super::own_key::OwnKey;
use crate::{context::Context, error::CliError};

/// Options of `regent key withdraw`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent key withdraw 0x7a.. --account //Alice")]
pub struct Options {
    /// Which key, and who decides.
    #[command(flatten)]
    pub own: OwnKey,
}

/// Gives up a pending epoch, for example one prepared for a buyer who did not pay.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let call = calls::keys::withdraw_epoch(options.own.key);
    options.own.decide(call, "withdrawn", context, out).await
}
