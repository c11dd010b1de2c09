//! The configuration file, what the environment changes in it, and what is refused.

mod environment;
mod root;
#[cfg(test)]
mod tests;
mod trust;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use regent_primitives::H256;
use serde::Deserialize;

use crate::failpoint::CrashAt;
pub use environment::Environment;
pub use root::{RootConfig, RootKind};
pub use trust::{Checkpoint, MeasurementEntry, MeasurementKind, RuntimeEntry, TrustConfig};

/// The commented default configuration that `init` writes.
pub const DEFAULT: &str = include_str!("config/default.toml");

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {error}; write one with `regent-agent init --config FILE`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not of the expected form.
    #[error("{path} is not a valid configuration: {error}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and what.
        error: Box<toml::de::Error>,
    },
    /// A value of the environment has the wrong form.
    #[error("environment variable {variable} is {found:?}, expected {expected}")]
    Environment {
        /// Its name.
        variable: &'static str,
        /// Its value.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A value is out of bounds.
    #[error("{key} is {found}, expected {expected}")]
    Value {
        /// Where it stands.
        key: &'static str,
        /// The value.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A switch for development in a configuration that is not for development.
    #[error("{key} weakens this agent: it is refused unless `insecure_development = true` is set")]
    Insecure {
        /// Where it stands.
        key: &'static str,
    },
}

/// Everything an agent is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Its node.
    pub node: NodeConfig,
    /// Its state.
    pub state: StateConfig,
    /// What holds the state's key.
    #[serde(default)]
    pub root: RootConfig,
    /// What it serves.
    pub server: ServerConfig,
    /// Whom it believes.
    pub trust: TrustConfig,
    /// How it sends shares.
    #[serde(default)]
    pub delivery: DeliveryConfig,
    /// What it says.
    #[serde(default)]
    pub log: LogConfig,
    /// Permits the switches below, and simulated enclaves.
    #[serde(default)]
    pub insecure_development: bool,
    /// Aborts the process at a named step, for tests of crashes.
    #[serde(default)]
    pub insecure_crash_at: Option<CrashAt>,
    /// Sends wrong shares, for tests of faulty agents.
    #[serde(default)]
    pub insecure_corrupt_share: bool,
}

/// The node an agent reads the chain from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfig {
    /// A `ws://` or `wss://` URL.
    pub url: String,
    /// The chain's genesis hash. In development it may be left out: the first chain met is then kept
    /// for ever.
    #[serde(default)]
    pub genesis: Option<H256>,
}

/// Where an agent keeps its state, and what unseals it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateConfig {
    /// Folder of the database.
    pub folder: PathBuf,
    /// Where the passphrase comes from: all that unseals the state, or the part of it that is not in
    /// the TPM.
    pub passphrase: PassphraseSource,
}

/// Where a passphrase comes from: never an argument, never the environment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PassphraseSource {
    /// A file that only its owner may read.
    File(PathBuf),
    /// An open file descriptor; 0 is standard input.
    Descriptor(u32),
}

/// What an agent serves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// JSON-RPC and `/health`.
    pub listen: SocketAddr,
    /// Prometheus.
    #[serde(default)]
    pub metrics: Option<SocketAddr>,
}

/// How an agent sends shares.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeliveryConfig {
    first_retry_milliseconds: u64,
    maximum_retry_milliseconds: u64,
    timeout_milliseconds: u64,
}

impl Default for DeliveryConfig {
    fn default() -> Self {
        Self {
            first_retry_milliseconds: 50,
            maximum_retry_milliseconds: 2_000,
            timeout_milliseconds: 5_000,
        }
    }
}

impl DeliveryConfig {
    /// Wait before the second try.
    pub const fn first_retry(&self) -> Duration {
        Duration::from_millis(self.first_retry_milliseconds)
    }

    /// The longest wait between two tries.
    pub const fn maximum_retry(&self) -> Duration {
        Duration::from_millis(self.maximum_retry_milliseconds)
    }

    /// The longest one try may take.
    pub const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_milliseconds)
    }
}

/// What an agent says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// For people or for machines.
    pub format: LogFormat,
    /// Levels by target.
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".into() }
    }
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// Reads a file, applies the environment, makes paths absolute or relative to the file, and
    /// checks every value.
    ///
    /// # Errors
    /// [`ConfigError`] says what to change.
    pub fn load(path: &Path, environment: &Environment) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Read { path: path.to_owned(), error })?;
        let mut config: Self = toml::from_str(&text)
            .map_err(|error| ConfigError::Parse { path: path.to_owned(), error: error.into() })?;
        environment.apply(&mut config)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        config.state.folder = folder.join(&config.state.folder);
        let sources = [Some(&mut config.state.passphrase), config.root.owner_auth.as_mut()];
        for source in sources.into_iter().flatten() {
            if let PassphraseSource::File(file) = source {
                *file = folder.join(&*file);
            }
        }
        config.check()?;
        Ok(config)
    }

    /// What an agent has to be told before it runs.
    ///
    /// # Errors
    /// [`ConfigError`] names it.
    pub fn check_complete(&self) -> Result<(), ConfigError> {
        if self.node.genesis.is_some() || self.insecure_development {
            return Ok(());
        }
        Err(ConfigError::Value {
            key: "node.genesis",
            found: "missing".into(),
            expected:
                "the hash of the chain's first block, from the consortium and not from a node: \
                       all that an agent believes is proven from there",
        })
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.state.folder.join("agent.redb")
    }

    fn check(&self) -> Result<(), ConfigError> {
        if !self.node.url.starts_with("ws://") && !self.node.url.starts_with("wss://") {
            return Err(ConfigError::Value {
                key: "node.url",
                found: self.node.url.clone(),
                expected: "a URL that starts with ws:// or wss://",
            });
        }
        self.trust.check(self.insecure_development)?;
        self.root.check(self.insecure_development)?;
        let DeliveryConfig { first_retry_milliseconds: first, timeout_milliseconds, .. } =
            self.delivery;
        for (key, found) in [
            ("delivery.first_retry_milliseconds", first),
            ("delivery.timeout_milliseconds", timeout_milliseconds),
        ] {
            if found == 0 {
                return Err(ConfigError::Value { key, found: "0".into(), expected: "at least 1" });
            }
        }
        if self.delivery.maximum_retry_milliseconds < first {
            return Err(ConfigError::Value {
                key: "delivery.maximum_retry_milliseconds",
                found: self.delivery.maximum_retry_milliseconds.to_string(),
                expected: "at least delivery.first_retry_milliseconds",
            });
        }
        if self.insecure_development {
            return Ok(());
        }
        if self.insecure_crash_at.is_some() {
            return Err(ConfigError::Insecure { key: "insecure_crash_at" });
        }
        if self.insecure_corrupt_share {
            return Err(ConfigError::Insecure { key: "insecure_corrupt_share" });
        }
        Ok(())
    }
}
