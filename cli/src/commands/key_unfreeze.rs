//! `regent key unfreeze`

use std::io::Write;

use clap::Args;
use regent_client::calls;

use super::own_key::OwnKey;
use crate::{context::Context, error::CliError};

/// Options of `regent key unfreeze`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent key unfreeze 0x7a.. --account //Alice")]
pub struct Options {
    /// Which key, and who decides.
    #[command(flatten)]
    pub own: OwnKey,
}

/// Lifts the owner's freeze.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let call = calls::keys::unfreeze(options.own.key);
    options.own.decide(call, "lifted", context, out).await
}
