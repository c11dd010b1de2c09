//! An agent of the tests: it can be started, stopped, and torn from its memory.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use regent_agent::{
    config::{Config, Environment, DEFAULT},
    failpoint::Failpoint,
    metrics::Metrics,
    service::{Backoff, Parts, Service, ServiceError},
    shared::Shared,
    store::{open_database, open_or_create, Store, StoreError},
    verify::Trust,
};
use regent_primitives::{agent_api::WorkItem, AgentId, AgentNote};
use regent_protocol::root_store::RootProvider;
use substrate_prometheus_endpoint::Registry;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use super::{
    chain::{RUNTIME, SLOT_MILLISECONDS},
    eventually,
    people::GENESIS,
    vault::Vault,
    world::World,
};

pub struct TestAgent {
    pub folder: tempfile::TempDir,
    pub vault: Vault,
    pub id: AgentId,
    pub corrupt: bool,
    running: Option<Running>,
}

struct Running {
    shared: Arc<Shared>,
    wakes: Wakes,
    metrics: Metrics,
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<(), ServiceError>>,
}

/// The default configuration, trusting the tests' runtime and simulated enclaves.
pub fn config(more: &str) -> Config {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("agent.toml");
    let digest = regent_attestation::simulated::DIGEST;
    let code_hash = RUNTIME.code_hash;
    let text = format!(
        "insecure_development = true\n{more}\n{DEFAULT}\n\
         [[trust.measurements]]\nkind = \"simulated\"\ndigest = \"{digest:?}\"\n\
         [[trust.runtimes]]\ncode_hash = \"{code_hash:?}\"\nspec_version = 1\n"
    );
    let text = text.replace("first_retry_milliseconds = 50", "first_retry_milliseconds = 5");
    std::fs::write(&path, text).expect("written");
    Config::load(&path, &Environment::default()).expect("valid")
}

pub fn open(
    database: &Path,
    provider: Box<dyn RootProvider>,
    failpoint: Failpoint,
) -> Result<Store, StoreError> {
    open_or_create(open_database(database)?, |_| Ok(provider), failpoint)
}

/// Our side of the channel of wakes.
pub type Wakes = mpsc::Sender<Vec<WorkItem>>;

/// What the service is made of, and what wakes it.
pub fn parts(world: &World, store: Store, config: &Config) -> (Parts, Arc<Shared>, Wakes) {
    let (sender, wakes) = mpsc::channel(64);
    let shared = Arc::new(Shared::new(store.identity().agent_id(), store.root(), sender.clone()));
    let parts = Parts {
        store,
        genesis: GENESIS,
        slot_milliseconds: SLOT_MILLISECONDS,
        chain: world.chain.clone(),
        enclaves: world.enclave.clone(),
        clock: world.clock.clone(),
        trust: Trust::from(&config.trust),
        shared: shared.clone(),
        wakes,
        metrics: Metrics::register(&Registry::new()).expect("new"),
        backoff: Backoff::from(&config.delivery),
        failpoint: Failpoint::at(config.insecure_crash_at),
        insecure_corrupt_share: config.insecure_corrupt_share,
    };
    (parts, shared, sender)
}

/// Waits until an agent has taken up all work it was woken for, and all agents have come to the end
/// of the chain's events and of everything they began: what has not happened then will not happen.
pub async fn settled(world: &World, wakes: &[&Wakes]) {
    let taken = || wakes.iter().all(|wakes| wakes.capacity() == wakes.max_capacity());
    eventually("the end of the wakes", taken).await;
    // A service is a task that follows the chain; any other task is a verdict or a share on its way.
    let tasks = tokio::runtime::Handle::current().metrics();
    let over = || world.chain.followers().idle() == Some(tasks.num_alive_tasks());
    // Twice, as a share that arrived is written down after its task.
    for _ in 0..2 {
        world.chain.followers().ask();
        eventually("the end of what was begun", over).await;
    }
}

impl TestAgent {
    /// A new agent, not running.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = Vault::default();
        let database = folder.path().join("agent.redb");
        let store =
            open(&database, Box::new(vault.clone()), Failpoint::default()).expect("created");
        let id = store.identity().agent_id();
        Self { folder, vault, id, corrupt: false, running: None }
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("agent.redb")
    }

    /// Its state, while it does not run.
    pub fn store(&self) -> Store {
        assert!(self.running.is_none(), "it runs");
        open(&self.database(), Box::new(self.vault.clone()), Failpoint::default()).expect("opens")
    }

    pub fn start(&mut self, world: &World) {
        let more = if self.corrupt { "insecure_corrupt_share = true" } else { "" };
        self.start_with(world, &config(more));
    }

    pub fn start_with(&mut self, world: &World, config: &Config) {
        let (parts, shared, wakes) = parts(world, self.store(), config);
        let metrics = parts.metrics.clone();
        let stop = watch::Sender::new(false);
        let service = Service::start(parts).expect("starts");
        let task = tokio::spawn(service.run(stop.subscribe()));
        self.running = Some(Running { shared, wakes, metrics, stop, task });
    }

    /// Stops it as SIGTERM does.
    pub async fn stop(&mut self) {
        let running = self.running.take().expect("it runs");
        running.stop.send_replace(true);
        running.task.await.expect("no panic").expect("no failure");
    }

    /// Tears it from its memory: nothing is written any more.
    pub async fn kill(&mut self) {
        let running = self.running.take().expect("it runs");
        running.task.abort();
        let _ = running.task.await;
    }

    /// Waits until it ends by itself.
    pub async fn failure(&mut self) -> ServiceError {
        let running = self.running.take().expect("it runs");
        running.task.await.expect("no panic").expect_err("it failed")
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("it runs")
    }

    pub fn wake(&self, item: WorkItem) {
        assert!(self.running().shared.wake(vec![item]), "there is room");
    }

    /// Waits until nothing more can happen ([`settled`]).
    pub async fn settled(&self, world: &World) {
        settled(world, &[&self.running().wakes]).await;
    }

    pub fn notes(&self) -> Vec<AgentNote> {
        self.running().shared.notes()
    }

    pub fn metrics(&self) -> &Metrics {
        &self.running().metrics
    }
}
