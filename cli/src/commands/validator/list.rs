//! `regent validator list`

use std::io::Write;

use clap::Args;

use crate::{context::Context, error::CliError, output::show, views::ValidatorList};

/// Options of `regent validator list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent validator list --json")]
pub struct Options {}

/// Lists the seats that are filled.
pub async fn run(
    _options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let validators = context.client().await?.validators(None).await?;
    show(out, context.json(), &ValidatorList(validators))
}
