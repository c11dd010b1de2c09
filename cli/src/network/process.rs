//! One child process.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{kill, Signal},
    unistd::Pid,
};

use super::{options::Folder, spawner::Spawner, NetworkError};

/// How often a process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long a process may take to end after `SIGTERM`.
const STOP_PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a log that are shown when its process fails.
const TAIL_BYTES: u64 = 4_096;
/// Lines of a log that are shown when its process fails.
const TAIL_LINES: usize = 15;

/// How a process is started.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// Its name in the network.
    pub(super) name: String,
    /// The program.
    pub(super) program: PathBuf,
    /// Its arguments; never secrets.
    pub(super) arguments: Vec<String>,
    /// Its environment, beside ours; never secrets.
    pub(super) environment: Vec<(String, String)>,
}

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessState {
    /// It runs.
    Running,
    /// It ended with this code.
    Exited(i32),
    /// It was ended by this signal.
    Signalled(i32),
    /// It was not started, or was ended by us.
    Stopped,
}

/// A child process that can be started again. Killed when dropped.
pub(super) struct Process {
    start: Start,
    child: Option<Child>,
    ended: ProcessState,
    log: PathBuf,
    spawner: Arc<Spawner>,
}

impl Process {
    pub(super) fn new(start: Start, folder: &Folder, spawner: Arc<Spawner>) -> Self {
        let log = folder.log(&start.name);
        Self { start, child: None, ended: ProcessState::Stopped, log, spawner }
    }

    pub(super) fn name(&self) -> &str {
        &self.start.name
    }

    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    pub(super) fn set_command(&mut self, start: Start) {
        self.start = start;
    }

    pub(super) fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Starts it, if it does not run. Its log goes on where it ended.
    pub(super) fn spawn(&mut self) -> Result<(), NetworkError> {
        if self.state()? == ProcessState::Running {
            return Ok(());
        }
        let open = || OpenOptions::new().create(true).append(true).open(&self.log);
        let stdout = open().map_err(|source| NetworkError::file(&self.log, source))?;
        let stderr = open().map_err(|source| NetworkError::file(&self.log, source))?;
        let mut command = Command::new(&self.start.program);
        command
            .args(&self.start.arguments)
            .envs(self.start.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr);
        let child = self
            .spawner
            .spawn(command)
            .map_err(|source| NetworkError::Spawn { name: self.start.name.clone(), source })?;
        self.child = Some(child);
        Ok(())
    }

    pub(super) fn state(&mut self) -> Result<ProcessState, NetworkError> {
        let Some(child) = &mut self.child else { return Ok(self.ended) };
        let status = child
            .try_wait()
            .map_err(|source| NetworkError::Spawn { name: self.start.name.clone(), source })?;
        match status {
            None => Ok(ProcessState::Running),
            Some(status) => {
                self.child = None;
                self.ended = of_status(status);
                Ok(self.ended)
            }
        }
    }

    pub(super) async fn kill(&mut self) -> Result<(), NetworkError> {
        self.signal(Signal::SIGKILL);
        self.wait_for_exit(STOP_PATIENCE).await?;
        self.ended = ProcessState::Stopped;
        Ok(())
    }

    pub(super) async fn stop(&mut self) -> Result<(), NetworkError> {
        self.ask_to_stop();
        if self.wait_for_exit(STOP_PATIENCE).await.is_err() {
            return self.kill().await;
        }
        self.ended = ProcessState::Stopped;
        Ok(())
    }

    pub(super) fn ask_to_stop(&mut self) {
        self.signal(Signal::SIGTERM);
    }

    pub(super) async fn wait_for_exit(
        &mut self,
        patience: Duration,
    ) -> Result<ProcessState, NetworkError> {
        let deadline = Instant::now() + patience;
        loop {
            let state = self.state()?;
            if state != ProcessState::Running {
                return Ok(state);
            }
            if Instant::now() >= deadline {
                let name = self.start.name.clone();
                return Err(NetworkError::StillRuns { name, waited: patience });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// The error of a process that ended although it should run.
    pub(super) fn ended_error(&self, state: ProcessState) -> NetworkError {
        NetworkError::Ended {
            name: self.start.name.clone(),
            status: match state {
                ProcessState::Exited(code) => format!("exit code {code}"),
                ProcessState::Signalled(signal) => format!("signal {signal}"),
                ProcessState::Stopped | ProcessState::Running => "stopped".to_owned(),
            },
            log: self.log.clone(),
            tail: tail(&self.log),
        }
    }

    /// The error of a process that runs and is not healthy.
    pub(super) fn unhealthy_error(&self, reason: String, waited: Duration) -> NetworkError {
        NetworkError::Unhealthy {
            name: self.start.name.clone(),
            reason,
            waited,
            log: self.log.clone(),
            tail: tail(&self.log),
        }
    }

    /// Only to a child that was not waited for: its number cannot be another's.
    fn signal(&mut self, signal: Signal) {
        if let Some(pid) = self.child.as_ref().and_then(|child| i32::try_from(child.id()).ok()) {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn of_status(status: ExitStatus) -> ProcessState {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => ProcessState::Exited(code),
        (None, Some(signal)) => ProcessState::Signalled(signal),
        (None, None) => ProcessState::Stopped,
    }
}

/// The last lines of a log.
fn tail(log: &Path) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(TAIL_LINES)..).unwrap_or_default().join("\n")
}
