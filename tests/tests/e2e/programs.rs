//! Programs that are run as people run them: by their arguments, to their end.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{ensure, Context};
use tokio::{io::AsyncWriteExt, process::Command};

/// What a program said.
pub struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    /// Its output, if it ended as expected.
    pub fn with(self, code: i32) -> anyhow::Result<String> {
        let Self { code: found, out, err } = self;
        ensure!(found == Some(code), "ended with {found:?}, expected {code}: {err}\n{out}");
        Ok(out)
    }

    /// What it says on standard error, if it ended as expected.
    pub fn failed_with(self, code: i32) -> anyhow::Result<String> {
        let err = self.err.clone();
        self.with(code).map(|_| err)
    }
}

/// Runs a program.
pub async fn run(program: &Path, arguments: &[&str]) -> anyhow::Result<Said> {
    fed(program, arguments, "").await
}

/// Runs a program with something on its standard input.
pub async fn fed(program: &Path, arguments: &[&str], input: &str) -> anyhow::Result<Said> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = child.stdin.take().context("its standard input")?;
    stdin.write_all(input.as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) })
}

/// A program beside the folder of this one, where the network finds the others.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().and_then(Path::parent).context("a target folder")?;
    Ok(folder.join(name))
}
