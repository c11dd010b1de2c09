//! `regent key accept`

use std::io::Write;

use clap::Args;
use regent_client::calls;

use super::own_key::OwnKey;
use crate::{context::Context, error::CliError};

/// Options of `regent key accept`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent key accept 0x7a.. --account //Alice")]
pub struct Options {
    /// Which key, and who accepts.
    #[command(flatten)]
    pub own: OwnKey,
}

/// Accepts a pending epoch without an agent to spare: the loss of one more would lose it.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let call = calls::keys::accept_confirmed(options.own.key);
    options.own.decide(call, "accepted", context, out).await
}
