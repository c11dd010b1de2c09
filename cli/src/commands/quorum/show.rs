//! `regent quorum show`

use std::{collections::BTreeMap, io::Write};

use clap::Args;
use regent_primitives::QuorumId;

use crate::{
    commands::carry::known_quorum, context::Context, error::CliError, output::show,
    views::QuorumView,
};

/// Options of `regent quorum show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent quorum show 0")]
pub struct Options {
    /// Number of the quorum.
    pub quorum: QuorumId,
}

/// Shows a quorum, and which of its agents are registered.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let (id, at) = (options.quorum, Some(client.finalised_hash().await?));
    let record = known_quorum(&client, id, at).await?;
    let registered: BTreeMap<_, _> = client.all_agents(at).await?.into_iter().collect();
    show(out, context.json(), &QuorumView::of(id, &record, &registered))
}
