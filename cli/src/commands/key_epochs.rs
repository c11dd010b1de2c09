//! `regent key epochs`

use std::io::Write;

use clap::Args;
use regent_client::flows::FlowError;
use regent_primitives::KeyId;

use crate::{context::Context, error::CliError, output::show, views::EpochList};

/// Options of `regent key epochs`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent key epochs 0x7a..")]
pub struct Options {
    /// Id of the key.
    pub key: KeyId,
}

/// Shows every epoch of a key: which one serves, which one waits, and how far those that are over are
/// punctured.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let at = Some(client.finalised_hash().await?);
    let mut epochs = Vec::new();
    // Numbered from 0, without a gap.
    while let Some(record) = client.epoch(options.key, epochs.len() as u32, at).await? {
        epochs.push(record);
    }
    if epochs.is_empty() {
        return Err(FlowError::UnknownKey(options.key).into());
    }
    show(out, context.json(), &EpochList(epochs))
}
