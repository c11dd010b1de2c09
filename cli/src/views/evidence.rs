//! Evidence bundles, and what is said of them.

use std::io::Write;

use regent_evidence::{
    Bundle, Change, Diff, Failure, Field, FieldKind, Finding, Log, OperationEvidence,
    OperationVerdict, PolicyEvidence, Report, TokenEvidence, Verdict,
};
use regent_primitives::{
    runtime_api::PolicyRecord, AuditEntry, RegenToken, RequestRecord, SignedApproval,
    SignedReceipt, H256,
};
use serde_json::{json, Value};

use super::{
    request::{approval_json, receipt_json, record_json},
    EntryView, PolicyView,
};
use crate::{output::Show, units::hexadecimal};

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

/// What a finding means.
const fn words(finding: Finding) -> &'static str {
    match finding {
        Finding::Simulated => "no hardware protected the key",
        Finding::Unaccounted => "shares were released, and there is no receipt",
        Finding::Raw => "nobody parsed the payload: people approved its bytes",
    }
}

fn hash_text(hash: H256) -> String {
    format!("{hash:?}")
}

fn log_json(genesis: H256, log: &Log) -> Value {
    let leaves = log.block_leaves();
    let blocks = leaves.map(|leaf| json!({ "number": leaf.block, "hash": hash_text(leaf.hash) }));
    let included = log
        .included_entries()
        .map(|entry| EntryView { entry: &entry, hash: entry.hash(genesis) }.json());
    json!({
        "count": log.count,
        "head": hash_text(log.head),
        "from": log.from,
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
    let record: Option<PolicyRecord> = item.record.open();
    let policy = record.as_ref().map(|record| {
        PolicyView { hash: Some(item.hash), policy: &record.policy, record: Some(record) }.json()
    });
    json!({
        "hash": item.hash.to_string(),
        "judged": verdict_json(verdict),
        "successor": item.successor.map(|hash| hash.to_string()),
        "policy": policy,
    })
}

fn token_json(item: &TokenEvidence, verdict: &Verdict) -> Value {
    let token: Option<RegenToken> = item.token.open();
    let token = token.map(|token| {
        json!({
            "algorithm": token.algorithm.name(),
            "public_key": hexadecimal(&token.public_key),
            "policy": token.policy_hash.to_string(),
            "enrolment_id": token.enrolment_id.to_string(),
            "leaves": token.tree.leaf_count(),
        })
    });
    json!({
        "key": item.key.to_string(),
        "epoch": item.epoch,
        "judged": verdict_json(verdict),
        "token": token,
    })
}

fn operation_json(genesis: H256, item: &OperationEvidence, judged: &OperationVerdict) -> Value {
    let record: Option<RequestRecord> = item.record.open();
    let history: Option<Vec<AuditEntry>> = item.history.open();
    let history = history.map(|entries| {
        let shown = |entry: &AuditEntry| EntryView { entry, hash: entry.hash(genesis) }.json();
        entries.iter().map(shown).collect::<Vec<_>>()
    });
    let approvals: Option<Vec<SignedApproval>> = item.approvals.as_ref().and_then(Field::open);
    let approvals =
        approvals.map(|approvals| approvals.iter().map(approval_json).collect::<Vec<_>>());
    let receipt: Option<SignedReceipt> = item.receipt.as_ref().and_then(Field::open);
    json!({
        "id": item.id.to_string(),
        "judged": verdict_json(&judged.verdict),
        "status": judged.status.map(|status| status.name()),
        "findings": judged.findings.iter().map(|finding| finding.name()).collect::<Vec<_>>(),
        "request": record.map(|record| record_json(item.id, &record)),
        "payload": item.payload.as_ref().and_then(Field::value).map(hexadecimal),
        "history": history,
        "approvals": approvals,
        "receipt": receipt.as_ref().map(receipt_json),
    })
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

    use regent_evidence::{verify, Trust};

    use super::*;

    fn kept(name: &str) -> (Bundle, Report) {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/evidence/testdata");
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
