//! The recovery agents this node wakes.
//!
//! The offchain worker runs inside the runtime and cannot read the command line, so the node
//! writes what `--agent` and `--agents-file` name into persistent offchain storage when it starts,
//! where the worker reads it at every block. The options are the only source: each start replaces
//! what an earlier one wrote, with an empty list if none is given.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use codec::Encode;
use http::Uri;
use regent_primitives::{
    agent_api::{LocalAgent, LocalAgents, LOCAL_AGENTS_KEY},
    bounds::{MAX_ENDPOINT_BYTES, MAX_QUORUM_AGENTS},
    AgentId, H256,
};
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};

/// Options that name the agents.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct AgentOptions {
    /// A recovery agent that this node wakes: its identity (64 hexadecimal digits) and the URL of
    /// its JSON-RPC server, on this machine or a private network. May be given several times.
    #[arg(long = "agent", value_name = "ID=URL", value_parser = parse_agent)]
    agents: Vec<LocalAgent>,

    /// A file that names agents, one `ID=URL` a line; empty lines and lines that start with `#`
    /// are skipped. It is read once, at start.
    #[arg(long, value_name = "FILE")]
    agents_file: Option<PathBuf>,
}

/// Why an agent cannot be served.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AgentError {
    /// There is no `=`.
    #[error("no '=' found: write ID=URL, for example 8eaf..6a48=http://127.0.0.1:9800")]
    NoSeparator,
    /// The part before `=` is not an agent's identity.
    #[error("{0}; `regent-agent` prints its identity when it starts")]
    Id(String),
    /// The identity consists of zeros.
    #[error("the identity is all zeros, which is no sr25519 key")]
    ZeroId,
    /// The part after `=` is not a URL.
    #[error("'{url}' is not a URL ({reason}): write http://HOST:PORT")]
    Url {
        /// What was found.
        url: String,
        /// What the parser says.
        reason: String,
    },
    /// The offchain worker speaks HTTP and HTTPS.
    #[error("found scheme '{0}', expected http or https")]
    Scheme(String),
    /// The URL carries a name or password.
    #[error("a URL with a user name or password would show in the process list: remove them")]
    Credentials,
    /// The port is none.
    #[error("port of '{0}' is not a number from 1 to 65535")]
    Port(String),
    /// The URL ends with `#...`, which is never sent.
    #[error("'{0}' has a fragment ('#'), which HTTP does not send: remove it")]
    Fragment(String),
    /// The URL is too long.
    #[error("URL has {0} bytes, at most {MAX_ENDPOINT_BYTES} are allowed")]
    TooLong(usize),
}

/// Why the list of agents cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AgentsError {
    /// The file cannot be read.
    #[error("cannot read --agents-file {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line of the file names no agent.
    #[error("--agents-file {path}, line {line}: {source}")]
    Line {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        source: AgentError,
    },
    /// An agent is named twice.
    #[error("agent {0} is named twice: give each agent one URL")]
    Duplicate(AgentId),
    /// There are too many.
    #[error("{0} agents are named, a node serves at most {MAX_QUORUM_AGENTS}")]
    TooMany(usize),
    /// They would never be woken.
    #[error(
        "agents are named but the offchain worker is off: leave --offchain-worker at its default"
    )]
    WorkerOff,
    /// The database keeps no offchain storage.
    #[error("this database has no offchain storage, in which the agents' list is kept")]
    NoStorage,
    /// The database did not keep the list.
    #[error("the list of agents was not kept by the database: see the log for its error")]
    NotStored,
}

impl AgentOptions {
    /// The agents of all options together.
    ///
    /// # Errors
    /// If the file cannot be read or understood, or an agent is named twice.
    pub fn load(&self) -> Result<LocalAgents, AgentsError> {
        let mut agents = self.agents.clone();
        if let Some(path) = &self.agents_file {
            agents.extend(read_file(path)?);
        }
        if agents.len() > MAX_QUORUM_AGENTS as usize {
            return Err(AgentsError::TooMany(agents.len()));
        }
        let mut seen = BTreeSet::new();
        match agents.iter().find(|agent| !seen.insert(agent.id)) {
            Some(agent) => Err(AgentsError::Duplicate(agent.id)),
            None => Ok(agents),
        }
    }
}

/// Replaces the list in persistent offchain storage, under the prefix by which
/// `sp_io::offchain::local_storage_get` finds it.
///
/// # Errors
/// If there is no such storage, it does not keep the value, or nothing would ever read it.
pub fn store<S: OffchainStorage>(
    storage: Option<S>,
    worker_enabled: bool,
    agents: &LocalAgents,
) -> Result<(), AgentsError> {
    if !worker_enabled && !agents.is_empty() {
        return Err(AgentsError::WorkerOff);
    }
    let mut storage = storage.ok_or(AgentsError::NoStorage)?;
    let encoded = agents.encode();
    storage.set(STORAGE_PREFIX, LOCAL_AGENTS_KEY, &encoded);
    // The storage reports a failed write to the log only.
    if storage.get(STORAGE_PREFIX, LOCAL_AGENTS_KEY) == Some(encoded) {
        Ok(())
    } else {
        Err(AgentsError::NotStored)
    }
}

fn read_file(path: &Path) -> Result<LocalAgents, AgentsError> {
    let text = fs::read_to_string(path)
        .map_err(|source| AgentsError::Read { path: path.to_owned(), source })?;
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(line, text)| {
            parse_agent(text).map_err(|source| AgentsError::Line {
                path: path.to_owned(),
                line,
                source,
            })
        })
        .collect()
}

/// Reads `ID=URL`.
///
/// # Errors
/// If either part is not what it should be.
pub fn parse_agent(text: &str) -> Result<LocalAgent, AgentError> {
    let (id, url) = text.split_once('=').ok_or(AgentError::NoSeparator)?;
    let id: AgentId = id.trim().parse().map_err(AgentError::Id)?;
    if id.0 == H256::zero() {
        return Err(AgentError::ZeroId);
    }
    let url = url.trim();
    check_url(url)?;
    Ok(LocalAgent { id, url: url.as_bytes().to_vec() })
}

/// Accepts what the offchain worker's HTTP client can reach; parsed as that client parses it.
fn check_url(url: &str) -> Result<(), AgentError> {
    let malformed =
        |reason: &str| AgentError::Url { url: url.to_owned(), reason: reason.to_owned() };
    if url.len() > MAX_ENDPOINT_BYTES as usize {
        return Err(AgentError::TooLong(url.len()));
    }
    if url.contains('#') {
        return Err(AgentError::Fragment(url.to_owned()));
    }
    let uri: Uri = url.parse().map_err(|error| malformed(&format!("{error}")))?;
    let scheme = uri.scheme_str().ok_or_else(|| malformed("no scheme"))?;
    if !["http", "https"].contains(&scheme) {
        return Err(AgentError::Scheme(scheme.to_owned()));
    }
    let authority = uri.authority().ok_or_else(|| malformed("no host"))?;
    if authority.as_str().contains('@') {
        return Err(AgentError::Credentials);
    }
    let host = authority.host();
    if host.is_empty() {
        return Err(malformed("no host"));
    }
    // A port the parser does not understand is silently absent.
    let named_port = authority.as_str().get(host.len()..).is_some_and(|rest| !rest.is_empty());
    if named_port && authority.port_u16().is_none_or(|port| port == 0) {
        return Err(AgentError::Port(url.to_owned()));
    }
    Ok(())
}
