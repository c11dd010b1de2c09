//! `regent policy example`

use std::io::Write;

use clap::Args;
use serde_json::json;

use crate::{context::Context, error::CliError, output::write_json, policy_file::EXAMPLE};

/// Options of `regent policy example`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent policy example > treasury.toml")]
pub struct Options {}

/// Writes the commented example.
pub async fn run(
    _options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    if context.json() {
        return write_json(out, &json!({ "toml": EXAMPLE }));
    }
    Ok(out.write_all(EXAMPLE.as_bytes())?)
}
