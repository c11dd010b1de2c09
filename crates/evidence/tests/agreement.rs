//! This verifier and the one of `tests/python` say the same of every bundle in `testdata/`, rule by
//! rule.

use std::{collections::BTreeSet, fs, path::PathBuf};

use regent_evidence::{
    verify, verify_bundle, Absent, Bundle, OperationVerdict, Report, Rule, Trust,
};
use regent_primitives::{RequestId, H256};
use serde_json::{json, Value};
use sp_crypto_hashing::blake2_256;

fn folder() -> PathBuf {
    PathBuf::from("testdata")
}

fn file(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).expect("a bundle is kept")
}

fn expected() -> Value {
    serde_json::from_slice(&file("expected.json")).expect("JSON")
}

fn part<'a>(expected: &'a Value, name: &str) -> &'a Vec<Value> {
    expected[name].as_array().expect("a list")
}

fn text<'a>(item: &'a Value, key: &str) -> &'a str {
    item[key].as_str().expect("a text")
}

fn number(item: &Value) -> usize {
    usize::try_from(item.as_u64().expect("a number")).expect("a small one")
}

fn hash(hexadecimal: &str) -> H256 {
    H256::from_slice(&hex::decode(hexadecimal).expect("hexadecimal"))
}

/// The chain of a file that is kept.
fn trust(expected: &Value, file: usize) -> Trust {
    let item = &part(expected, "files")[file];
    Trust { genesis: hash(text(item, "genesis")), anchor: None }
}

fn parts(report: &Report) -> Vec<String> {
    let policies = report.policies.iter().map(|(_, verdict)| verdict);
    let tokens = report.tokens.iter().map(|(_, _, verdict)| verdict);
    let operations = report.operations.iter().map(|operation| &operation.verdict);
    policies.chain(tokens).chain(operations).map(ToString::to_string).collect()
}

/// The findings of each operation, as the other verifier writes them.
fn findings(report: &Report) -> Value {
    let of = |operation: &OperationVerdict| {
        let names: BTreeSet<&str> = operation.findings.iter().map(|one| one.name()).collect();
        json!(names)
    };
    report.operations.iter().map(of).collect()
}

/// What is absent, as the other verifier writes it.
fn absent(report: &Report) -> Value {
    let Some(Absent { from, requests, unaccounted }) = &report.absent else { return Value::Null };
    let ids = |ids: &[RequestId]| -> Vec<String> {
        ids.iter().map(|id| hex::encode(id.0.as_bytes())).collect()
    };
    json!({ "from": from, "requests": ids(requests), "unaccounted": ids(unaccounted) })
}

/// Everything that the other verifier says is said here.
fn assert_agrees(item: &Value, bytes: &[u8], trust: Trust) {
    let name = text(item, "name");
    let report = verify(bytes, trust);
    assert_eq!(report.to_string(), text(item, "verdict"), "{name}: {:?}", report.first_failure());
    let id = report.bundle.map(|id| hex::encode(id.as_bytes())).unwrap_or_default();
    assert_eq!(id, text(item, "id"), "{name}: its id");
    let expected: Vec<&str> =
        part(item, "parts").iter().map(|verdict| verdict.as_str().expect("a text")).collect();
    assert_eq!(parts(&report), expected, "{name}: its parts");
    assert_eq!(findings(&report), item["findings"], "{name}: its findings");
    assert_eq!(absent(&report), item["absent"], "{name}: what is absent");
}

/// A file that is made of parts of another, and of bytes between them.
fn changed(item: &Value, whole: &[u8]) -> Vec<u8> {
    let made = part(item, "made").iter().map(|one| match one.as_str() {
        Some(own) => hex::decode(own).expect("hexadecimal"),
        None => {
            let (at, length) = (number(&one[0]), number(&one[1]));
            whole[at..at + length].to_vec()
        }
    });
    made.collect::<Vec<_>>().concat()
}

#[test]
fn whole_files_agree() {
    let expected = expected();
    for (at, item) in part(&expected, "files").iter().enumerate() {
        assert_agrees(item, &file(text(item, "file")), trust(&expected, at));
    }
}

