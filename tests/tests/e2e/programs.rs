//! Programs that are run as people run them: by their arguments, to their end.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{bail, ensure, Context};
use regent_tests::PATIENCE;
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStderr, ChildStdout, Command},
    time::timeout,
};

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

/// A program that runs, and is read along.
pub struct Running {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
    err: Lines<BufReader<ChildStderr>>,
}

impl Running {
    /// Starts it.
    pub fn start(program: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut child = command(program, arguments).stdin(Stdio::null()).spawn()?;
        let out = child.stdout.take().context("its standard output")?;
        let err = child.stderr.take().context("its standard error")?;
        Ok(Self { child, out: BufReader::new(out).lines(), err: BufReader::new(err).lines() })
    }

    /// The next line of its output that is wanted.
    pub async fn says(&mut self, wanted: impl Fn(&str) -> bool) -> anyhow::Result<String> {
        next(&mut self.out, wanted).await
    }

    /// The next line on its standard error that is wanted.
    pub async fn notes(&mut self, wanted: impl Fn(&str) -> bool) -> anyhow::Result<String> {
        next(&mut self.err, wanted).await
    }

    /// What else it says until it ends.
    pub async fn end(self) -> anyhow::Result<Said> {
        let Self { mut child, out, err } = self;
        let (mut out, mut err) = (out.into_inner(), err.into_inner());
        let (mut said, mut noted) = (String::new(), String::new());
        let ended = async {
            tokio::try_join!(
                child.wait(),
                out.read_to_string(&mut said),
                err.read_to_string(&mut noted)
            )
        };
        let (status, ..) = timeout(PATIENCE, ended).await.context("it does not end")??;
        Ok(Said { code: status.code(), out: said, err: noted })
    }

    /// The same of one that is interrupted, once, whatever it does then.
    pub async fn interrupt(self) -> anyhow::Result<Said> {
        let id = self.child.id().context("it has ended")?;
        let sent = Command::new("sh").args(["-c", &format!("kill -INT {id}")]).status().await?;
        ensure!(sent.success(), "it has ended");
        self.end().await
    }
}

async fn next(
    lines: &mut Lines<impl AsyncBufRead + Unpin>,
    wanted: impl Fn(&str) -> bool,
) -> anyhow::Result<String> {
    let found = async {
        let mut others = Vec::new();
        while let Some(line) = lines.next_line().await? {
            if wanted(&line) {
                return Ok(line);
            }
            others.push(line);
        }
        bail!("it says something else: {}", others.join("\n"))
    };
    timeout(PATIENCE, found).await.context("it says nothing")?
}

/// Runs a program.
pub async fn run(program: &Path, arguments: &[&str]) -> anyhow::Result<Said> {
    fed(program, arguments, "").await
}

/// Runs a program with something on its standard input.
pub async fn fed(program: &Path, arguments: &[&str], input: &str) -> anyhow::Result<Said> {
    let mut child = command(program, arguments).stdin(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().context("its standard input")?;
    stdin.write_all(input.as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) })
}

fn command(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// A program beside the folder of this one, where the network finds the others.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().and_then(Path::parent).context("a target folder")?;
    Ok(folder.join(name))
}
