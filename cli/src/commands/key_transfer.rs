//! `regent key transfer`

use std::io::Write;

use clap::Args;
use regent_client::calls;

use super::{next_owner::NextOwner, own_key::OwnKey};
use crate::{context::Context, error::CliError};

/// Options of `regent key transfer`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent key transfer 0x7a.. --to //Bob --to-policy 0x51.. --account //Alice")]
pub struct Options {
    /// Who owns it from then on: the one it was prepared for.
    #[command(flatten)]
    pub next: NextOwner,
    /// Which key, and who decides.
    #[command(flatten)]
    pub own: OwnKey,
}

/// Hands a key over, in one block, with the epoch that `regent key prepare` prepared.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let NextOwner { to, to_policy } = options.next.clone();
    let call = |key| calls::keys::transfer_control(key, to, to_policy);
    options.own.decide(call, "transferred", context, out).await
}
