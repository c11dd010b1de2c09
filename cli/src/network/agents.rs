//! The agents of a network.

use std::{
    fs::OpenOptions,
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use regent_client::Client;
use regent_primitives::{AgentId, InstitutionId};
use toml::{Table, Value};

use super::{
    file::AgentFile,
    nodes::Nodes,
    options::{private_folder, AgentRoot, Folder, NetworkOptions},
    ports::Ports,
    process::Start,
    tpms::Tpm,
    NetworkError, Say,
};
use crate::identity::Identity;

/// One agent.
#[derive(Clone, Debug)]
pub struct AgentHandle {
    /// Name of its process.
    pub name: String,
    /// Its identity.
    pub id: AgentId,
    /// Its folder: configuration, sealed state, passphrase, memory of its TPM.
    pub folder: PathBuf,
    /// Port of its JSON-RPC and health endpoint.
    pub port: u16,
    /// Port of its metrics.
    pub metrics: u16,
    node: usize,
}

impl AgentHandle {
    /// Its JSON-RPC and health endpoint.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Its configuration file.
    pub fn configuration(&self) -> PathBuf {
        self.folder.join("agent.toml")
    }

    pub(super) fn file(&self) -> AgentFile {
        AgentFile {
            name: self.name.clone(),
            id: self.id.to_string(),
            url: self.url(),
            metrics: format!("http://127.0.0.1:{}/metrics", self.metrics),
        }
    }
}

/// The agents of a network.
pub(super) struct Agents {
    handles: Vec<AgentHandle>,
    tables: Vec<Table>,
    programs: Vec<PathBuf>,
    tpms: Vec<Tpm>,
}

impl Agents {
    pub(super) fn plan(
        options: &NetworkOptions,
        folder: &Folder,
        nodes: &Nodes,
        ports: &mut Ports,
    ) -> Result<Self, NetworkError> {
        if options.agents == 0 || usize::from(options.threshold) > options.agents {
            return Err(NetworkError::Options(format!(
                "a threshold of {} needs at least as many agents, found {}",
                options.threshold, options.agents
            )));
        }
        let mut planned = Self {
            handles: Vec::new(),
            tables: Vec::new(),
            programs: Vec::new(),
            tpms: Vec::new(),
        };
        for at in 0..options.agents {
            let name = format!("agent-{at}");
            let former = ports.former(|file| file.agents.get(at).map(|agent| &agent.url));
            let handle = AgentHandle {
                folder: folder.of(&name),
                name,
                id: AgentId::default(),
                port: ports.take(former)?,
                metrics: ports.take(None)?,
                node: at % nodes.count(),
            };
            private_folder(&handle.folder)?;
            let mut table = configuration(&handle, &nodes.url(handle.node), &options.log);
            if options.root == AgentRoot::Tpm {
                let tpm = Tpm::plan(at, &handle.folder, ports)?;
                table.insert("root".into(), Value::Table(tpm.configuration()));
                planned.tpms.push(tpm);
            }
            if let Some(changes) = options.agent_configuration.get(&at) {
                merge(&mut table, changes);
            }
            planned.handles.push(handle);
            planned.tables.push(table);
            planned.programs.push(match options.agent_programs.get(&at) {
                Some(program) => program.clone(),
                None => options.program("regent-agent")?,
            });
        }
        Ok(planned)
    }

    pub(super) fn handles(&self) -> &[AgentHandle] {
        &self.handles
    }

    /// Their TPMs, if they have any.
    pub(super) fn tpms(&self) -> &[Tpm] {
        &self.tpms
    }

    /// The agents a node serves.
    pub(super) fn of_node(&self, node: usize) -> impl Iterator<Item = &AgentHandle> {
        self.handles.iter().filter(move |agent| agent.node == node)
    }

    /// Has every agent make its device root and identity, and learns who it is.
    pub(super) async fn initialise(&mut self, say: Say<'_>) -> Result<(), NetworkError> {
        for at in 0..self.handles.len() {
            self.write(at)?;
        }
        let made = self.handles.iter().zip(&self.programs).map(|(agent, program)| {
            let (program, configuration) = (program.clone(), agent.configuration());
            let name = agent.name.clone();
            in_background(agent, move || identity(&name, &program, &configuration))
        });
        let made = futures::future::try_join_all(made).await?;
        self.handles.iter_mut().zip(made).for_each(|(agent, id)| agent.id = id);
        say(&format!("{} agents have a device root and an identity", self.handles.len()));
        Ok(())
    }

    /// Has the agents that are not known yet sign that an institution may register them. Before they
    /// run, for an agent's state has one user; after [`Agents::trust`], which names the chain.
    pub(super) async fn consents(
        &self,
        institution: InstitutionId,
        known: &[AgentId],
    ) -> Result<Vec<Identity>, NetworkError> {
        let agents = self.handles.iter().zip(&self.programs);
        let unknown = agents.filter(|(agent, _)| !known.contains(&agent.id));
        let signed = unknown.map(|(agent, program)| {
            let (program, agent_of) = (program.clone(), agent.clone());
            in_background(agent, move || consent(&agent_of, &program, institution))
        });
        futures::future::try_join_all(signed).await
    }

    /// Knows an agent by another identity: of one that was made anew in its folder.
    pub(super) fn rename(&mut self, agent: usize, id: AgentId) -> Result<(), NetworkError> {
        self.handles.get_mut(agent).ok_or(NetworkError::NoAgent(agent))?.id = id;
        Ok(())
    }

    /// Names chain, runtime and enclave that the agents are to trust.
    pub(super) async fn trust(&mut self, client: &Client) -> Result<(), NetworkError> {
        let status = client.status(None).await?;
        let code = client.runtime_code_hash(None).await?;
        let version = client.runtime_version(None).await?.spec_version;
        let mut runtime = Table::new();
        if let Some(code) = code {
            runtime.insert("code_hash".into(), Value::String(format!("{code:?}")));
        }
        runtime.insert("spec_version".into(), Value::Integer(version.into()));
        let measurements = status.measurements.iter().map(|(measurement, _)| {
            let text = crate::policy_file::show_measurement(measurement);
            let (kind, digest) = text.split_once(':').unwrap_or_default();
            let mut entry = Table::new();
            entry.insert("kind".into(), Value::String(kind.to_owned()));
            entry.insert("digest".into(), Value::String(digest.to_owned()));
            Value::Table(entry)
        });
        let mut trust = Table::new();
        trust.insert("measurements".into(), Value::Array(measurements.collect()));
        trust.insert("runtimes".into(), Value::Array(vec![Value::Table(runtime)]));
        let mut node = Table::new();
        node.insert("genesis".into(), Value::String(format!("{:?}", client.genesis())));
        let mut learnt = Table::new();
        learnt.insert("trust".into(), Value::Table(trust));
        learnt.insert("node".into(), Value::Table(node));
        for at in 0..self.handles.len() {
            if let Some(table) = self.tables.get_mut(at) {
                // What a test configured stays as it is.
                let mut with_learnt = learnt.clone();
                merge(&mut with_learnt, table);
                *table = with_learnt;
            }
            self.write(at)?;
        }
        Ok(())
    }

    /// How an agent is started.
    pub(super) fn command(&self, agent: &AgentHandle) -> Result<Start, NetworkError> {
        let at = self.handles.iter().position(|other| other.name == agent.name);
        let program = at.and_then(|at| self.programs.get(at));
        let program = program.ok_or_else(|| NetworkError::NoProcess(agent.name.clone()))?;
        Ok(Start {
            name: agent.name.clone(),
            program: program.clone(),
            arguments: vec![
                "run".to_owned(),
                "--config".to_owned(),
                agent.configuration().display().to_string(),
            ],
            environment: Vec::new(),
        })
    }

    /// Merges changes over an agent's configuration, or goes back to that of its start.
    pub(super) fn configure(
        &mut self,
        agent: usize,
        changes: Option<&Table>,
    ) -> Result<(), NetworkError> {
        let table = self.tables.get(agent).ok_or(NetworkError::NoAgent(agent))?;
        let mut table = table.clone();
        if let Some(changes) = changes {
            merge(&mut table, changes);
        }
        self.write_table(agent, &table)
    }

    fn write(&self, at: usize) -> Result<(), NetworkError> {
        let table = self.tables.get(at).ok_or(NetworkError::NoAgent(at))?;
        self.write_table(at, table)
    }

    fn write_table(&self, at: usize, table: &Table) -> Result<(), NetworkError> {
        let agent = self.handles.get(at).ok_or(NetworkError::NoAgent(at))?;
        let path = agent.configuration();
        let text = toml::to_string(table).map_err(|error| NetworkError::Format {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|source| NetworkError::file(path, source))
    }
}

/// Does what takes a while on a thread of its own.
pub(super) async fn in_background<R: Send + 'static>(
    agent: &AgentHandle,
    work: impl FnOnce() -> Result<R, NetworkError> + Send + 'static,
) -> Result<R, NetworkError> {
    let name = agent.name.clone();
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| NetworkError::Spawn { name, source: std::io::Error::other(error) })?
}

