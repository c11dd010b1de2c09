//! `regent evidence export`

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::Args;
use regent_client::evidence::{ExportOptions, ExportStep, Exported, Filter, Selection};
use regent_evidence::{verify_bundle, Bundle, Trust};
use regent_primitives::{BlockNumber, InstitutionId, KeyId, RequestId, H256};
use serde_json::json;

use super::{check, file};
use crate::{context::Context, error::CliError, output::write_json, owner_file, units::parse_hash};

/// Options of `regent evidence export`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Nothing that the node says is trusted: all of it is proven from the genesis on, and the finished bundle is
verified before it is written, whole or not at all.

Whoever verifies it needs the genesis and, for more than consistency, the hash of a final block: export at the
block that they name (--anchor), or tell them the head's, which any other institution can confirm. That the state
names an older block among its ancestors (--ancestor) binds nothing: it is no anchor.

A bundle that leaves operations out is as valid as one that does not. Only the audit log's entries tell: with
--log-from 0, every request that the bundle does not hold is named to whoever verifies it.

Examples:
  regent evidence export --request 0x51.. --out case.evidence
  regent evidence export --key 0x9a.. --anchor 0x77.. --out key.evidence
  regent evidence export --institution 2 --from 100000 --to 200000 --log-from 0 --out quarter.evidence
  regent evidence export --key 0x9a.. --since march.evidence --out june.evidence")]
pub struct Options {
    /// Which operations.
    #[command(flatten)]
    pub selected: SelectionOptions,
    /// Export at this final block, and no later one: what it proves is anchored to it.
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub anchor: Option<H256>,
    /// Bring every entry of the audit log from this index on, in the clear: `regent evidence verify` then
    /// names every request submitted since that the bundle leaves out, and `regent evidence diff` shows that
    /// the log of an earlier bundle was only added to.
    #[arg(long, value_name = "INDEX")]
    pub log_from: Option<u64>,
    /// Bring this entry of the audit log, in the clear, by itself: shows that it is in the log; may be
    /// repeated.
    #[arg(long, value_name = "INDEX")]
    pub log_entry: Vec<u64>,
    /// Leave out the entries of the audit log about institutions, their people, validators, agents, quorums and
    /// trusted programs: otherwise the newest of them come along by themselves, in the clear, at most 256 of
    /// the newest 65,536 entries; not with --log-entry, which says what comes along.
    #[arg(long)]
    pub no_members: bool,
    /// Show that the state counts this block among the ancestors of the head; may be repeated. It is no anchor.
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub ancestor: Vec<H256>,
    /// Show that this earlier bundle's head is an ancestor of the head, and its log the beginning of the log,
    /// by a short proof: `regent evidence diff` then needs no --log-from.
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// Bring the payloads that the node still has.
    #[arg(long)]
    pub payloads: bool,
    /// Write the bundle even if an operation in it breaks a rule: that is evidence, too.
    #[arg(long)]
    pub even_invalid: bool,
    /// Where the bundle goes, owner-only: a new file.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
}

/// Which operations.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = true)]
pub struct SelectionOptions {
    /// This request; may be repeated.
    #[arg(
        long,
        value_name = "ID",
        conflicts_with_all = ["key", "institution", "from", "to"]
    )]
    pub request: Vec<RequestId>,
    /// Every request for this key, from the one that enrolled it on.
    #[arg(long, value_name = "ID")]
    pub key: Option<KeyId>,
    /// Every request that this institution's people made, or had a contract make. That these are all is
    /// your word: who was of which institution in the first block is not in a bundle.
    #[arg(long, value_name = "NUMBER")]
    pub institution: Option<InstitutionId>,
    /// Requests submitted in this block or a later one.
    #[arg(long, value_name = "BLOCK")]
    pub from: Option<BlockNumber>,
    /// Requests submitted in this block or an earlier one.
    #[arg(long, value_name = "BLOCK")]
    pub to: Option<BlockNumber>,
}

impl SelectionOptions {
    fn selection(&self) -> Selection {
        let Self { request, key, institution, from, to } = self;
        if request.is_empty() {
            let (key, institution, from, to) = (*key, *institution, *from, *to);
            Selection::Matching(Filter { key, institution, from, to })
        } else {
            Selection::Requests(request.iter().copied().collect())
        }
    }
}

/// Assembles a bundle and writes it.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    owner_file::check_new(&options.out)?;
    let since = options.since.as_deref().map(earlier).transpose()?;
    let client = context.client().await?;
    let wanted = ExportOptions {
        selection: options.selected.selection(),
        genesis: context.genesis()?,
        anchor: options.anchor,
        log_from: options.log_from,
        log_entries: options.log_entry.iter().copied().collect(),
        people: !options.no_members && options.log_entry.is_empty(),
        ancestors: options.ancestor.iter().copied().collect(),
        since,
        payloads: options.payloads,
    };
    let mut progress = |step: ExportStep| context.say(format_args!("  {step}"));
    let exported = client.export_evidence(&wanted, &mut progress).await?;
    let Exported { bytes, report, log_count } = &exported;
    if !options.even_invalid {
        check("the bundle, which was not written (--even-invalid writes it),", report)?;
    }
    owner_file::write(&options.out, bytes)?;

    let path = options.out.display().to_string();
    let (size, genesis) = (bytes.len(), client.genesis());
    let (operations, verdict) = (report.operations.len(), report.to_string());
    if context.json() {
        let hash = |hash: H256| format!("{hash:?}");
        return write_json(
            out,
            &json!({
                "file": path,
                "bytes": size,
                "bundle": report.bundle.map(hash),
                "genesis": hash(genesis),
                "head": report.head.map(|(number, at)| {
                    json!({ "number": number, "hash": hash(at) })
                }),
                "operations": operations,
                "log_count": log_count,
                "verdict": verdict,
            }),
        );
    }
    if let Some(id) = report.bundle {
        writeln!(out, "bundle     {id:?}")?;
    }
    writeln!(out, "chain      {genesis:?}")?;
    if let Some((number, hash)) = report.head {
        writeln!(out, "head       block {number} {hash:?}")?;
    }
    writeln!(
        out,
        "audit log  {log_count} entries; --since {path} shows that others only add to them"
    )?;
    writeln!(out, "holds      {operations} operations")?;
    writeln!(out, "verdict    {verdict}")?;
    Ok(writeln!(out, "written    {path}, {size} bytes")?)
}

/// Reads an earlier bundle, which must hold by itself.
fn earlier(path: &Path) -> Result<Bundle, CliError> {
    let bundle = file::read_bundle(path)?;
    let report = verify_bundle(&bundle, Trust { genesis: bundle.genesis, anchor: None });
    check(&path.display().to_string(), &report)?;
    Ok(bundle)
}
