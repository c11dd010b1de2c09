//! Evidence bundles, and what is said of them.

use std::io::Write;

use regent_evidence::{
    Absent, Bundle, Change, Diff, Failure, FieldKind, Finding, Log, OperationEvidence,
    OperationVerdict, PolicyEvidence, Report, TokenEvidence, Verdict,
};
use regent_primitives::H256;
use serde_json::{json, Value};

use super::disclosed::{self, hash_text};
use crate::output::Show;

/// What the verifier says of a bundle; for programs, with what the bundle discloses.
pub struct ReportView<'a> {
    /// What it says.
    pub report: &'a Report,
    /// The bundle, if it is one.
    pub bundle: Option<&'a Bundle>,
}

impl Show for ReportView<'_> {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let report = self.report;
        if let Some(id) = report.bundle {
            writeln!(out, "bundle     {id:?}")?;
        }
        if let Some(bundle) = self.bundle {
            writeln!(out, "chain      {:?}", bundle.genesis)?;
        }
        if let Some((number, hash)) = report.head {
            writeln!(out, "head       block {number} {hash:?}")?;
        }
        if let Some(log) = self.bundle.map(|bundle| &bundle.log) {
            let count = log.count;
            let here = log.entries.len().saturating_add(log.included.len());
            writeln!(out, "audit log  {count} entries, {here} of them here")?;
            let shown: usize = log.blocks.iter().map(|batch| batch.leaves.len()).sum();
            writeln!(
                out,
                "commits    to {} blocks before the head, {shown} of them here",
                log.leaves
            )?;
            if let Some(ancestry) = &log.ancestry {
                writeln!(out, "extends    the commitment of block {}", ancestry.leaves)?;
            }
        }
        for (hash, verdict) in &report.policies {
            writeln!(out, "policy     {hash}: {verdict}")?;
            write_failure(out, verdict.failure.as_ref())?;
        }
        for (key, epoch, verdict) in &report.tokens {
            writeln!(out, "token      {key}, epoch {epoch}: {verdict}")?;
            write_failure(out, verdict.failure.as_ref())?;
        }
        for OperationVerdict { id, status, verdict, findings } in &report.operations {
            let status = status.map_or("status withheld", |status| status.name());
            writeln!(out, "operation  {id} ({status}): {verdict}")?;
            write_failure(out, verdict.failure.as_ref())?;
            for finding in findings {
                writeln!(out, "  note       {}: {}", finding.name(), words(*finding))?;
            }
        }
        if let Some(absent) = &report.absent {
            write_absent(out, absent)?;
        }
        writeln!(out, "verdict    {report}")?;
        write_failure(out, report.failure.as_ref().or(report.id_failure.as_ref()))
    }

    fn json(&self) -> Value {
        let report = self.report;
        json!({
            "verdict": report.to_string(),
            "holds": report.holds(),
            "anchored": report.anchored,
            "anchor_block": report.anchor_block,
            "failure": report.first_failure().map(failure_json),
            "withheld": report.withheld().into_iter().map(FieldKind::name).collect::<Vec<_>>(),
            "bundle": report.bundle.map(hash_text),
            "genesis": self.bundle.map(|bundle| hash_text(bundle.genesis)),
            "head": report.head.map(|(number, hash)| json!({
                "number": number,
                "hash": hash_text(hash),
            })),
            "log": self.bundle.map(|bundle| log_json(bundle.genesis, &bundle.log)),
            "policies": self.policies(),
            "tokens": self.tokens(),
            "operations": self.operations(),
            "absent": report.absent.as_ref().map(absent_json),
        })
    }
}

// Verdicts come in the order of what they are of.
impl ReportView<'_> {
    fn policies(&self) -> Vec<Value> {
        let Some(bundle) = self.bundle else { return Vec::new() };
        let judged = bundle.policies.iter().zip(&self.report.policies);
        judged.map(|(item, (_, verdict))| policy_json(item, verdict)).collect()
    }

    fn tokens(&self) -> Vec<Value> {
        let Some(bundle) = self.bundle else { return Vec::new() };
        let judged = bundle.tokens.iter().zip(&self.report.tokens);
        judged.map(|(item, (_, _, verdict))| token_json(item, verdict)).collect()
    }

    fn operations(&self) -> Vec<Value> {
        let Some(bundle) = self.bundle else { return Vec::new() };
        let judged = bundle.operations.iter().zip(&self.report.operations);
        judged.map(|(item, verdict)| operation_json(bundle.genesis, item, verdict)).collect()
    }
}

/// What must hold and what was found instead, where a rule does not hold.
fn write_failure(out: &mut dyn Write, failure: Option<&Failure>) -> std::io::Result<()> {
    let Some(failure) = failure else { return Ok(()) };
    writeln!(out, "  must hold  {}", failure.rule.meaning())?;
    if failure.detail.is_empty() {
        return Ok(());
    }
    writeln!(out, "  found      {}", failure.detail)
}

