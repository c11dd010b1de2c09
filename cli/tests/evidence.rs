//! `regent evidence` on files, without a network: what is said, and the exit codes it is said with. The
//! files are those that both verifiers are tested with.
#![allow(missing_docs)]

mod program;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::assert::Assert;
use codec::DecodeAll;
use program::{regent, stderr, stdout};
use regent_evidence::{Bundle, Field, Rule};
use regent_primitives::{AccountId, SignedApproval};
use regent_proof::Header;
use serde_json::Value;

fn kept(name: &str) -> PathBuf {
    Path::new("../crates/evidence/testdata").join(name)
}

fn expected() -> Value {
    serde_json::from_slice(&fs::read(kept("expected.json")).expect("kept")).expect("JSON")
}

/// Every kind of operation, and the same chain earlier.
const EVERYTHING: &str = "000.cbor";
const EARLIER: &str = "002.cbor";

fn bundle(path: &Path) -> Bundle {
    Bundle::decode(&fs::read(path).expect("read")).expect("a bundle")
}

fn genesis(path: &Path) -> String {
    format!("{:?}", bundle(path).genesis)
}

/// `regent evidence verify` with the genesis that the file names.
fn verify(path: &Path, more: &[&str]) -> Assert {
    let (file, genesis) = (path.display().to_string(), genesis(path));
    let own = ["evidence", "verify", &file, "--genesis", &genesis];
    regent(&[&own[..], more].concat())
}

fn json(assert: &Assert) -> Value {
    serde_json::from_str(&stdout(assert)).expect("JSON")
}

/// The hash of the head, as a verification tells it.
fn head(path: &Path) -> String {
    json(&verify(path, &["--json"]))["head"]["hash"].as_str().expect("a hash").to_owned()
}

/// A copy that brings no entries of the log.
fn without_log(folder: &Path) -> PathBuf {
    changed(folder, |bundle| {
        bundle.log.from = bundle.log.count;
        bundle.log.entries.clear();
        bundle.log.included.clear();
        *bundle = bundle.clone().seal();
    })
}

/// Everybody who approved or denied.
fn approvers(bundle: &Bundle) -> BTreeSet<AccountId> {
    let fields = bundle.operations.iter().filter_map(|operation| operation.approvals.as_ref());
    let lists = fields.filter_map(Field::open::<Vec<SignedApproval>>);
    lists.flatten().map(|signed| signed.approver).collect()
}

/// A copy with something changed.
fn changed(folder: &Path, change: impl FnOnce(&mut Bundle)) -> PathBuf {
    let mut bundle = bundle(&kept(EVERYTHING));
    change(&mut bundle);
    let path = folder.join("changed");
    fs::write(&path, bundle.encode()).expect("written");
    path
}

#[test]
fn an_anchored_bundle_is_valid() {
    let path = kept(EVERYTHING);
    let valid = verify(&path, &["--anchor", &head(&path)]).success();
    let text = stdout(&valid);
    assert!(text.ends_with("verdict    valid, anchored\n"), "{text}");
    for operation in bundle(&path).operations {
        let line = text.lines().find(|line| line.contains(&operation.id.to_string()));
        assert!(line.is_some_and(|line| line.ends_with(": valid")), "{text}");
    }
    assert!(text.contains("note       simulated: no hardware"), "{text}");
}

/// Hash and number of a block in which the authorities changed.
fn handoff(path: &Path) -> (String, u32) {
    let bundle = bundle(path);
    let bytes = &bundle.handoffs.first().expect("a handoff").header;
    let header = Header::decode_all(&mut bytes.as_slice()).expect("a header");
    (format!("{:?}", header.hash()), header.number)
}

#[test]
fn an_older_anchor_is_named_by_its_height() {
    let path = kept(EVERYTHING);
    let (hash, number) = handoff(&path);
    let verdict = format!("valid, anchored at block {number}");
    let weaker = verify(&path, &["--anchor", &hash]).code(9);
    let (text, said) = (stdout(&weaker), stderr(&weaker));
    assert!(text.ends_with(&format!("verdict    {verdict}\n")), "{text}");
    assert!(said.contains(&format!("block {number}, is older than the bundle's head")), "{said}");
    let told = json(&verify(&path, &["--anchor", &hash, "--json"]).code(9));
    assert_eq!((&told["anchored"], &told["anchor_block"]), (&Value::Bool(true), &number.into()));
}

