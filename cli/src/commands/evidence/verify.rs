//! `regent evidence verify`

use std::io::Write;

use clap::Args;
use regent_evidence::{verify, Bundle};

use super::{file, judge::JudgeOptions};
use crate::{context::Context, error::CliError, output::show, views::ReportView};

/// Options of `regent evidence verify`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Every policy, token and operation is judged by itself; of what breaks a rule, the first rule is named. Nothing
is asked of any network, and nothing of the file is trusted. With --json, what the file discloses is shown, too.

An anchor is the hash of a final block from somebody else than who made the file: another institution's node, a
notice. Without one the file shows only that it does not contradict itself, and the exit code is 8. It is the head's
hash or that of a block after it. Of older blocks those serve in which the authorities changed, and bind less: the
verdict is `valid, anchored at block N`, and what comes after block N is vouched for by the keys of the authorities
since then, and not by the anchor; the exit code is 9.

Examples:
  regent evidence verify case.evidence --genesis 0x3d.. --anchor 0x77..
  regent evidence verify case.evidence --genesis 0x3d.. --json")]
pub struct Options {
    /// Which file, and what is known of its chain.
    #[command(flatten)]
    pub judged: JudgeOptions,
}

/// Verifies a bundle.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let judged = &options.judged;
    let bytes = file::read(&judged.file)?;
    let report = verify(&bytes, judged.trust());
    let bundle = Bundle::decode(&bytes).ok();
    show(out, context.json(), &ReportView { report: &report, bundle: bundle.as_ref() })?;
    out.flush()?;
    judged.conclude(&report)
}