/// Makes an agent's state, if there is none, and returns its identity.
fn identity(name: &str, program: &Path, configuration: &Path) -> Result<AgentId, NetworkError> {
    let made = configuration.with_file_name("state").exists();
    let verb = if made { "identity" } else { "init" };
    ask(name, program, configuration, &[verb], "its identity", |word| word.parse().ok())
}

/// An agent's consent to be registered where it listens.
fn consent(
    agent: &AgentHandle,
    program: &Path,
    institution: InstitutionId,
) -> Result<Identity, NetworkError> {
    let (url, number) = (agent.url(), institution.to_string());
    let arguments = ["identity", "--json", "--institution", &number, "--endpoint", &url];
    // Its JSON has no space in it.
    let read = |word: &str| Identity::parse(word).ok();
    ask(&agent.name, program, &agent.configuration(), &arguments, "its consent", read)
}

/// Runs a command of an agent that does not run, and reads the last word of what is looked for.
pub(super) fn ask<R>(
    name: &str,
    program: &Path,
    configuration: &Path,
    arguments: &[&str],
    expected: &'static str,
    read: impl Fn(&str) -> Option<R>,
) -> Result<R, NetworkError> {
    let output = Command::new(program)
        .args(arguments)
        .arg("--config")
        .arg(configuration)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| NetworkError::Spawn { name: name.to_owned(), source })?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match text.split_whitespace().rev().find_map(read) {
        Some(found) if output.status.success() => Ok(found),
        _ => Err(NetworkError::Answer {
            name: format!("{name} {}", arguments.join(" ")),
            found: format!("{text}{}", String::from_utf8_lossy(&output.stderr)),
            expected,
        }),
    }
}