#[test]
fn without_an_anchor_a_bundle_is_consistent_and_no_more() {
    let unanchored = verify(&kept(EVERYTHING), &[]).code(8);
    assert!(stdout(&unanchored).ends_with("verdict    self-consistent, unanchored\n"));
    assert!(stderr(&unanchored).contains("--anchor"), "{}", stderr(&unanchored));
    let told = verify(&kept(EVERYTHING), &["--json"]).code(8);
    let error: Value = serde_json::from_str(&stderr(&told)).expect("JSON");
    assert_eq!(error["error"]["kind"], "unanchored");
}

#[test]
fn another_anchor_or_chain_is_refused() {
    let path = kept(EVERYTHING);
    let other = format!("0x{}", "11".repeat(32));
    let refused = verify(&path, &["--anchor", &other]).code(7);
    assert!(stdout(&refused).contains("verdict    invalid: anchor\n"));
    assert!(stderr(&refused).contains(Rule::Anchor.meaning()), "{}", stderr(&refused));
    let file = path.display().to_string();
    let refused = regent(&["evidence", "verify", &file, "--genesis", &other]).code(7);
    assert!(stdout(&refused).contains("verdict    invalid: wrong-genesis\n"));
}

#[test]
fn what_breaks_a_rule_is_refused_by_its_name_and_meaning() {
    let expected = expected();
    let files = expected["files"].as_array().expect("a list");
    let mut rules = 0;
    for item in files {
        let verdict = item["verdict"].as_str().expect("a text");
        let Some(name) = verdict.strip_prefix("invalid: ") else { continue };
        let rule = Rule::ALL.iter().find(|rule| rule.name() == name).expect("a rule");
        let path = kept(item["file"].as_str().expect("a text"));
        let refused = verify(&path, &[]).code(7);
        let text = stdout(&refused);
        assert!(text.contains(&format!("verdict    {verdict}\n")), "{text}");
        assert!(text.contains(&format!("must hold  {}", rule.meaning())), "{text}");
        assert!(stderr(&refused).contains(&format!("is invalid: {name}")), "{}", stderr(&refused));
        rules += 1;
    }
    assert!(rules > 50, "{rules} of them");
}

#[test]
fn a_file_that_is_no_bundle_or_none_is_told_apart() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("letter");
    let (file, genesis) = (path.display().to_string(), "22".repeat(32));
    let arguments = ["evidence", "verify", &file, "--genesis", &genesis];
    assert!(stderr(&regent(&arguments).code(2)).contains("FILE"));
    fs::write(&path, "Dear Sir or Madam").expect("written");
    let refused = regent(&arguments).code(7);
    assert_eq!(stdout(&refused).lines().next(), Some("verdict    invalid: malformed"));
    let short = ["evidence", "verify", &file, "--genesis", "0x22"];
    assert!(stderr(&regent(&short).code(2)).contains("64 hexadecimal digits"));
}

#[test]
fn programs_read_what_is_disclosed() {
    let path = kept(EVERYTHING);
    let told = json(&verify(&path, &["--json", "--anchor", &head(&path)]).success());
    assert_eq!(told["verdict"], "valid, anchored");
    assert_eq!(told["anchored"], true);
    assert!(told["failure"].is_null());
    let bundle = bundle(&path);
    let list = |name: &str| told[name].as_array().expect("a list").len();
    let counts = (list("policies"), list("tokens"), list("operations"));
    let held = (bundle.policies.len(), bundle.tokens.len(), bundle.operations.len());
    assert_eq!(counts, held);
    assert_eq!(told["log"]["since"], bundle.log.ancestry.expect("an earlier head").leaves);
    assert_eq!(told["log"]["included"].as_array().map(Vec::len), Some(bundle.log.included.len()));
    assert!(told["log"]["blocks"][0]["hash"].is_string());
    let entries = told["log"]["entries"].as_array().expect("a list");
    assert_eq!(entries.len(), bundle.log.entries.len());
    assert!(entries.iter().any(|entry| entry["event"] == "Submitted"));
    for operation in told["operations"].as_array().expect("a list") {
        assert_eq!(operation["history"][0]["event"], "Submitted");
        assert_eq!(operation["request"]["status"], operation["status"]);
        let sessions = operation["sessions"].as_array().expect("a list");
        assert_eq!(operation["request"]["attempts"], sessions.len());
    }
    assert!(told["policies"][0]["policy"]["stages"].is_array());
}

