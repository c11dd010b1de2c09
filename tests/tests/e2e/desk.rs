//! `regent` as people use it: they type a line, and read what it says.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use anyhow::{ensure, Context};
use regent_cli::network::Network;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::OwnedMutexGuard;

use crate::programs::{fed, program, Running, Said};

/// Who has a contract's key transferred if the contract ends: without somebody, it gets none.
pub const RECOVERY: &str = "//Alice";

/// Where lines are typed. A line is the words of a command, none of which has a space.
pub struct Desk {
    regent: PathBuf,
    network: String,
    folder: TempDir,
    /// Whose turn it is, of those who act as the same account.
    turns: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    succeeded: Mutex<Vec<String>>,
}

impl Desk {
    /// Beside a network.
    pub fn of(network: &Network) -> anyhow::Result<Self> {
        Self::beside(&network.folder().join("network.json"))
    }

    /// Beside the network that a file names, or will.
    pub fn beside(file: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            regent: program("regent")?,
            network: file.display().to_string(),
            folder: tempfile::tempdir()?,
            turns: Mutex::default(),
            succeeded: Mutex::default(),
        })
    }

    /// Where a file of this name is on it.
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Puts a file on it; says where.
    pub fn file(&self, name: &str, text: &str) -> anyhow::Result<String> {
        let path = self.path(name);
        fs::write(&path, text)?;
        Ok(path)
    }

    /// What a command says to people that succeeds.
    pub async fn says(&self, line: &str) -> anyhow::Result<String> {
        self.fed(line, "").await
    }

    /// What a command says to programs that succeeds.
    pub async fn tells(&self, line: &str) -> anyhow::Result<Value> {
        json(&self.says(&format!("{line} --json")).await?)
    }

    /// The same of one that tells several things.
    pub async fn lists(&self, line: &str) -> anyhow::Result<Vec<Value>> {
        self.says(&format!("{line} --json")).await?.lines().map(json).collect()
    }

    /// What a command says that succeeds with something on its standard input.
    pub async fn fed(&self, line: &str, input: &str) -> anyhow::Result<String> {
        let said = self.run(line, input).await?.with(0).with_context(|| line.to_owned())?;
        self.note(line);
        Ok(said)
    }

    /// Why a command fails.
    pub async fn fails(&self, line: &str, code: i32) -> anyhow::Result<String> {
        let said = self.run(&format!("{line} --json"), "").await?;
        let said = said.failed_with(code).with_context(|| line.to_owned())?;
        let error = json(said.lines().last().context("an error")?)?;
        text(&error["error"], "message")
    }

    /// Has somebody approve a request at its only stage.
    pub async fn approve(&self, id: &str, approver: &str) -> anyhow::Result<()> {
        let verdict = self.tells(&format!("approve {id} --account {approver}")).await?;
        ensure!(verdict["decision"] == "approve" && verdict["id"] == id, "{verdict}");
        ensure!(verdict["status"] == "approved", "{verdict}");
        Ok(())
    }

    /// Types a command that requests something and waits for its end, and has somebody approve it meanwhile.
    pub async fn approved(&self, line: &str, approver: &str) -> anyhow::Result<String> {
        let _turn = self.turn(line).await;
        let mut running = self.start(line)?;
        let told = running.notes(|said| said.starts_with("request 0x")).await;
        let told = told.with_context(|| line.to_owned())?;
        self.approve(told.trim_start_matches("request "), approver).await?;
        self.ended(line, running.end().await?)
    }

    /// Has a request approved, and carried through by who made it, or had a contract make it.
    pub async fn carries(&self, id: &str, approver: &str, who: &str) -> anyhow::Result<Value> {
        self.approve(id, approver).await?;
        let done = self.tells(&format!("request watch {id} --execute --account {who}")).await?;
        ensure!(done["id"] == id, "{done}");
        Ok(done)
    }

    /// Checks where a request stands.
    pub async fn check_status(&self, id: &str, status: &str) -> anyhow::Result<()> {
        let shown = self.tells(&format!("request show {id}")).await?;
        ensure!(shown["id"] == id && shown["status"] == status, "{shown}, expected {status}");
        Ok(())
    }

    /// Starts a command that goes on.
    pub fn start(&self, line: &str) -> anyhow::Result<Running> {
        Running::start(&self.regent, &self.words(line))
    }

    /// What a command said that went on, and succeeded.
    pub fn ended(&self, line: &str, said: Said) -> anyhow::Result<String> {
        let said = said.with(0).with_context(|| line.to_owned())?;
        self.note(line);
        Ok(said)
    }

    /// Puts a policy onto the chain, under which these may request everything, and Bob or Charlie approve;
    /// returns its hash.
    pub async fn policy(
        &self,
        name: &str,
        requesters: &[&str],
        who: &str,
    ) -> anyhow::Result<String> {
        let file = self.file(&format!("{name}.toml"), &policy(name, requesters))?;
        let created = self.tells(&format!("policy create --file {file} --account {who}")).await?;
        ensure!(created["name"] == name, "{created}");
        text(&created, "hash")
    }

    /// Checks that the commands that succeeded here are these, each at least once.
    pub fn check_succeeded(&self, commands: &[&str]) -> anyhow::Result<()> {
        let succeeded = self.succeeded.lock().expect("nobody panics with it");
        for command in commands {
            ensure!(succeeded.iter().any(|line| is_of(line, command)), "{command} never succeeded");
        }
        for line in succeeded.iter() {
            let known = commands.iter().any(|command| is_of(line, command));
            ensure!(known, "{line}: its command is not listed");
        }
        Ok(())
    }

    async fn run(&self, line: &str, input: &str) -> anyhow::Result<Said> {
        let _turn = self.turn(line).await;
        let words = [&self.words(line)[..], &["--quiet"]].concat();
        fed(&self.regent, &words, input).await
    }

    fn words<'a>(&'a self, line: &'a str) -> Vec<&'a str> {
        line.split_whitespace().chain(["--network", &self.network]).collect()
    }

    /// Everybody types one line after the other: two of the same account could take each other's nonce.
    async fn turn(&self, line: &str) -> Option<OwnedMutexGuard<()>> {
        let account = line.split_whitespace().skip_while(|word| *word != "--account").nth(1)?;
        let turn = {
            let mut turns = self.turns.lock().expect("nobody panics with it");
            Arc::clone(turns.entry(account.to_owned()).or_default())
        };
        Some(turn.lock_owned().await)
    }

    fn note(&self, line: &str) {
        self.succeeded.lock().expect("nobody panics with it").push(line.to_owned());
    }
}