/// How far it can be told what is absent.
fn reach(from: Option<u64>) -> String {
    match from {
        Some(0) => "all entries of the log are here".to_owned(),
        Some(from) => format!("from entry {from} on; what was submitted before is not shown"),
        None => "no entries here: that nothing else happened is not shown".to_owned(),
    }
}

/// What the log names and the bundle does not have.
fn write_absent(out: &mut dyn Write, absent: &Absent) -> std::io::Result<()> {
    let Absent { from, requests, unaccounted } = absent;
    if from.is_none() {
        return writeln!(out, "absent     {}", reach(*from));
    }
    let count = requests.len();
    writeln!(out, "absent     {count} of the requests that the log names ({})", reach(*from))?;
    for id in requests {
        writeln!(out, "  request    {id}")?;
    }
    for id in unaccounted {
        writeln!(out, "  released   {id}: {}", words(Finding::Unaccounted))?;
    }
    Ok(())
}

fn absent_json(absent: &Absent) -> Value {
    let Absent { from, requests, unaccounted } = absent;
    json!({
        "from": from,
        "shown": reach(*from),
        "requests": requests.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "unaccounted": unaccounted.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// What a finding means.
const fn words(finding: Finding) -> &'static str {
    match finding {
        Finding::Simulated => "no hardware protected the key",
        Finding::Unaccounted => "shares were released in an attempt without a receipt",
        Finding::Raw => "nobody parsed the payload: people approved its bytes",
        Finding::Conditions => "that the conditions of its policy were met is the chain's word",
    }
}

fn log_json(genesis: H256, log: &Log) -> Value {
    let leaves = log.block_leaves();
    let blocks = leaves.map(|leaf| json!({ "number": leaf.block, "hash": hash_text(leaf.hash) }));
    let entries = log.entries.iter().filter_map(|bytes| disclosed::entry(genesis, bytes));
    let included = log.included.iter().filter_map(|item| disclosed::entry(genesis, &item.entry));
    json!({
        "count": log.count,
        "head": hash_text(log.head),
        "from": log.from,
        "entries": entries.collect::<Vec<_>>(),
        "root": hash_text(log.root),
        "leaves": log.leaves,
        "blocks": blocks.collect::<Vec<_>>(),
        "included": included.collect::<Vec<_>>(),
        "since": log.ancestry.as_ref().map(|ancestry| ancestry.leaves),
    })
}

fn failure_json(failure: &Failure) -> Value {
    json!({
        "rule": failure.rule.name(),
        "meaning": failure.rule.meaning(),
        "found": failure.detail,
    })
}

fn verdict_json(verdict: &Verdict) -> Value {
    json!({
        "verdict": verdict.to_string(),
        "failure": verdict.failure.as_ref().map(failure_json),
        "withheld": verdict.withheld.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
    })
}

fn policy_json(item: &PolicyEvidence, verdict: &Verdict) -> Value {
    json!({
        "hash": item.hash.to_string(),
        "judged": verdict_json(verdict),
        "successor": item.successor.map(|hash| hash.to_string()),
        "policy": disclosed::policy(item),
    })
}

fn token_json(item: &TokenEvidence, verdict: &Verdict) -> Value {
    json!({
        "key": item.key.to_string(),
        "epoch": item.epoch,
        "judged": verdict_json(verdict),
        "token": disclosed::token(item),
    })
}

fn operation_json(genesis: H256, item: &OperationEvidence, judged: &OperationVerdict) -> Value {
    let verdict = json!({
        "id": item.id.to_string(),
        "judged": verdict_json(&judged.verdict),
        "status": judged.status.map(|status| status.name()),
        "findings": judged.findings.iter().map(|finding| finding.name()).collect::<Vec<_>>(),
    });
    disclosed::with(verdict, disclosed::operation(genesis, item))
}

/// What a later bundle has that an earlier one has not.
pub struct DiffView<'a>(pub &'a Diff);

/// What a change is called.
const fn change_name(change: Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Changed => "changed",
        Change::Missing => "missing",
    }
}

