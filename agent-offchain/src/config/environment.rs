//! What the environment may change: where things are, never what is trusted, never a secret.

use std::{net::SocketAddr, path::PathBuf};

use super::{Config, ConfigError};

const NODE_URL: &str = "REGENT_AGENT_NODE_URL";
const STATE_FOLDER: &str = "REGENT_AGENT_STATE_FOLDER";
const LISTEN: &str = "REGENT_AGENT_LISTEN";
const METRICS: &str = "REGENT_AGENT_METRICS";
const LOG: &str = "REGENT_AGENT_LOG";

/// The variables an agent reads.
#[derive(Clone, Debug, Default)]
pub struct Environment(Vec<(&'static str, String)>);

impl Environment {
    /// Those of this process.
    pub fn of_process() -> Self {
        let read = |name| std::env::var(name).ok().map(|value| (name, value));
        Self([NODE_URL, STATE_FOLDER, LISTEN, METRICS, LOG].into_iter().filter_map(read).collect())
    }

    /// These and no others; unknown names change nothing.
    pub fn of(variables: Vec<(&'static str, String)>) -> Self {
        Self(variables)
    }

    pub(super) fn apply(&self, config: &mut Config) -> Result<(), ConfigError> {
        for (name, value) in &self.0 {
            match *name {
                NODE_URL => config.node.url.clone_from(value),
                // Relative to where the process runs, as on any command line.
                STATE_FOLDER => config.state.folder = absolute(value)?,
                LISTEN => config.server.listen = address(LISTEN, value)?,
                METRICS => config.server.metrics = Some(address(METRICS, value)?),
                LOG => config.log.filter.clone_from(value),
                _ => {}
            }
        }
        Ok(())
    }
}

fn absolute(value: &str) -> Result<PathBuf, ConfigError> {
    std::path::absolute(value).map_err(|_| ConfigError::Environment {
        variable: STATE_FOLDER,
        found: value.to_owned(),
        expected: "a path",
    })
}

fn address(variable: &'static str, value: &str) -> Result<SocketAddr, ConfigError> {
    value.parse().map_err(|_| ConfigError::Environment {
        variable,
        found: value.to_owned(),
        expected: "an address and port, such as 127.0.0.1:9955",
    })
}