/// Whether a line is of a command.
fn is_of(line: &str, command: &str) -> bool {
    line.strip_prefix(command).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// A policy, as a file has it. The measurement is that of development's enclave.
fn policy(name: &str, requesters: &[&str]) -> String {
    format!(
        r#"
        name = "{name}"
        operations = ["enrol", "sign", "decrypt", "refresh", "reshare", "transfer"]
        requesters = "requesters"
        maximum_lifetime = 2_400
        allow_raw = true
        measurements = ["simulated:0x73696d756c617465643a206e6f7468696e672069732070726f74656374656421"]

        [[roles]]
        name = "requesters"
        members = {requesters:?}

        [[roles]]
        name = "approvers"
        members = ["//Bob", "//Charlie"]

        [[stages]]
        role = "approvers"
        threshold = 1

        [[limits]]
        asset = "ether:11155111"
        maximum = "2 ether"
        maximum_fee = "0.01 ether"

        [change_rule]
        role = "approvers"
        threshold = 2
        "#
    )
}

/// What a program reads.
pub fn json(said: &str) -> anyhow::Result<Value> {
    serde_json::from_str(said).with_context(|| format!("no JSON: {said}"))
}

/// A field that is a text.
pub fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    let found = value[field].as_str().with_context(|| format!("no {field} in {value}"))?;
    Ok(found.to_owned())
}

/// A field that is a number.
pub fn number(value: &Value, field: &str) -> anyhow::Result<u32> {
    let found = value[field].as_u64().with_context(|| format!("no {field} in {value}"))?;
    Ok(u32::try_from(found)?)
}

/// A list.
pub fn items(value: &Value) -> anyhow::Result<&Vec<Value>> {
    value.as_array().with_context(|| format!("no list: {value}"))
}

/// What stands behind a word at the beginning of a line that people read.
pub fn behind<'a>(said: &'a str, word: &str) -> anyhow::Result<&'a str> {
    let line = said.lines().find_map(|line| line.strip_prefix(word));
    line.map(str::trim).with_context(|| format!("no {word}: {said}"))
}
