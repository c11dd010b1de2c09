//! `regent evidence diff`

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::Args;
use regent_evidence::{diff, verify_bundle, Bundle, Trust};
use regent_primitives::H256;

use super::{check, file};
use crate::{context::Context, error::CliError, output::show, units::parse_hash, views::DiffView};

/// Options of `regent evidence diff`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
The later bundle must show that it extends the earlier one: export it with --since and the earlier file. Or it
brings the audit log's entries from where the earlier one ends, with --log-from: `regent evidence verify` tells
how many entries that is.

Example:
  regent evidence diff march.evidence june.evidence --genesis 0x3d..")]
pub struct Options {
    /// The earlier bundle.
    #[arg(value_name = "EARLIER")]
    pub earlier: PathBuf,
    /// The later bundle.
    #[arg(value_name = "LATER")]
    pub later: PathBuf,
    /// The chain: hash of its first block. The one that the earlier bundle names, otherwise.
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub genesis: Option<H256>,
}

/// Verifies both bundles, and compares them.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let earlier = file::read_bundle(&options.earlier)?;
    let later = file::read_bundle(&options.later)?;
    let genesis = options.genesis.unwrap_or_else(|| {
        let named = earlier.genesis;
        context.say(format_args!("chain {named:?}, as the earlier bundle names it"));
        named
    });
    judge(&options.earlier, &earlier, genesis)?;
    // Of which chain the later one is, is told by the comparison.
    judge(&options.later, &later, later.genesis)?;
    let found = diff(&earlier, &later)
        .map_err(|error| CliError::Evidence(format!("{}: {error}", error.rule())))?;
    show(out, context.json(), &DiffView(&found))
}

fn judge(path: &Path, bundle: &Bundle, genesis: H256) -> Result<(), CliError> {
    let report = verify_bundle(bundle, Trust { genesis, anchor: None });
    check(&path.display().to_string(), &report)
}