#[test]
fn what_is_left_out_is_named_and_the_verdict_is_the_same() {
    let path = kept("003.cbor");
    let told = json(&verify(&path, &["--json", "--anchor", &head(&path)]).success());
    assert_eq!(told["verdict"], "valid, anchored");
    let absent = told["absent"]["requests"].as_array().expect("a list");
    let held = told["operations"].as_array().expect("a list").len();
    assert_eq!((held, absent.len(), told["absent"]["from"].as_u64()), (1, 4, Some(0)));
    let text = stdout(&verify(&path, &["--anchor", &head(&path)]).success());
    for id in absent {
        assert!(
            text.contains(&format!("  request    {}\n", id.as_str().expect("a text"))),
            "{text}"
        );
    }
    assert!(text.ends_with("verdict    valid, anchored\n"), "{text}");
    let nothing = stdout(&verify(&kept("005.cbor"), &[]).code(8));
    let said = "no entries here: that nothing else happened is not shown";
    assert!(nothing.contains(said), "{nothing}");
}

#[test]
fn a_redacted_copy_is_valid_has_the_same_id_and_says_nothing_of_what_is_withheld() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (path, copy) = (without_log(folder.path()), folder.path().join("copy"));
    let (file, out) = (path.display().to_string(), copy.display().to_string());
    let redact = ["evidence", "redact", &file, "--withhold", "approvals,policy", "--out", &out];
    let written = stdout(&regent(&redact).success());
    assert!(written.contains("unanchored, withheld: approvals, history, policy"), "{written}");

    let whole = bundle(&path);
    let told = json(&verify(&copy, &["--json", "--anchor", &head(&path)]).success());
    assert_eq!(told["verdict"], "valid, anchored, withheld: approvals, history, policy");
    assert_eq!(told["bundle"], format!("{:?}", whole.id));
    assert!(told["operations"]
        .as_array()
        .expect("a list")
        .iter()
        .all(|operation| { operation["approvals"].is_null() && !operation["request"].is_null() }));
    let bytes = fs::read(&copy).expect("read");
    let approvers = approvers(&whole);
    assert!(approvers.len() > 2);
    let before = fs::read(&path).expect("read");
    let names = |bytes: &[u8], who: &AccountId| {
        let who: &[u8] = who.as_ref();
        bytes.windows(who.len()).any(|window| window == who)
    };
    for who in &approvers {
        assert!(names(&before, who) && !names(&bytes, who), "{who}");
    }

    let again = regent(&redact).code(2);
    assert!(stderr(&again).contains("--out"), "never overwritten: {}", stderr(&again));
}

#[test]
fn approvals_are_not_withheld_where_the_log_tells_whose_they_are() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (file, copy) = (kept(EVERYTHING).display().to_string(), folder.path().join("copy"));
    let out = copy.display().to_string();
    let redact = ["evidence", "redact", &file, "--withhold", "approvals", "--out", &out];
    let refused = regent(&redact).code(2);
    let said = stderr(&refused);
    assert!(said.contains("--withhold") && said.contains("without --log-from"), "{said}");
    assert!(!copy.exists());
}

#[test]
fn what_is_withheld_may_be_of_one_operation() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (path, copy) = (kept(EVERYTHING), folder.path().join("copy"));
    let (file, out) = (path.display().to_string(), copy.display().to_string());
    let redact = |id: &str| {
        regent(&[
            "evidence",
            "redact",
            &file,
            "--withhold",
            "record",
            "--request",
            id,
            "--out",
            &out,
        ])
    };
    let unknown = redact(&"33".repeat(32)).code(2);
    assert!(stderr(&unknown).contains("--request") && !copy.exists());
    // The payload goes with the record that proves it.
    let whole = bundle(&path);
    let chosen = whole.operations.iter().find(|operation| operation.payload.is_some());
    let chosen = chosen.expect("one with a payload").id;
    redact(&chosen.to_string()).success();
    let told = json(&verify(&copy, &["--json", "--anchor", &head(&path)]).success());
    for operation in told["operations"].as_array().expect("a list") {
        let is_chosen = operation["id"] == chosen.to_string();
        assert_eq!(operation["request"].is_null(), is_chosen, "{operation}");
    }
    assert_eq!(told["verdict"], "valid, anchored, withheld: payload, record");
}