/// An agent sees the approval and the session in the state by which it decides.
#[test]
fn what_was_decided_by_an_older_state_is_refused_and_told() {
    let expected = expected();
    let mut judged = 0;
    for (at, item) in part(&expected, "files").iter().enumerate() {
        let Some((rule, before)) = text(item, "name").split_once(": decided before ") else {
            continue;
        };
        let report = verify(&file(text(item, "file")), trust(&expected, at));
        let failure = report.first_failure().expect("refused");
        assert_eq!(failure.rule.name(), rule);
        assert!(failure.detail.contains(&format!(", before {before} of block ")), "{failure}");
        judged += 1;
    }
    assert_eq!(judged, 4, "releases and receipts, before the approval and before the session");
}

#[test]
fn changed_files_agree() {
    let (expected, whole) = (expected(), file("000.cbor"));
    for item in part(&expected, "changed") {
        assert_agrees(item, &changed(item, &whole), trust(&expected, 0));
    }
}

#[test]
fn changed_bytes_agree_and_none_is_overlooked() {
    let (expected, whole) = (expected(), file("001.cbor"));
    let verdicts = part(&expected["bytes"], "verdicts");
    let changes = part(&expected["bytes"], "changes");
    assert_eq!(changes.len(), 1_000);
    for change in changes {
        let mut bytes = whole.clone();
        bytes[number(&change[0])] ^= u8::try_from(number(&change[1])).expect("a byte");
        let report = verify(&bytes, trust(&expected, 1));
        assert!(!report.holds(), "{change}");
        let verdict = verdicts[number(&change[2])].as_str();
        assert_eq!(Some(report.to_string().as_str()), verdict, "{change}");
    }
}

#[test]
fn redactions_agree() {
    let (expected, whole) = (expected(), file("000.cbor"));
    let id = Bundle::decode(&whole).expect("a bundle").id;
    for item in part(&expected, "redacted") {
        let kinds: BTreeSet<&str> =
            part(item, "kinds").iter().map(|kind| kind.as_str().expect("a text")).collect();
        let mut bundle = Bundle::decode(&whole).expect("a bundle");
        bundle.redact(|path| kinds.contains(path.kind.name()));
        let bytes = bundle.encode();
        assert_eq!(hash(text(item, "hash")).0, blake2_256(&bytes), "{kinds:?}");
        assert_eq!((bundle.id, bundle.expected_id()), (id, id), "{kinds:?}");
        assert_agrees(item, &bytes, trust(&expected, 0));
    }
}

#[test]
fn every_rule_fails_in_a_bundle_that_is_kept() {
    let expected = expected();
    let kept = part(&expected, "files").iter().chain(part(&expected, "changed"));
    let failed: BTreeSet<&str> =
        kept.filter_map(|item| text(item, "verdict").strip_prefix("invalid: ")).collect();
    let missing: Vec<&Rule> =
        Rule::ALL.iter().filter(|rule| !failed.contains(rule.name())).collect();
    // The first two are tested in `bundles.rs`; a tree that is too large would make a large bundle.
    assert_eq!(missing, [&Rule::TooLarge, &Rule::Anchor, &Rule::Tree]);
}

#[test]
fn a_bundle_has_one_encoding() {
    for item in part(&expected(), "files") {
        let bytes = file(text(item, "file"));
        let bundle = Bundle::decode(&bytes).expect("a bundle");
        assert_eq!(bundle.encode(), bytes, "{}", text(item, "name"));
        assert_eq!(bundle.clone().seal(), bundle, "{}", text(item, "name"));
    }
}

#[test]
fn what_is_decoded_is_judged_as_its_bytes() {
    let expected = expected();
    let trust = trust(&expected, 0);
    let bytes = file("000.cbor");
    let bundle = Bundle::decode(&bytes).expect("a bundle");
    assert_eq!(verify_bundle(&bundle, trust), verify(&bytes, trust));
}
