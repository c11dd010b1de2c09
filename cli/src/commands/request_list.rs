//! `regent request list`

use std::io::Write;

use clap::Args;

use crate::{context::Context, error::CliError, output::show, views::RequestList};

/// Options of `regent request list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent request list --open")]
pub struct Options {
    /// Only those that are not over.
    #[arg(long)]
    pub open: bool,
}

/// Lists requests, oldest first.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let mut requests = client.all_requests(None).await?;
    requests.retain(|(_, record)| !options.open || !record.status.is_over());
    requests.sort_by_key(|(id, record)| (record.submitted_at, *id));
    show(out, context.json(), &RequestList(requests))
}
