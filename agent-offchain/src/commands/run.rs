//! `regent-agent run`: the daemon.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use jsonrpsee::server::ServerHandle;
use substrate_prometheus_endpoint::Registry;
use tokio::{
    signal::unix::{signal, SignalKind},
    sync::{mpsc, watch},
    task::JoinHandle,
};
use tracing::{info, warn};

use super::logging;
use crate::{
    adapters::{Enclaves, Node, SystemClock},
    config::Config,
    failpoint::Failpoint,
    hardening,
    metrics::Metrics,
    ports::{ChainError, Clock},
    root::open_store,
    server,
    service::{stopped, Backoff, Parts, Service},
    shared::Shared,
    store::{Store, StoreError},
    verify::Trust,
};

/// Wakes that wait to be looked at.
const WAKES: usize = 64;
/// Wait before the node is tried again, at first and at most.
const CONNECT_AGAIN: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

pub(super) fn execute(config: &Config) -> anyhow::Result<()> {
    logging::start(&config.log)?;
    // Before secrets are read, and before threads start.
    hardening::apply();
    let failpoint = Failpoint::at(config.insecure_crash_at);
    let store = open_store(config, failpoint)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start")?;
    runtime.block_on(async {
        let running = run(config, store).await?;
        let stop = running.stop.clone();
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            info!(target: "regent_agent", "stopping");
            stop.send_replace(true);
        });
        running.ended().await
    })
}

/// A running agent.
pub struct Running {
    /// Where it serves wakes and `/health`.
    pub address: SocketAddr,
    /// Set it to `true` to have it stop.
    pub stop: watch::Sender<bool>,
    server: ServerHandle,
    service: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// Waits until it has stopped.
    ///
    /// # Errors
    /// Why it could not go on.
    pub async fn ended(self) -> anyhow::Result<()> {
        let result = self.service.await;
        // It may have stopped already.
        let _ = self.server.stop();
        result.context("the agent's task ended")?
    }
}

/// Starts an agent over an open state: the servers at once, the rest as soon as the node answers.
///
/// # Errors
/// If its addresses cannot be bound.
pub async fn run(config: &Config, store: Store) -> anyhow::Result<Running> {
    let registry = Registry::new();
    let metrics = Metrics::register(&registry)?;
    let (sender, wakes) = mpsc::channel(WAKES);
    let (agent, root) = (store.identity().agent_id(), store.root());
    let shared = Arc::new(Shared::new(agent, root, sender));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    if !root.rollback_protected {
        warn!(
            target: "regent_agent",
            "old copies of the state cannot be told from the newest: for development only"
        );
    }
    let age = config.trust.maximum_head_age_seconds;
    let listen = config.server.listen;
    let (server, address) =
        server::serve(listen, shared.clone(), clock.clone(), metrics.clone(), age).await?;
    if let Some(address) = config.server.metrics {
        tokio::spawn(server::serve_metrics(address, registry));
    }
    info!(
        target: "regent_agent",
        %agent,
        generation = store.generation(),
        root_provider = root.provider,
        rollback_protected = root.rollback_protected,
        "agent"
    );
    let stop = watch::Sender::new(false);
    let service =
        tokio::spawn(work(config.clone(), store, shared, clock, wakes, metrics, stop.subscribe()));
    Ok(Running { address, stop, server, service })
}

async fn work(
    config: Config,
    store: Store,
    shared: Arc<Shared>,
    clock: Arc<dyn Clock>,
    wakes: mpsc::Receiver<Vec<regent_primitives::agent_api::WorkItem>>,
    metrics: Metrics,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let Some((node, slot_milliseconds)) = connect(&config, &mut stop).await else { return Ok(()) };
    let genesis = node.genesis();
    if let Some(expected) = config.node.genesis.filter(|expected| *expected != genesis) {
        return Err(StoreError::OtherChain { found: genesis, expected }.into());
    }
    let parts = Parts {
        store,
        genesis,
        slot_milliseconds,
        chain: Arc::new(node),
        enclaves: Arc::new(Enclaves::new(config.delivery.timeout())),
        clock,
        trust: Trust::from(&config.trust),
        shared,
        wakes,
        metrics,
        backoff: Backoff::from(&config.delivery),
        failpoint: Failpoint::at(config.insecure_crash_at),
        insecure_corrupt_share: config.insecure_corrupt_share,
    };
    let service = Service::start(parts)?;
    service.run(stop).await?;
    Ok(())
}

/// Tries until the node answers; none if the agent is to stop before.
async fn connect(config: &Config, stop: &mut watch::Receiver<bool>) -> Option<(Node, u64)> {
    let mut wait = CONNECT_AGAIN.0;
    loop {
        let error = tokio::select! {
            node = reach(&config.node.url) => match node {
                Ok(node) => return Some(node),
                Err(error) => error,
            },
            () = stopped(stop) => return None,
        };
        warn!(
            target: "regent_agent",
            %error,
            retry_in_milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            "no node"
        );
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(stop) => return None,
        }
        wait = (wait * 2).min(CONNECT_AGAIN.1);
    }
}

async fn reach(url: &str) -> Result<(Node, u64), ChainError> {
    let node = Node::connect(url).await?;
    let slot_milliseconds = node.slot_milliseconds().await?;
    Ok((node, slot_milliseconds))
}
