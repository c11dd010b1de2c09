//! The network file: where other commands find a running network.

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::NetworkError;

/// What is known of a running network. Holds no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkFile {
    /// RPC endpoint of the first node.
    pub node: String,
    /// RPC endpoints of all nodes.
    pub nodes: Vec<String>,
    /// JSON-RPC endpoint of the enclave.
    pub enclave: String,
    /// Hash of block 0.
    pub genesis: String,
    /// The quorum of all agents.
    pub quorum: u32,
    /// How many agents it asks for.
    pub threshold: u16,
    /// The agents.
    pub agents: Vec<AgentFile>,
    /// Where data and logs are.
    pub folder: PathBuf,
}

/// What is known of an agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentFile {
    /// Name of its process.
    pub name: String,
    /// Its identity.
    pub id: String,
    /// Its JSON-RPC and health endpoint.
    pub url: String,
    /// Its Prometheus endpoint.
    pub metrics: String,
}

impl NetworkFile {
    /// Where `regent dev` writes it unless told otherwise: the user's runtime folder.
    ///
    /// # Errors
    /// If that folder belongs to somebody else.
    pub fn default_path() -> Result<PathBuf, NetworkError> {
        let user = nix::unistd::geteuid();
        let folder = match std::env::var_os("XDG_RUNTIME_DIR") {
            Some(runtime) => PathBuf::from(runtime).join("regent"),
            None => std::env::temp_dir().join(format!("regent-{user}")),
        };
        // In a folder everybody may write to, another user could have been first.
        if let Ok(metadata) = fs::symlink_metadata(&folder) {
            if metadata.uid() != user.as_raw() || !metadata.is_dir() {
                return Err(NetworkError::Format {
                    path: folder,
                    reason: "belongs to another user; name a file with --network".to_owned(),
                });
            }
        }
        Ok(folder.join("network.json"))
    }

    /// Reads it.
    ///
    /// # Errors
    /// If it is not there or not of this form.
    pub fn read(path: &Path) -> Result<Self, NetworkError> {
        let text = fs::read_to_string(path).map_err(|source| NetworkError::file(path, source))?;
        serde_json::from_str(&text).map_err(|error| NetworkError::Format {
            path: path.to_owned(),
            reason: error.to_string(),
        })
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), NetworkError> {
        let io = |source| NetworkError::file(path, source);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
        }
        let text = serde_json::to_string_pretty(self).map_err(|error| NetworkError::Format {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        let new = path.with_extension("new");
        fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)
            .and_then(|mut file| writeln!(file, "{text}").and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&new, path))
            .map_err(io)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("deeper").join("network.json");
        let file = NetworkFile {
            node: "ws://127.0.0.1:1".into(),
            nodes: vec!["ws://127.0.0.1:1".into()],
            enclave: "http://127.0.0.1:2".into(),
            genesis: "0x00".into(),
            quorum: 0,
            threshold: 3,
            agents: Vec::new(),
            folder: folder.path().to_owned(),
        };
        file.write(&path).expect("written");
        assert_eq!(NetworkFile::read(&path).expect("read").node, file.node);
    }
}
