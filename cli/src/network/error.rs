//! What keeps a network from running.

use std::{path::PathBuf, time::Duration};

use regent_client::{ClientError, EnclaveError};

/// Why a network, or a process of it, does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// A program is not where it should be.
    #[error("{name} is not in {}; build it with `cargo build --release`, or name its folder with --bin-dir", folder.display())]
    NoProgram {
        /// Its name.
        name: String,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// There is no process of this name.
    #[error("there is no process {0:?} in this network")]
    NoProcess(String),
    /// There is no agent of this number.
    #[error("there is no agent {0} in this network")]
    NoAgent(usize),
    /// A network needs a node.
    #[error("a network has at least one node")]
    NoNode,
    /// Options that do not fit together.
    #[error("{0}")]
    Options(String),
    /// It cannot be started.
    #[error("{name} cannot be started: {source}")]
    Spawn {
        /// Which.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// It ended.
    #[error("{name} ended ({status}); the end of {}:\n{tail}", log.display())]
    Ended {
        /// Which.
        name: String,
        /// How.
        status: String,
        /// Its log.
        log: PathBuf,
        /// The end of the log.
        tail: String,
    },
    /// It runs and is not healthy.
    #[error("{name} is not healthy after {} s ({reason}); the end of {}:\n{tail}", waited.as_secs(), log.display())]
    Unhealthy {
        /// Which.
        name: String,
        /// What its health check says.
        reason: String,
        /// How long it was waited for.
        waited: Duration,
        /// Its log.
        log: PathBuf,
        /// The end of the log.
        tail: String,
    },
    /// It does not end.
    #[error("{name} still runs after {} s", waited.as_secs())]
    StillRuns {
        /// Which.
        name: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// A file.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is not of its kind.
    #[error("{}: {reason}", path.display())]
    Format {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A program said something unexpected.
    #[error("{name} answered {found:?}, expected {expected}")]
    Answer {
        /// Which.
        name: String,
        /// What it said.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Randomness(String),
    /// A node.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The enclave.
    #[error(transparent)]
    Enclave(#[from] EnclaveError),
}

impl NetworkError {
    pub(super) fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::File { path: path.into(), source }
    }
}