/// The configuration of a development agent.
fn configuration(agent: &AgentHandle, node: &str, log: &str) -> Table {
    let text = |text: &str| Value::String(text.to_owned());
    let table = |entries: Vec<(&str, Value)>| {
        Value::Table(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    };
    let mut all = Table::new();
    all.insert("insecure_development".into(), Value::Boolean(true));
    all.insert("node".into(), table(vec![("url", text(node))]));
    all.insert(
        "state".into(),
        table(vec![
            ("folder", text("state")),
            ("passphrase", table(vec![("file", text("passphrase"))])),
        ]),
    );
    all.insert(
        "server".into(),
        table(vec![
            ("listen", text(&agent.address().to_string())),
            ("metrics", text(&format!("127.0.0.1:{}", agent.metrics))),
        ]),
    );
    all.insert("trust".into(), table(vec![]));
    all.insert("log".into(), table(vec![("filter", text(log))]));
    all
}

/// Puts changes over a table, table by table.
fn merge(table: &mut Table, changes: &Table) {
    for (key, change) in changes {
        match (table.get_mut(key), change) {
            (Some(Value::Table(inner)), Value::Table(changes)) => merge(inner, changes),
            _ => {
                table.insert(key.clone(), change.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_merged_table_by_table() {
        let parse = |text: &str| text.parse::<Table>().expect(text);
        let mut table = parse("a = 1\n[t]\nx = 1\ny = 2\n");
        merge(&mut table, &parse("b = 3\n[t]\ny = 9\n"));
        assert_eq!(table, parse("a = 1\nb = 3\n[t]\nx = 1\ny = 9\n"));
    }
}
