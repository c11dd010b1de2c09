//! `regent evidence report`

use std::{io::Write, path::PathBuf};

use clap::Args;
use regent_evidence::{verify, Bundle};
use regent_report::{Format, Model};
use serde_json::json;

use super::{file, judge::JudgeOptions};
use crate::{
    context::Context, error::CliError, output::write_json, owner_file, report_file::ReportFile,
};

/// Options of `regent evidence report`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
The report is for people who do not know the chain: what the verification found stands on its first page; then
who asked for what, who approved it, policies and their changes, members and agents, refusals and failures,
releases without a receipt, attested hardware, what is withheld, and, if every rule holds, what all this is
evidence towards in MiCA, DORA and ISO/IEC 27001. It is written of a file that breaks a rule, too, and says so.

An anchor that is older than the file, a block in which the authorities changed, binds less, and the first page
says `Valid, and anchored at block N`: what comes after block N is vouched for by the keys of the authorities since
then, and not by the anchor, and is not evidence yet.

Nothing is asked of any network. From the same file and hashes the same report is made, to the byte. Exit codes
are those of `regent evidence verify`.

Examples:
  regent evidence report case.evidence --genesis 0x3d.. --anchor 0x77.. --out case.html
  regent evidence report case.evidence --genesis 0x3d.. --anchor 0x77.. --out case.pdf --force
  regent evidence report case.evidence --genesis 0x3d.. --format txt --out case.report")]
pub struct Options {
    /// Which file, and what is known of its chain.
    #[command(flatten)]
    pub judged: JudgeOptions,
    /// Where the report goes, owner-only: a new file.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// html, pdf or txt; as the name of the report's file ends, otherwise.
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    pub format: Option<Format>,
    /// Write over a file that is there already.
    #[arg(long)]
    pub force: bool,
}

fn parse_format(text: &str) -> Result<Format, String> {
    Format::named(text).ok_or_else(|| format!("{text:?} is none of html, pdf, txt"))
}

/// Verifies a bundle and writes what was found.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let ReportFile { path, format } =
        ReportFile::new("--out or --format", &options.out, options.format)?;
    if !options.force {
        owner_file::check_new(&path)?;
    }
    let judged = &options.judged;
    let bytes = file::read(&judged.file)?;
    let trust = judged.trust();
    let report = verify(&bytes, trust);
    let bundle = Bundle::decode(&bytes).ok();
    let model = Model::new(bundle.as_ref(), &report, trust);
    let written = format.render(&model)?;
    if options.force {
        owner_file::replace(&path, &written)?;
    } else {
        owner_file::write(&path, &written)?;
    }

    let (path, size) = (path.display().to_string(), written.len());
    let verdict = report.to_string();
    if context.json() {
        write_json(
            out,
            &json!({
                "file": path,
                "format": format.name(),
                "bytes": size,
                "headline": model.headline(),
                "verdict": verdict,
                "holds": report.holds(),
                "anchored": report.anchored,
                "anchor_block": report.anchor_block,
                "bundle": report.bundle.map(|id| format!("{id:?}")),
            }),
        )?;
    } else {
        writeln!(out, "first page {}", model.headline())?;
        writeln!(out, "verdict    {verdict}")?;
        writeln!(out, "written    {path}, {size} bytes")?;
        out.flush()?;
    }
    judged.conclude(&report)
}
