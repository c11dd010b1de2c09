//! The program, run where nothing tells it of a node.

use assert_cmd::{assert::Assert, Command};

pub fn regent(arguments: &[&str]) -> Assert {
    Command::cargo_bin("regent")
        .expect("built")
        .env_clear()
        .env("XDG_RUNTIME_DIR", "/nonexistent")
        .args(arguments)
        .assert()
}

pub fn stdout(assert: &Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stdout).into_owned()
}

pub fn stderr(assert: &Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}
