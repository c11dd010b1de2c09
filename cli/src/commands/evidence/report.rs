//! `regent evidence report`

use std::{io::Write, path::PathBuf};

use clap::Args;
use regent_evidence::{verify, Bundle, Trust};
use regent_primitives::H256;
use regent_report::{Format, Model};
use serde_json::json;

use super::{check, file};
use crate::{context::Context, error::CliError, output::write_json, units::parse_hash};

/// Options of `regent evidence report`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
The report is for people who do not know the chain: what the verification found stands on its first page; then
who asked for what, who approved it, policies and their changes, members and agents, refusals and failures,
releases without a receipt, attested hardware, what is withheld, and what all this is evidence towards in MiCA,
DORA and ISO/IEC 27001. It is written of a file that breaks a rule, too, and says so.

Nothing is asked of any network. From the same file and hashes the same report is made, to the byte. Exit codes
are those of `regent evidence verify`.

Examples:
  regent evidence report case.evidence --genesis 0x3d.. --anchor 0x77.. --out case.html
  regent evidence report case.evidence --genesis 0x3d.. --anchor 0x77.. --out case.pdf --force
  regent evidence report case.evidence --genesis 0x3d.. --format txt --out case.report")]
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

impl Options {
    /// The form that is asked for, or that the file's name says.
    fn format(&self) -> Result<Format, CliError> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let extension = self.out.extension().and_then(|extension| extension.to_str());
        extension.and_then(Format::named).ok_or_else(|| {
            let name = self.out.display();
            let reason =
                format!("{name} ends in none of .html, .pdf, .txt; name it so, or --format");
            CliError::input("--out", reason)
        })
    }
}

/// Verifies a bundle and writes what was found.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let format = options.format()?;
    if !options.force {
        file::check_new(&options.out)?;
    }
    let bytes = file::read(&options.file)?;
    let trust = Trust { genesis: options.genesis, anchor: options.anchor };
    let report = verify(&bytes, trust);
    let bundle = Bundle::decode(&bytes).ok();
    let model = Model::new(bundle.as_ref(), &report, trust);
    let written = format.render(&model)?;
    if options.force {
        file::replace(&options.out, &written)?;
    } else {
        file::write(&options.out, &written)?;
    }

    let (path, size) = (options.out.display().to_string(), written.len());
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
            }),
        )?;
    } else {
        writeln!(out, "first page {}", model.headline())?;
        writeln!(out, "verdict    {verdict}")?;
        writeln!(out, "written    {path}, {size} bytes")?;
        out.flush()?;
    }
    check(&options.file.display().to_string(), &report)?;
    if report.anchored {
        Ok(())
    } else {
        Err(CliError::Unanchored)
    }
}
