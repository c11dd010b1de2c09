//! Each command of `load` runs on a small network, and its figures agree with each other.

use std::process::{Command, Output};

use serde_json::Value;

fn load(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_load"))
        .args(arguments)
        .args(["--json", "--within", "200"])
        .output()
        .expect("started")
}

/// Runs it and reads what it measured.
fn figures(arguments: &[&str]) -> Value {
    let output = load(arguments);
    let progress = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{progress}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{progress}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

#[test]
fn latency_tells_when_each_phase_of_an_operation_ended() {
    let report =
        figures(&["latency", "--validators", "1", "--quorums", "2/3", "--operations", "2"]);
    let run = &report["runs"][0];
    let samples = list(&run["milliseconds_since_submission"]);
    assert_eq!(samples.len(), 2);
    for sample in samples {
        let at = |phase: &str| number(&sample[phase]);
        // Announcements, the log and our own answers come by three ways, so that only what follows
        // from one another is in order.
        assert!(0.0 < at("pooled") && 0.0 < at("in_block"), "{sample}");
        assert!(at("in_block") <= at("finalised"), "{sample}");
        assert!(at("first_share") <= at("last_share"), "{sample}");
        assert!(at("in_block") < at("first_share"), "{sample}");
        assert!(at("last_share") < at("signature"), "{sample}");
    }
    let rows = list(&run["milliseconds"]);
    let of = |name: &str| rows.iter().find(|row| row["phase"] == name).expect(name);
    let slowest = samples.iter().map(|sample| number(&sample["signature"])).fold(0.0, f64::max);
    assert_eq!(number(&of("the whole")["max"]), slowest);
    let agents = &list(&run["memory"])[1];
    assert_eq!((&agents["program"], number(&agents["processes"])), (&"agent".into(), 3.0));
    assert!(number(&agents["private_mib"]) > 0.0);
}

#[test]
fn lifecycles_are_counted_beside_remarks() {
    let report = figures(&[
        "lifecycles",
        "--quorum",
        "2/3",
        "--concurrency",
        "2",
        "--remarks",
        "12",
        "--seconds",
        "4",
    ]);
    let (remarks, lifecycles) = (&report["remarks"][0], &report["lifecycles"][0]);
    assert!(number(&remarks["remarks"]) > 0.0);
    assert!(number(&remarks["quota_share"]) <= 1.0);
    assert!(number(&lifecycles["completed"]) > 0.0);
    assert!(number(&lifecycles["charge_milliseconds"]) > number(&remarks["charge_milliseconds"]));
    let ratio = number(&remarks["per_second"]) / number(&lifecycles["per_second"]);
    assert_eq!(number(&report["remarks_per_lifecycle"]), ratio);
}

#[test]
fn keys_are_refreshed_in_one_go() {
    let report = figures(&["refreshes", "--quorum", "2/3", "--keys", "3", "--concurrency", "2"]);
    for phase in ["enrolments", "refreshes"] {
        let phase = &report[phase];
        let rate = number(&phase["per_second"]) * number(&phase["seconds"]);
        assert!((rate - 3.0).abs() < 1e-6, "{report:#}");
        assert!(number(&phase["milliseconds"]["max"]) > 0.0);
    }
}

#[test]
fn state_is_what_one_operation_adds() {
    let report = figures(&["state", "--quorum", "2/3", "--operations", "2", "--idle-blocks", "6"]);
    let calls = list(&report["transactions"]);
    let count = |name: &str| {
        let call = calls.iter().find(|call| call["call"] == name).expect(name);
        number(&call["transactions"])
    };
    let of_one = ["submit", "approve", "complete"].map(|call| count(&format!("Requests.{call}")));
    assert_eq!(of_one, [1.0, 2.0, 1.0]);
    assert!(count("Requests.note") >= 2.0);
    let pallets = list(&report["state_by_pallet"]);
    let bytes = |name: &str| {
        let row = pallets.iter().find(|row| row["name"] == name).expect(name);
        number(&row["bytes"])
    };
    // A request with its approvals and its receipt stays, and the log of all of it.
    assert!(bytes("Requests") > 500.0 && bytes("Audit") > 500.0, "{report:#}");
    assert!(number(&report["transaction_bytes"]) > 1_000.0);
    let sum: f64 = pallets.iter().map(|row| number(&row["bytes"])).sum();
    assert!((sum - number(&report["state"]["bytes"])).abs() < 1e-6);
}

#[test]
fn what_does_not_come_up_is_a_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = load(&["latency", "--bin-dir", &folder.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("regent-node is not in"), "{error}");
    // The report is written all the same, with nothing in it.
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert!(list(&report["runs"]).is_empty());
}