#[test]
fn unknown_kinds_are_told_with_those_there_are() {
    let file = kept(EVERYTHING).display().to_string();
    let redact = ["evidence", "redact", &file, "--withhold", "approvers", "--out", "/nowhere"];
    let refused = stderr(&regent(&redact).code(2));
    assert!(refused.contains("approvers") && refused.contains("approvals, session"), "{refused}");
}

#[test]
fn entries_of_the_log_that_stay_in_the_clear_are_counted_once() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let told = |path: &Path, name: &str| {
        let (file, out) = (path.display().to_string(), folder.path().join(name));
        let out = out.display().to_string();
        let redact = ["evidence", "redact", &file, "--withhold", "token", "--out", &out];
        stderr(&regent(&redact).success())
    };
    let whole = bundle(&kept(EVERYTHING)).log;
    let (all, single) = (whole.entries.len(), whole.included.len());
    assert!(single > 0);
    let said = told(&kept(EVERYTHING), "all");
    assert!(said.contains(&format!("{all} entries of the audit log stay in the clear")), "{said}");
    let path = changed(folder.path(), |bundle| {
        bundle.log.from = bundle.log.count;
        bundle.log.entries.clear();
        *bundle = bundle.clone().seal();
    });
    let said = told(&path, "single");
    assert!(
        said.contains(&format!("{single} entries of the audit log stay in the clear")),
        "{said}"
    );
}

#[test]
fn a_tampered_copy_is_refused_and_not_redacted() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = changed(folder.path(), |bundle| {
        let Field::Disclosed { salt, .. } = &mut bundle.operations[0].record else {
            panic!("disclosed")
        };
        salt.0[0] ^= 1;
    });
    let refused = verify(&path, &["--anchor", &head(&kept(EVERYTHING))]).code(7);
    assert!(stdout(&refused).contains("verdict    invalid: bundle-id\n"));
    let (file, out) = (path.display().to_string(), folder.path().join("copy"));
    let copy = out.display().to_string();
    let redact = ["evidence", "redact", &file, "--withhold", "record", "--out", &copy];
    assert!(stderr(&regent(&redact).code(7)).contains("bundle-id") && !out.exists());
}

#[test]
fn a_later_bundle_extends_an_earlier_one_and_not_the_other_way_round() {
    let (earlier, later) = (kept(EARLIER), kept(EVERYTHING));
    let (first, second) = (earlier.display().to_string(), later.display().to_string());
    let extends = json(&regent(&["evidence", "diff", &first, &second, "--json"]).success());
    let (before, after) = (bundle(&earlier), bundle(&later));
    assert_eq!(extends["entries"], after.log.count - before.log.count);
    let changes = extends["operations"].as_object().expect("an object");
    let new = changes.values().filter(|change| *change == "new").count();
    assert_eq!(new, after.operations.len() - before.operations.len());
    let text = stdout(&regent(&["evidence", "diff", &first, &second]).success());
    assert_eq!(text.lines().filter(|line| line.starts_with("new ")).count(), new, "{text}");

    let shorter = regent(&["evidence", "diff", &second, &first]).code(7);
    assert!(stderr(&shorter).contains("shorter-log"), "{}", stderr(&shorter));
    let other = "44".repeat(32);
    let foreign = regent(&["evidence", "diff", &first, &second, "--genesis", &other]).code(7);
    assert!(stderr(&foreign).contains("wrong-genesis"), "{}", stderr(&foreign));
}

#[test]
fn bundles_that_do_not_hold_are_not_compared() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = changed(folder.path(), |bundle| {
        bundle.log.entries.pop();
    });
    let (first, second) = (kept(EARLIER).display().to_string(), path.display().to_string());
    let refused = regent(&["evidence", "diff", &first, &second]).code(7);
    assert!(stderr(&refused).contains("log-entries"), "{}", stderr(&refused));
}

#[test]
fn what_is_exported_must_be_said_and_is_not_written_over() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let out = folder.path().join("case").display().to_string();
    let own = ["evidence", "export", "--out", &out];
    let export = |more: &[&str]| regent(&[&own[..], more].concat());
    let id = "55".repeat(32);
    let nothing = export(&[]).code(2);
    assert!(stderr(&nothing).contains("--request"), "{}", stderr(&nothing));
    export(&["--request", &id, "--key", &id]).code(2);
    export(&["--key", &id, "--from", "5", "--node", "ws://127.0.0.1:1"]).code(5);
    let unsound = changed(folder.path(), |bundle| bundle.log.root.0[0] ^= 1).display().to_string();
    let since = export(&["--key", &id, "--since", &unsound, "--node", "ws://127.0.0.1:1"]).code(7);
    assert!(stderr(&since).contains("log-root"), "an earlier bundle must hold: {}", stderr(&since));
    fs::write(&out, "something else").expect("written");
    let there = export(&["--request", &id, "--node", "ws://127.0.0.1:1"]).code(2);
    assert!(stderr(&there).contains("--out"), "{}", stderr(&there));
    assert_eq!(fs::read_to_string(&out).expect("read"), "something else");
}

