//! `regent-agent run`: the daemon.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use jsonrpsee::server::ServerHandle;
use regent_primitives::{timing::SLOT_MILLISECONDS, H256};
use regent_proof::HeadError;
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
    ports::{Clock, Unproven},
    proven::{ProvenChain, Sources},
    root::open_store,
    server,
    service::{stopped, Backoff, Parts, Service},
    shared::Shared,
    store::{HeadSlot, Store, StoreError},
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
/// If it was not told what it needs, or its addresses cannot be bound.
pub async fn run(config: &Config, store: Store) -> anyhow::Result<Running> {
    config.check_complete()?;
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
    let reach = Reach {
        config: &config,
        known: store.genesis(),
        head: store.head_slot(),
        shared: &shared,
        clock: &clock,
        metrics: &metrics,
    };
    let Some((chain, genesis)) = connect(reach, &mut stop).await? else { return Ok(()) };
    let parts = Parts {
        store,
        genesis,
        slot_milliseconds: SLOT_MILLISECONDS,
        chain: Arc::new(chain),
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

/// Tries until the node answers and proves where trust begins; none if the agent is to stop before.
async fn connect(
    reach: Reach<'_>,
    stop: &mut watch::Receiver<bool>,
) -> anyhow::Result<Option<(ProvenChain, H256)>> {
    let mut wait = CONNECT_AGAIN.0;
    loop {
        let error = tokio::select! {
            chain = reach.try_once() => match chain {
                Ok(chain) => return Ok(Some(chain)),
                Err(Unreached::Again(error)) => error,
                Err(Unreached::Never(error)) => return Err(error),
            },
            () = stopped(stop) => return Ok(None),
        };
        warn!(
            target: "regent_agent",
            %error,
            retry_in_milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            "no node"
        );
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(stop) => return Ok(None),
        }
        wait = (wait * 2).min(CONNECT_AGAIN.1);
    }
}

/// Why there is no chain.
enum Unreached {
    /// Another try may find one.
    Again(Unproven),
    /// What is configured or stored has to be changed first.
    Never(anyhow::Error),
}

/// With what a chain is looked for.
struct Reach<'a> {
    config: &'a Config,
    /// The chain that the agent serves already.
    known: Option<H256>,
    head: HeadSlot,
    shared: &'a Arc<Shared>,
    clock: &'a Arc<dyn Clock>,
    metrics: &'a Metrics,
}

impl Reach<'_> {
    async fn try_once(&self) -> Result<(ProvenChain, H256), Unreached> {
        let node = Node::connect(&self.config.node.url).await;
        let node = node.map_err(|error| Unreached::Again(error.into()))?;
        let found = node.genesis();
        // In development the first chain met is taken, once and for all.
        let genesis = self.config.node.genesis.or(self.known).unwrap_or(found);
        if found != genesis {
            let error = StoreError::OtherChain { found, expected: genesis };
            return Err(Unreached::Never(error.into()));
        }
        let sources = Sources {
            node: Arc::new(node),
            clock: self.clock.clone(),
            head: self.head.clone(),
            genesis,
            checkpoint: self.config.trust.checkpoint,
            shared: self.shared.clone(),
            metrics: self.metrics.clone(),
        };
        match ProvenChain::open(sources).await {
            Ok(chain) => Ok((chain, genesis)),
            Err(Unproven::Head(error)) if is_ours(&error) => Err(Unreached::Never(error.into())),
            Err(error) => Err(Unreached::Again(error)),
        }
    }
}

/// Whether the configuration or the stored head is at fault, and not the node.
const fn is_ours(error: &HeadError) -> bool {
    matches!(
        error,
        HeadError::WrongGenesis { .. }
            | HeadError::Equivocation { .. }
            | HeadError::SetBehind { .. }
            | HeadError::StoredHead
    )
}
