//! What a network is made of, and where its data are.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;

use super::NetworkError;

/// Which chain, with how many validators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chain {
    /// One validator, Alice, whose institution all development accounts belong to.
    #[default]
    Development,
    /// Four validators: Alice, Bob, Charlie and Dave, an institution each.
    Local,
}

/// What holds the key of the agents' states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AgentRoot {
    /// A passphrase: an old copy of a state opens like the newest.
    #[default]
    Passphrase,
    /// A TPM for each, in software.
    Tpm,
}

/// What a network is made of.
#[derive(Clone, Debug)]
pub struct NetworkOptions {
    /// Where `regent-node`, `regent-agent` and `regent-enclave` are; beside this program otherwise.
    pub programs: Option<PathBuf>,
    /// Where data and logs go; a temporary folder otherwise.
    pub folder: Option<PathBuf>,
    /// Whether a temporary folder is left behind.
    pub keep: bool,
    /// The chain.
    pub chain: Chain,
    /// How many agents.
    pub agents: usize,
    /// How many of them the quorum asks for.
    pub threshold: u16,
    /// What holds the key of the agents' states.
    pub root: AgentRoot,
    /// RPC port of the first node; a free one otherwise.
    pub rpc_port: Option<u16>,
    /// Further arguments of every node.
    pub node_arguments: Vec<String>,
    /// Values merged over the configuration of an agent, by its number: faults, for tests.
    pub agent_configuration: BTreeMap<usize, toml::Table>,
    /// Another program for an agent, by its number: for tests.
    pub agent_programs: BTreeMap<usize, PathBuf>,
    /// Further arguments of the enclave: faults, for tests.
    pub enclave_arguments: Vec<String>,
    /// Another program for the enclave: for tests.
    pub enclave_program: Option<PathBuf>,
    /// Levels of the agents' and the enclave's log.
    pub log: String,
    /// How long a process may take to become healthy.
    pub patience: Duration,
}

impl Default for NetworkOptions {
    fn default() -> Self {
        Self {
            programs: None,
            folder: None,
            keep: false,
            chain: Chain::Development,
            agents: 5,
            threshold: 3,
            root: AgentRoot::Passphrase,
            rpc_port: None,
            node_arguments: Vec::new(),
            agent_configuration: BTreeMap::new(),
            agent_programs: BTreeMap::new(),
            enclave_arguments: Vec::new(),
            enclave_program: None,
            log: "info".to_owned(),
            patience: Duration::from_secs(60),
        }
    }
}

impl NetworkOptions {
    /// Where a program is.
    pub(super) fn program(&self, name: &str) -> Result<PathBuf, NetworkError> {
        let folder = match &self.programs {
            Some(folder) => folder.clone(),
            None => beside_this_program()
                .map_err(|source| NetworkError::Spawn { name: name.to_owned(), source })?,
        };
        let program = folder.join(name);
        if program.is_file() {
            Ok(program)
        } else {
            Err(NetworkError::NoProgram { name: name.to_owned(), folder })
        }
    }
}

/// The folder of this program; of tests, which sit one deeper, that of what they test.
fn beside_this_program() -> std::io::Result<PathBuf> {
    let mut folder = std::env::current_exe()?;
    folder.pop();
    if folder.ends_with("deps") || folder.ends_with("examples") {
        folder.pop();
    }
    Ok(folder)
}

/// Where data and logs are.
pub(super) enum Folder {
    /// Removed with the network.
    Temporary(TempDir),
    /// Stays.
    Kept(PathBuf),
}

impl Folder {
    pub(super) fn open(options: &NetworkOptions) -> Result<Self, NetworkError> {
        let folder = match &options.folder {
            Some(path) => {
                let path =
                    std::path::absolute(path).map_err(|source| NetworkError::file(path, source))?;
                Self::Kept(path)
            }
            None => {
                let temporary = tempfile::Builder::new()
                    .prefix("regent-")
                    .tempdir()
                    .map_err(|source| NetworkError::file(std::env::temp_dir(), source))?;
                if options.keep {
                    Self::Kept(temporary.keep())
                } else {
                    Self::Temporary(temporary)
                }
            }
        };
        private_folder(&folder.path().join("logs"))?;
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(path) => path,
        }
    }

    pub(super) fn of(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(super) fn log(&self, name: &str) -> PathBuf {
        self.path().join("logs").join(format!("{name}.log"))
    }

    pub(super) fn network_file(&self) -> PathBuf {
        self.path().join("network.json")
    }
}

/// Makes a folder, and those above it, that only its owner may enter.
pub(super) fn private_folder(path: &Path) -> Result<(), NetworkError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| NetworkError::file(path, source))
}