/// `regent evidence report` with the genesis that the file names.
fn report(path: &Path, out: &Path, more: &[&str]) -> Assert {
    let (file, genesis, out) = (path.display().to_string(), genesis(path), out.display());
    let out = out.to_string();
    let own = ["evidence", "report", &file, "--genesis", &genesis, "--out", &out];
    regent(&[&own[..], more].concat())
}

#[test]
fn a_report_is_written_in_each_form_with_the_exit_code_of_verify() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = kept(EVERYTHING);
    let anchor = head(&path);
    for (name, begins) in [("r.html", "<!DOCTYPE html>"), ("r.pdf", "%PDF-"), ("r.txt", "Evidence")]
    {
        let out = folder.path().join(name);
        let said = stdout(&report(&path, &out, &["--anchor", &anchor]).success());
        assert!(said.starts_with("first page Valid, and anchored\n"), "{said}");
        let written = fs::read(&out).expect("written");
        assert!(written.starts_with(begins.as_bytes()), "{name}");
        let unanchored = report(&path, &out, &["--force", "--json"]).code(8);
        let told = json(&unanchored);
        assert_eq!(told["headline"], "Consistent in itself, and not anchored");
        assert_eq!(told["bytes"], fs::read(&out).expect("written").len());
        assert_eq!((&told["holds"], &told["anchored"]), (&Value::Bool(true), &Value::Bool(false)));
        assert_eq!(told["bundle"], format!("{:?}", bundle(&path).id));
        assert!(told["anchor_block"].is_null());
    }
}

#[test]
fn programs_read_of_a_report_how_far_an_older_anchor_binds() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (path, out) = (kept(EVERYTHING), folder.path().join("report.txt"));
    let (anchor, block) = handoff(&path);
    let told = json(&report(&path, &out, &["--anchor", &anchor, "--json"]).code(9));
    let written = fs::read_to_string(&out).expect("written");
    let not_yet = format!("Not evidence yet of what came after block {block}");
    assert!(written.contains(&not_yet), "{written}");
    assert_eq!(told["headline"], format!("Valid, and anchored at block {block}"));
    assert_eq!((&told["anchored"], &told["anchor_block"]), (&Value::Bool(true), &block.into()));
}

#[test]
fn a_demonstration_refuses_a_report_of_no_form_before_it_begins() {
    let refused = stderr(&regent(&["demo", "--report", "demo.docx"]).code(2));
    assert!(refused.contains("--report") && refused.contains(".html, .pdf, .txt"), "{refused}");
}

#[test]
fn a_report_is_not_written_over_and_needs_a_form() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (path, out) = (kept(EVERYTHING), folder.path().join("report.html"));
    fs::write(&out, "something else").expect("written");
    assert!(stderr(&report(&path, &out, &[]).code(2)).contains("--out"));
    assert_eq!(fs::read_to_string(&out).expect("read"), "something else");
    let nameless = folder.path().join("report");
    assert!(stderr(&report(&path, &nameless, &[]).code(2)).contains(".html, .pdf, .txt"));
    assert!(stderr(&report(&path, &nameless, &["--format", "doc"]).code(2)).contains("html, pdf"));
    assert!(!nameless.exists());
    report(&path, &nameless, &["--format", "TXT"]).code(8);
    assert!(fs::read_to_string(&nameless).expect("read").starts_with("Evidence report\n"));
}

#[test]
fn of_what_breaks_a_rule_the_report_is_written_and_says_so() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let out = folder.path().join("report.txt");
    let path = changed(folder.path(), |bundle| {
        bundle.log.entries.pop();
    });
    let refused = report(&path, &out, &[]).code(7);
    assert!(stderr(&refused).contains("is invalid: log-entries"), "{}", stderr(&refused));
    let written = fs::read_to_string(&out).expect("written");
    assert!(written.contains("[ATTENTION] Not valid: the rule “log-entries” is broken"));
    assert!(written.contains(Rule::LogEntries.meaning()), "{written}");
}
