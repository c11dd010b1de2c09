//! `regent key show`

use std::io::Write;

use clap::Args;
use regent_client::flows::FlowError;
use regent_primitives::KeyId;

use crate::{
    context::Context,
    error::CliError,
    output::show,
    views::{KnownKey, Source},
};

/// Options of `regent key show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Where --genesis, or a network file, says which chain is meant, the key is proven from the chain's block 0 on, and
shown only if it is. Otherwise it is the node's word: send nothing to its address.

Examples:
  regent key show 0x7a..
  regent key show 0x7a.. --genesis 0x3d..")]
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
    let (record, source) = match context.genesis()? {
        Some(genesis) => {
            let block = client.proven_block(genesis).await?;
            (block.key(options.key).await?, Source::of(&block))
        }
        None => (client.key(options.key, None).await?, Source::Node),
    };
    let record = record.ok_or(FlowError::UnknownKey(options.key))?;
    show(out, context.json(), &KnownKey { record: &record, source })
}
