//! `regent quorum list`

use std::{collections::BTreeMap, io::Write};

use clap::Args;

use crate::{
    context::Context,
    error::CliError,
    output::show,
    views::{QuorumList, QuorumView},
};

/// Options of `regent quorum list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent quorum list --json")]
pub struct Options {}

/// Lists all quorums.
pub async fn run(
    _options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let at = Some(client.finalised_hash().await?);
    let registered: BTreeMap<_, _> = client.all_agents(at).await?.into_iter().collect();
    let mut quorums = Vec::new();
    for number in 0..client.quorum_count(at).await? {
        let record = client.quorum(number, at).await?;
        quorums.extend(record.map(|record| QuorumView::of(number, &record, &registered)));
    }
    show(out, context.json(), &QuorumList(quorums))
}
