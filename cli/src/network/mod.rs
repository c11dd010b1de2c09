//! A whole network on this machine, as child processes: nodes, agents, an enclave.
//!
//! What `regent dev`, the demonstration and the end-to-end tests run. Every process has a name
//! (`node-0`, `agent-3`, `tpm-3`, `enclave`), a folder of its own and a log file; it can be killed, stopped
//! and started again by name. All of them end with this process, however it ends.

mod agents;
mod disks;
mod enclave;
mod error;
mod file;
mod health;
mod nodes;
mod options;
mod ports;
mod process;
mod registration;
mod spawner;
mod tpms;

pub use agents::AgentHandle;
pub use disks::{Regenerated, TakenDisk};
pub use error::NetworkError;
pub use file::{AgentFile, NetworkFile};
pub use options::{AgentRoot, Chain, NetworkOptions};
pub use process::ProcessState;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use regent_client::{Client, EnclaveClient};
use regent_primitives::{AgentId, QuorumId, H256};

use self::{
    agents::Agents, enclave::Enclave, nodes::Nodes, options::Folder, process::Process,
    spawner::Spawner,
};

/// Says what happens, line by line.
pub type Say<'a> = &'a mut (dyn FnMut(&str) + Send);

/// A running network. Dropping it kills its processes.
pub struct Network {
    // Before the folder, so that nothing writes there any more when it is removed.
    processes: BTreeMap<String, Process>,
    options: NetworkOptions,
    nodes: Nodes,
    agents: Agents,
    enclave: Enclave,
    clients: Vec<Client>,
    quorum: QuorumId,
    folder: Folder,
}

impl Network {
    /// Starts a network and waits until it is whole: blocks become final, agents and enclave are
    /// healthy, the agents are registered and form a quorum.
    ///
    /// # Errors
    /// What did not come up, with the end of its log.
    pub async fn start(options: NetworkOptions, say: Say<'_>) -> Result<Self, NetworkError> {
        let folder = Folder::open(&options)?;
        let known = NetworkFile::read(&folder.network_file()).ok();
        let spawner = Arc::new(Spawner::start()?);
        let mut ports = ports::Ports::new(known.as_ref());

        let nodes = Nodes::plan(&options, &folder, &mut ports)?;
        let mut agents = Agents::plan(&options, &folder, &nodes, &mut ports)?;
        let enclave_port = Enclave::port(&mut ports)?;
        // Ports are held until everyone has one, and free before anyone listens.
        drop(ports);
        let mut processes = BTreeMap::new();
        let tpms = agents.tpms().iter().map(|tpm| {
            let process = Process::new(tpm.command(), &folder, spawner.clone());
            start_and_wait(process, health::Probe::Tpm(tpm.control()), options.patience)
        });
        for process in futures::future::try_join_all(tpms).await? {
            processes.insert(process.name().to_owned(), process);
        }
        agents.initialise(say).await?;
        let process = Process::new(nodes.command(0, &agents)?, &folder, spawner.clone());
        let (process, client) = start_node(process, nodes.url(0), options.patience).await?;
        // Of the running node, not of its key: the same whatever made the key.
        nodes.set_first_peer(&client).await?;
        let mut others = Vec::new();
        for at in 1..nodes.count() {
            let process = Process::new(nodes.command(at, &agents)?, &folder, spawner.clone());
            others.push(start_node(process, nodes.url(at), options.patience));
        }
        let others = futures::future::try_join_all(others).await?;
        let mut clients = Vec::with_capacity(nodes.count());
        for (process, client) in std::iter::once((process, client.clone())).chain(others) {
            processes.insert(process.name().to_owned(), process);
            clients.push(client);
        }
        health::wait_for_finality(&client, options.patience).await?;
        say(&format!("{} of chain {:?} finalise blocks", nodes.words(), client.genesis()));

        let enclave = Enclave::plan(enclave_port, client.genesis())?;
        let process = Process::new(enclave.command(&options)?, &folder, spawner.clone());
        start_process(&mut processes, process)?;
        agents.trust(&client).await?;
        let consents = registration::consents(&client, &agents).await?;
        for agent in agents.handles() {
            let command = agents.command(agent)?;
            start_process(&mut processes, Process::new(command, &folder, spawner.clone()))?;
        }
        let mut network =
            Self { processes, nodes, agents, enclave, clients, quorum: 0, folder, options };
        let client = network.client().clone();
        let handles = network.agents.handles().to_vec();
        let (registered, healthy) = tokio::join!(
            registration::register(&client, consents, &handles, network.options.threshold),
            network.wait_for_all(),
        );
        healthy?;
        network.quorum = registered?;
        say(&format!(
            "{} agents and the enclave are up; quorum {} asks for {} of them",
            handles.len(),
            network.quorum,
            network.options.threshold
        ));
        network.file().write(&network.folder.network_file())?;
        Ok(network)
    }

