//! `regent evidence verify`

use std::{io::Write, path::PathBuf};

use clap::Args;
use regent_evidence::{verify, Bundle, Trust};
use regent_primitives::H256;

use super::{check, file};
use crate::{
    context::Context, error::CliError, output::show, units::parse_hash, views::ReportView,
};

/// Options of `regent evidence verify`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Every policy, token and operation is judged by itself; of what breaks a rule, the first rule is named. Nothing
is asked of any network, and nothing of the file is trusted. With --json, what the file discloses is shown, too.

An anchor is the hash of a final block from somebody else than who made the file: another institution's node, a
notice. Without one the file shows only that it does not contradict itself, and the exit code is 8.

Examples:
  regent evidence verify case.evidence --genesis 0x3d.. --anchor 0x77..
  regent evidence verify case.evidence --genesis 0x3d.. --json")]
pub struct Options {
    /// The bundle.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The chain: hash of its first block.
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub genesis: H256,
    /// Hash of a final block, from somebody else than who made the file.
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub anchor: Option<H256>,
}

/// Verifies a bundle.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let bytes = file::read(&options.file)?;
    let report = verify(&bytes, Trust { genesis: options.genesis, anchor: options.anchor });
    let bundle = Bundle::decode(&bytes).ok();
    show(out, context.json(), &ReportView { report: &report, bundle: bundle.as_ref() })?;
    out.flush()?;
    check(&options.file.display().to_string(), &report)?;
    if report.anchored {
        Ok(())
    } else {
        Err(CliError::Unanchored)
    }
}
