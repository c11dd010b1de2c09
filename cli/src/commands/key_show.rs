//! `regent key show`

use std::io::Write;

use clap::Args;
use regent_client::flows::FlowError;
use regent_primitives::KeyId;

use crate::{context::Context, error::CliError, output::show, views::KeyView};

/// Options of `regent key show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent key show 0x7a..")]
pub struct Options {
    /// Id of the key.
    pub key: KeyId,
}

/// Shows a key with its token.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let record = client.key(options.key, None).await?.ok_or(FlowError::UnknownKey(options.key))?;
    show(out, context.json(), &KeyView(&record))
}
