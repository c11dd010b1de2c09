//! The program as a whole, as far as it needs no network: exit codes, errors, help.
#![allow(missing_docs)]

use assert_cmd::Command;

fn regent(arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("regent")
        .expect("built")
        .env_clear()
        .env("XDG_RUNTIME_DIR", "/nonexistent")
        .args(arguments)
        .assert()
}

fn stderr(assert: &assert_cmd::assert::Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}

fn stdout(assert: &assert_cmd::assert::Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stdout).into_owned()
}

#[test]
fn help_documents_exit_codes() {
    let help = regent(&["--help"]).success();
    assert!(stdout(&help).contains("Exit codes:"));
}

#[test]
fn the_example_policy_is_accepted() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, stdout(&regent(&["policy", "example"]).success())).expect("written");
    let checked = regent(&["policy", "check", "--json", "--file", &path.display().to_string()]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&checked.success())).expect("JSON");
    assert_eq!(json["name"], "Treasury");
}

#[test]
fn a_wrong_policy_names_the_field() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("policy.toml");
    let text = regent_cli::POLICY_EXAMPLE.replacen("10 ether", "ten ether", 1);
    std::fs::write(&path, text).expect("written");
    let refused = regent(&["policy", "check", "--file", &path.display().to_string()]).code(2);
    assert!(stderr(&refused).contains("limits.maximum"));
}

#[test]
fn no_network_is_an_error_with_a_remedy() {
    let refused = regent(&["status"]).code(2);
    assert!(stderr(&refused).contains("regent dev"));
}

#[test]
fn no_node_is_an_error_of_connection() {
    let refused = regent(&["status", "--json", "--node", "ws://127.0.0.1:1"]).code(5);
    let json: serde_json::Value = serde_json::from_str(&stderr(&refused)).expect("JSON");
    assert_eq!(json["error"]["kind"], "connection");
}

#[test]
fn secrets_are_no_arguments() {
    let request = format!("0x{}", "11".repeat(32));
    let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
    let refused = regent(&["approve", &request, "--account", phrase]).code(2);
    let said = stderr(&refused);
    assert!(said.contains("keystore") && !said.contains("bottom drive"), "{said}");
}

#[test]
fn completions_are_written() {
    assert!(stdout(&regent(&["completions", "bash"]).success()).contains("_regent"));
}
