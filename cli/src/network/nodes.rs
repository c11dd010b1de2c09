//! The nodes of a network.

use std::{
    fs::OpenOptions,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use rand_core::{OsRng, RngCore};
use regent_client::Client;
use zeroize::Zeroizing;

use super::{
    agents::Agents,
    options::{private_folder, Chain, Folder, NetworkOptions},
    ports::Ports,
    process::Start,
    NetworkError,
};

/// What the names of nodes start with.
pub(super) const PREFIX: &str = "node-";

/// Validators of the local chain, by the option that makes a node one.
const LOCAL: [&str; 4] = ["--alice", "--bob", "--charlie", "--dave"];

struct Node {
    name: String,
    folder: PathBuf,
    rpc: u16,
    peers: u16,
    prometheus: u16,
}

/// The nodes of a network.
pub(super) struct Nodes {
    program: PathBuf,
    chain: Chain,
    arguments: Vec<String>,
    nodes: Vec<Node>,
    first_peer: OnceLock<String>,
}

impl Nodes {
    pub(super) fn plan(
        options: &NetworkOptions,
        folder: &Folder,
        ports: &mut Ports,
    ) -> Result<Self, NetworkError> {
        let count = match options.chain {
            Chain::Development => 1,
            Chain::Local => LOCAL.len(),
        };
        let mut nodes = Vec::with_capacity(count);
        for at in 0..count {
            let name = format!("{PREFIX}{at}");
            let wanted = match at {
                0 => options.rpc_port,
                _ => None,
            };
            let rpc = wanted.or_else(|| ports.former(|file| file.nodes.get(at)));
            let folder = folder.of(&name);
            private_folder(&folder)?;
            nodes.push(Node {
                name,
                folder,
                rpc: ports.take(rpc)?,
                peers: ports.take(None)?,
                prometheus: ports.take(None)?,
            });
        }
        Ok(Self {
            program: options.program("regent-node")?,
            chain: options.chain,
            arguments: options.node_arguments.clone(),
            nodes,
            first_peer: OnceLock::new(),
        })
    }

    pub(super) fn count(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn words(&self) -> String {
        match self.count() {
            1 => "1 node".to_owned(),
            count => format!("{count} nodes"),
        }
    }

    pub(super) fn url(&self, at: usize) -> String {
        let port = self.nodes.get(at).map_or(0, |node| node.rpc);
        format!("ws://127.0.0.1:{port}")
    }

    pub(super) fn position(&self, name: &str) -> Result<usize, NetworkError> {
        self.nodes
            .iter()
            .position(|node| node.name == name)
            .ok_or_else(|| NetworkError::NoProcess(name.to_owned()))
    }

    /// How a node is started, with the agents it serves.
    pub(super) fn command(&self, at: usize, agents: &Agents) -> Result<Start, NetworkError> {
        let node = self.nodes.get(at).ok_or(NetworkError::NoNode)?;
        let mut arguments: Vec<String> = Vec::new();
        let mut add = |words: &[&str]| arguments.extend(words.iter().map(ToString::to_string));
        match self.chain {
            Chain::Development => add(&["--dev"]),
            Chain::Local => {
                add(&["--chain", "local", "--validator"]);
                add(LOCAL.get(at).map_or([].as_slice(), std::slice::from_ref));
            }
        }
        let key = node.folder.join("node-key");
        make_key(&key)?;
        add(&["--base-path", &node.folder.display().to_string()]);
        add(&["--node-key-file", &key.display().to_string()]);
        add(&["--rpc-port", &node.rpc.to_string()]);
        add(&["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{}", node.peers)]);
        add(&["--prometheus-port", &node.prometheus.to_string()]);
        add(&["--no-mdns", "--no-telemetry"]);
        // Some of each agent, beside those of people; 100 are the node's default.
        add(&["--rpc-max-connections", "1000"]);
        if let Some(peer) = self.first_peer.get().filter(|_| at > 0) {
            add(&["--bootnodes", peer]);
        }
        for agent in agents.of_node(at) {
            add(&["--agent", &format!("{}={}", agent.id, agent.url())]);
        }
        arguments.extend(self.arguments.iter().cloned());
        Ok(Start {
            name: node.name.clone(),
            program: self.program.clone(),
            arguments,
            environment: Vec::new(),
        })
    }

    /// Learns the address of the first node from itself, for the others to meet it.
    pub(super) async fn set_first_peer(&self, client: &Client) -> Result<(), NetworkError> {
        let id: String = client.call_rpc("system_localPeerId", &[]).await?;
        if let Some(node) = self.nodes.first() {
            let _ = self.first_peer.set(format!("/ip4/127.0.0.1/tcp/{}/p2p/{id}", node.peers));
        }
        Ok(())
    }
}

/// Makes a node's network key, once, in a file that only its owner may read.
fn make_key(path: &Path) -> Result<(), NetworkError> {
    if path.exists() {
        return Ok(());
    }
    let mut secret = Zeroizing::new([0u8; 32]);
    OsRng
        .try_fill_bytes(secret.as_mut_slice())
        .map_err(|error| NetworkError::Randomness(error.to_string()))?;
    let text = Zeroizing::new(hex::encode(secret.as_slice()));
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|source| NetworkError::file(path, source))
}
