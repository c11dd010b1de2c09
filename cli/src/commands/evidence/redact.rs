//! `regent evidence redact`

use std::{collections::BTreeSet, io::Write, path::PathBuf};

use clap::Args;
use regent_evidence::{verify_bundle, Bundle, FieldKind, FieldPath, Trust};
use regent_primitives::{AuditEvent, RequestId, Subject};
use serde_json::json;

use super::file;
use crate::{context::Context, error::CliError, output::write_json, owner_file};

/// Options of `regent evidence redact`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Withheld are whole values: the chain hashes and signs no parts of them. What remains is that each value is in the
chain's state; the verdict names what could not be checked. A payload goes with the record that proves it, and a
history with the approvals, as it says who gave them. All copies of a bundle share its id. Entries of the audit
log are not withheld: approvals of a file in which such entries say who gave them are not withheld either. Export
without --log-from and those --log-entry then.

Examples:
  regent evidence redact case.evidence --withhold approvals,policy --out public.evidence
  regent evidence redact case.evidence --withhold record --request 0x51.. --out public.evidence")]
pub struct Options {
    /// The bundle.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What is withheld: policy, token, record, history, payload, receipt, released, approvals, session,
    /// release, refusal; several with commas.
    #[arg(
        long,
        value_name = "KINDS",
        required = true,
        value_delimiter = ',',
        value_parser = parse_kind
    )]
    pub withhold: Vec<FieldKind>,
    /// Only of this operation; may be repeated. Of all, and of policies and tokens, otherwise.
    #[arg(long, value_name = "ID")]
    pub request: Vec<RequestId>,
    /// Where the copy goes, owner-only: a new file.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
}

fn parse_kind(text: &str) -> Result<FieldKind, String> {
    FieldKind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
        let names: Vec<&str> = FieldKind::ALL.iter().map(|kind| kind.name()).collect();
        format!("{text:?} is none of {}", names.join(", "))
    })
}

impl Options {
    /// What is withheld.
    fn kinds(&self) -> BTreeSet<FieldKind> {
        let mut kinds: BTreeSet<FieldKind> = self.withhold.iter().copied().collect();
        // Nothing else proves a payload.
        if kinds.contains(&FieldKind::Record) {
            kinds.insert(FieldKind::Payload);
        }
        // It names who approved.
        if kinds.contains(&FieldKind::Approvals) {
            kinds.insert(FieldKind::History);
        }
        kinds
    }
}

/// Writes a redacted copy.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    owner_file::check_new(&options.out)?;
    let mut bundle = file::read_bundle(&options.file)?;
    let name = options.file.display();
    if bundle.id != bundle.expected_id() {
        return Err(CliError::Evidence(format!(
            "{name} is invalid: bundle-id: a salt or a digest was changed"
        )));
    }
    for id in &options.request {
        if !bundle.operations.iter().any(|operation| operation.id == *id) {
            let reason = format!("{id} is not in {name}; `regent evidence verify` lists what is");
            return Err(CliError::input("--request", reason));
        }
    }
    let kinds = options.kinds();
    let before = disclosed(&bundle);
    bundle.redact(|FieldPath { kind, operation }| {
        let wanted = operation.is_some_and(|id| options.request.contains(&id));
        kinds.contains(&kind) && (options.request.is_empty() || wanted)
    });
    let withheld = before.saturating_sub(disclosed(&bundle));
    if kinds.contains(&FieldKind::Approvals) {
        check_approvers(&bundle)?;
    }

    let report = verify_bundle(&bundle, Trust { genesis: bundle.genesis, anchor: None });
    owner_file::write(&options.out, &bundle.encode())?;
    let clear = in_the_clear(&bundle);
    if clear > 0 {
        context.say(format_args!("{clear} entries of the audit log stay in the clear"));
    }
    let (id, verdict) = (bundle.id, report.to_string());
    let path = options.out.display().to_string();
    if context.json() {
        let id = format!("{id:?}");
        return write_json(
            out,
            &json!({ "file": path, "bundle": id, "withheld": withheld, "verdict": verdict }),
        );
    }
    writeln!(out, "bundle     {id:?}")?;
    writeln!(out, "withheld   {withheld} values")?;
    writeln!(out, "verdict    {verdict}")?;
    Ok(writeln!(out, "written    {path}")?)
}

/// Refuses to withhold approvals of which entries in the clear tell who gave them.
fn check_approvers(bundle: &Bundle) -> Result<(), CliError> {
    let withheld = bundle.operations.iter().filter(|operation| {
        operation.approvals.as_ref().is_some_and(|field| field.value().is_none())
    });
    let withheld: BTreeSet<RequestId> = withheld.map(|operation| operation.id).collect();
    let entries = bundle.log.tail_entries().chain(bundle.log.included_entries());
    let telling = entries.filter(|entry| {
        let names =
            matches!(entry.event, AuditEvent::ApprovalGiven { .. } | AuditEvent::Denied { .. });
        names && matches!(entry.subject, Subject::Request(id) if withheld.contains(&id))
    });
    let telling: BTreeSet<u64> = telling.map(|entry| entry.index).collect();
    let Some(first) = telling.first() else { return Ok(()) };
    let reason = format!(
        "{} entries of the audit log in the file say in the clear who approved, the first is entry {first}; \
         export without --log-from and without these --log-entry, and withhold approvals of that file",
        telling.len()
    );
    Err(CliError::input("--withhold", reason))
}

/// How many entries of the log are to be seen, whatever is withheld.
fn in_the_clear(bundle: &Bundle) -> usize {
    let entries = bundle.log.tail_entries().chain(bundle.log.included_entries());
    entries.map(|entry| entry.index).collect::<BTreeSet<u64>>().len()
}

/// How many values are to be seen.
fn disclosed(bundle: &Bundle) -> usize {
    let policies = bundle.policies.iter().map(|policy| &policy.record);
    let tokens = bundle.tokens.iter().map(|token| &token.token);
    let operations = bundle.operations.iter().flat_map(|operation| operation.fields());
    let fields = policies.chain(tokens).chain(operations.map(|(_, field)| field));
    fields.filter(|field| field.value().is_some()).count()
}