impl Show for DiffView<'_> {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let Diff { entries, operations } = self.0;
        writeln!(
            out,
            "extends    the later log has {entries} entries more, and begins as the other"
        )?;
        for (id, change) in operations {
            writeln!(out, "{:<9}  {id}", change_name(*change))?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let Diff { entries, operations } = self.0;
        let changes: serde_json::Map<String, Value> = operations
            .iter()
            .map(|(id, change)| (id.to_string(), json!(change_name(*change))))
            .collect();
        json!({ "extends": true, "entries": entries, "operations": changes })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use regent_evidence::{verify, Field, Trust};

    use super::*;

    fn kept(name: &str) -> (Bundle, Report) {
        let folder = "../crates/evidence/testdata";
        let bytes = std::fs::read(Path::new(folder).join(name)).expect("a bundle is kept");
        let bundle = Bundle::decode(&bytes).expect("a bundle");
        let report = verify(&bytes, Trust { genesis: bundle.genesis, anchor: None });
        (bundle, report)
    }

    fn text(bundle: &Bundle, report: &Report) -> String {
        let mut text = Vec::new();
        ReportView { report, bundle: Some(bundle) }.text(&mut text).expect("written");
        String::from_utf8(text).expect("UTF-8")
    }

    #[test]
    fn every_part_has_its_verdict_twice() {
        let (bundle, report) = kept("000.cbor");
        let text = text(&bundle, &report);
        let json = ReportView { report: &report, bundle: Some(&bundle) }.json();
        let operations = json["operations"].as_array().expect("a list");
        assert_eq!(operations.len(), bundle.operations.len());
        for (item, shown) in bundle.operations.iter().zip(operations) {
            assert!(text.contains(&item.id.to_string()), "{text}");
            assert_eq!(shown["judged"]["verdict"], "valid");
            let first = &shown["history"][0];
            assert_eq!(first["event"], "Submitted");
            assert_eq!(first["fields"]["key"], shown["request"]["key"]);
            let completed = shown["status"] == "completed";
            assert_eq!(completed, !shown["receipt"].is_null(), "{shown}");
        }
        assert!(text.ends_with("verdict    self-consistent, unanchored\n"), "{text}");
        assert_eq!(json["verdict"], "self-consistent, unanchored");
    }

    #[test]
    fn what_is_left_out_is_named_beside_the_verdict() {
        let (bundle, report) = kept("004.cbor");
        let absent = report.absent.as_ref().expect("it was judged");
        let text = text(&bundle, &report);
        let from = bundle.log.from;
        assert!(text.contains(&format!(
            "absent     1 of the requests that the log names (from entry {from} on;"
        )));
        assert!(text.contains(&format!("\n  request    {}\n", absent.requests[0])), "{text}");
        let released =
            format!("\n  released   {}: shares were released in an attempt", absent.unaccounted[0]);
        assert!(text.contains(&released), "{text}");
        assert!(text.ends_with("verdict    self-consistent, unanchored\n"), "{text}");
        let json = ReportView { report: &report, bundle: Some(&bundle) }.json();
        assert_eq!(json["absent"]["from"], from);
        assert_eq!(json["absent"]["requests"], json!([absent.requests[0].to_string()]));
        assert_eq!(json["absent"]["unaccounted"], json!([absent.unaccounted[0].to_string()]));
    }

    #[test]
    fn how_far_the_entries_tell_is_said() {
        let (bundle, report) = kept("000.cbor");
        let whole =
            "absent     0 of the requests that the log names (all entries of the log are here)\n";
        assert!(text(&bundle, &report).contains(whole));
        let (bundle, report) = kept("005.cbor");
        let nothing = "absent     no entries here: that nothing else happened is not shown\n";
        assert!(text(&bundle, &report).contains(nothing));
        let json = ReportView { report: &report, bundle: Some(&bundle) }.json();
        assert!(json["absent"]["from"].is_null() && json["absent"]["shown"].is_string());
        let foreign = verify(&bundle.encode(), Trust { genesis: H256::zero(), anchor: None });
        assert!(!text(&bundle, &foreign).contains("absent "), "nothing was judged");
    }

    #[test]
    fn what_is_withheld_is_named_and_not_shown() {
        let (mut bundle, _) = kept("000.cbor");
        bundle.redact(|path| matches!(path.kind, FieldKind::Record | FieldKind::Payload));
        let report = verify(&bundle.encode(), Trust { genesis: bundle.genesis, anchor: None });
        let json = ReportView { report: &report, bundle: Some(&bundle) }.json();
        assert_eq!(json["withheld"], json!(["record", "payload"]));
        let text = text(&bundle, &report);
        for (item, shown) in
            bundle.operations.iter().zip(json["operations"].as_array().expect("a list"))
        {
            assert!(shown["request"].is_null() && !shown["history"].is_null(), "{shown}");
            assert!(text.contains(&format!("{} (status withheld): valid, withheld: ", item.id)));
        }
    }

    #[test]
    fn a_broken_rule_is_named_with_what_it_means() {
        let (mut bundle, _) = kept("000.cbor");
        let operation = bundle.operations.iter_mut().find(|one| one.approvals.is_some());
        let field = operation.and_then(|one| one.approvals.as_mut()).expect("one is approved");
        let Field::Disclosed { value, .. } = field else { panic!("disclosed") };
        value[40] ^= 1;
        let report = verify(&bundle.encode(), Trust { genesis: bundle.genesis, anchor: None });
        let text = text(&bundle, &report);
        let meaning = "  must hold  A request's approvals are what the state says.\n";
        assert!(text.contains(&format!("invalid: approvals-unproven\n{meaning}")), "{text}");
    }
}