    /// A client of the first node.
    pub fn client(&self) -> &Client {
        // `start` never returns a network without a node.
        #[allow(clippy::indexing_slicing)]
        &self.clients[0]
    }

    /// Clients of all nodes.
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// A client of the enclave.
    pub fn enclave(&self) -> &EnclaveClient {
        self.enclave.client()
    }

    /// Hash of block 0.
    pub fn genesis(&self) -> H256 {
        self.client().genesis()
    }

    /// The quorum of all agents.
    pub const fn quorum(&self) -> QuorumId {
        self.quorum
    }

    /// The agents, in the order in which they were made.
    pub fn agents(&self) -> &[AgentHandle] {
        self.agents.handles()
    }

    /// What holds the key of the agents' states.
    pub const fn root(&self) -> AgentRoot {
        self.options.root
    }

    /// The identities of all agents.
    pub fn agent_ids(&self) -> Vec<AgentId> {
        self.agents().iter().map(|agent| agent.id).collect()
    }

    /// Where all data and logs are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The names of all processes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.processes.keys().map(String::as_str)
    }

    /// The log of a process.
    ///
    /// # Errors
    /// If there is no process of this name.
    pub fn log(&self, name: &str) -> Result<PathBuf, NetworkError> {
        Ok(self.process(name)?.log().to_owned())
    }

    /// What a process does.
    ///
    /// # Errors
    /// If there is no process of this name.
    pub fn state(&mut self, name: &str) -> Result<ProcessState, NetworkError> {
        self.process_mut(name)?.state()
    }

    /// The number the system knows a process by, if it runs.
    ///
    /// # Errors
    /// If there is no process of this name.
    pub fn pid(&self, name: &str) -> Result<Option<u32>, NetworkError> {
        Ok(self.process(name)?.pid())
    }

    /// Kills a process (`SIGKILL`): it can flush nothing.
    ///
    /// # Errors
    /// If there is no process of this name.
    pub async fn kill(&mut self, name: &str) -> Result<(), NetworkError> {
        self.process_mut(name)?.kill().await
    }

    /// Ends a process as an operator does (`SIGTERM`, and `SIGKILL` if it does not end).
    ///
    /// # Errors
    /// If there is no process of this name.
    pub async fn stop(&mut self, name: &str) -> Result<(), NetworkError> {
        self.process_mut(name)?.stop().await
    }

    /// Starts a process that does not run, and waits until it is healthy.
    ///
    /// # Errors
    /// If there is no process of this name, or it does not come up.
    pub async fn restart(&mut self, name: &str) -> Result<(), NetworkError> {
        self.process_mut(name)?.spawn()?;
        self.wait_for(name).await
    }

    /// Starts several processes that do not run, all of them at the same time, and waits until each is
    /// healthy.
    ///
    /// # Errors
    /// If there is no process of one of these names, or one does not come up.
    pub async fn restart_all(&mut self, names: &[String]) -> Result<(), NetworkError> {
        for name in names {
            self.process_mut(name)?.spawn()?;
        }
        for name in names {
            self.wait_for(name).await?;
        }
        Ok(())
    }

    /// Waits until a process ends by itself.
    ///
    /// # Errors
    /// If it still runs after `patience`.
    pub async fn wait_for_exit(
        &mut self,
        name: &str,
        patience: Duration,
    ) -> Result<ProcessState, NetworkError> {
        self.process_mut(name)?.wait_for_exit(patience).await
    }

    /// Waits until a process is healthy.
    ///
    /// # Errors
    /// If it ends or is not within the options' patience.
    pub async fn wait_for(&mut self, name: &str) -> Result<(), NetworkError> {
        let probe = self.probe(name)?;
        let patience = self.options.patience;
        health::wait(self.process_mut(name)?, &probe, patience).await
    }

    /// Changes an agent's configuration from its next start on: these values are merged over the
    /// present ones, `None` goes back to what it was started with.
    ///
    /// # Errors
    /// If there is no such agent, or the file cannot be written.
    pub fn configure_agent(
        &mut self,
        agent: usize,
        changes: Option<&toml::Table>,
    ) -> Result<(), NetworkError> {
        self.agents.configure(agent, changes)
    }

    /// Knows an agent by another identity, that of one made anew in its folder: its node names that one
    /// from its next start on.
    ///
    /// # Errors
    /// If there is no such agent.
    pub fn rename_agent(&mut self, agent: usize, id: AgentId) -> Result<(), NetworkError> {
        self.agents.rename(agent, id)?;
        for at in 0..self.nodes.count() {
            let command = self.nodes.command(at, &self.agents)?;
            let name = command.name.clone();
            self.process_mut(&name)?.set_command(command);
        }
        Ok(())
    }

    /// Gives the enclave other arguments, beside those it needs, from its next start on.
    ///
    /// # Errors
    /// If its program is gone.
    pub fn set_enclave_arguments(&mut self, arguments: &[&str]) -> Result<(), NetworkError> {
        self.options.enclave_arguments = arguments.iter().map(ToString::to_string).collect();
        let command = self.enclave.command(&self.options)?;
        self.process_mut(enclave::NAME)?.set_command(command);
        Ok(())
    }

    /// What other commands need to know of it.
    pub fn file(&self) -> NetworkFile {
        NetworkFile {
            node: self.nodes.url(0),
            nodes: (0..self.nodes.count()).map(|at| self.nodes.url(at)).collect(),
            enclave: self.enclave.url(),
            genesis: format!("{:?}", self.genesis()),
            quorum: self.quorum,
            threshold: self.options.threshold,
            agents: self.agents().iter().map(AgentHandle::file).collect(),
            folder: self.folder().to_owned(),
        }
    }

    /// Ends all processes in order, and removes the folder if it was a temporary one.
    ///
    /// # Errors
    /// If one does not end.
    pub async fn shut_down(mut self) -> Result<(), NetworkError> {
        // Nodes late: the others end cleanly while they still have one. TPMs last: an agent's last
        // act is to write down what it saw.
        let mut names: Vec<String> = self.processes.keys().cloned().collect();
        names.sort_by_key(|name| (is_tpm(name), name.starts_with(nodes::PREFIX)));
        for (_, process) in self.processes.iter_mut().filter(|(name, _)| !is_tpm(name)) {
            process.ask_to_stop();
        }
        for name in names {
            self.stop(&name).await?;
        }
        Ok(())
    }

    async fn wait_for_all(&mut self) -> Result<(), NetworkError> {
        let names: Vec<String> = self.processes.keys().cloned().collect();
        for name in names {
            self.wait_for(&name).await?;
        }
        Ok(())
    }

    fn probe(&self, name: &str) -> Result<health::Probe, NetworkError> {
        if name == enclave::NAME {
            return Ok(health::Probe::Enclave(Box::new(self.enclave.client().clone())));
        }
        if let Some(agent) = self.agents().iter().find(|agent| agent.name == name) {
            return Ok(health::Probe::Agent(agent.address()));
        }
        if let Some(tpm) = self.agents.tpms().iter().find(|tpm| tpm.name() == name) {
            return Ok(health::Probe::Tpm(tpm.control()));
        }
        let at = self.nodes.position(name)?;
        Ok(health::Probe::Node(self.nodes.url(at)))
    }

    fn process(&self, name: &str) -> Result<&Process, NetworkError> {
        self.processes.get(name).ok_or_else(|| NetworkError::NoProcess(name.to_owned()))
    }

    fn process_mut(&mut self, name: &str) -> Result<&mut Process, NetworkError> {
        self.processes.get_mut(name).ok_or_else(|| NetworkError::NoProcess(name.to_owned()))
    }
}

fn is_tpm(name: &str) -> bool {
    name.starts_with(tpms::PREFIX)
}

async fn start_node(
    process: Process,
    url: String,
    patience: Duration,
) -> Result<(Process, Client), NetworkError> {
    let process = start_and_wait(process, health::Probe::Node(url.clone()), patience).await?;
    Ok((process, Client::connect(&url).await?))
}

/// Starts a process and waits until it is healthy.
async fn start_and_wait(
    mut process: Process,
    probe: health::Probe,
    patience: Duration,
) -> Result<Process, NetworkError> {
    process.spawn()?;
    health::wait(&mut process, &probe, patience).await?;
    Ok(process)
}

fn start_process(
    processes: &mut BTreeMap<String, Process>,
    mut process: Process,
) -> Result<(), NetworkError> {
    process.spawn()?;
    processes.insert(process.name().to_owned(), process);
    Ok(())
}
