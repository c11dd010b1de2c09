//! Connects the node to its peers.

use std::sync::Arc;

use regent_runtime::{opaque::Block, BlockNumber, Hash};
use sc_client_api::BlockBackend;
use sc_consensus::DefaultImportQueue;
use sc_consensus_grandpa::{warp_proof, SharedAuthoritySet};
use sc_network::{
    config::{FullNetworkConfiguration, NetworkBackendType},
    service::traits::{NetworkBackend, NetworkService},
    Litep2pNetworkBackend, NotificationService, ProtocolName,
};
use sc_network_sync::SyncingService;
use sc_network_transactions::TransactionsHandlerController;
use sc_service::{BuildNetworkParams, Configuration, Error, TaskManager, WarpSyncConfig};
use sc_utils::mpsc::TracingUnboundedSender;

use super::components::{Client, FullBackend, Pool};

/// The network: one implementation, so that there is one to trust.
type Litep2p = Litep2pNetworkBackend;

/// What the network stands on.
pub struct Parts<'a> {
    /// The node's options.
    pub config: &'a Configuration,
    /// The chain.
    pub client: &'a Arc<Client>,
    /// The database.
    pub backend: &'a Arc<FullBackend>,
    /// Transactions that wait.
    pub pool: &'a Arc<Pool>,
    /// Where it runs.
    pub task_manager: &'a TaskManager,
    /// Where blocks of others go.
    pub import_queue: DefaultImportQueue<Block>,
    /// The authorities GRANDPA follows.
    pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
}

/// What the rest of the node does with the network.
pub struct Network {
    /// Peers and addresses.
    pub service: Arc<dyn NetworkService>,
    /// Blocks of others.
    pub sync: Arc<SyncingService<Block>>,
    /// Questions that `system_*` methods ask the network.
    pub system_rpc: TracingUnboundedSender<sc_rpc::system::Request<Block>>,
    /// Gossip of transactions.
    pub transactions: TransactionsHandlerController<Hash>,
    /// Gossip of votes: the protocol's name and its messages.
    pub grandpa_notifications: (ProtocolName, Box<dyn NotificationService>),
}

/// Refuses to start with another network than litep2p.
///
/// # Errors
/// If another is asked for.
pub fn check(config: &Configuration) -> Result<(), Error> {
    match config.network.network_backend {
        NetworkBackendType::Litep2p => Ok(()),
        NetworkBackendType::Libp2p => Err(Error::Other(
            "found --network-backend libp2p, expected litep2p: this node has no other network"
                .into(),
        )),
    }
}

/// Listens and connects.
///
/// # Errors
/// If a port cannot be opened.
pub fn start(parts: Parts<'_>) -> Result<Network, Error> {
    let Parts { config, client, backend, pool, task_manager, import_queue, authority_set } = parts;
    let registry = config.prometheus_registry();
    let mut network =
        FullNetworkConfiguration::<Block, Hash, Litep2p>::new(&config.network, registry.cloned());
    let metrics = <Litep2p as NetworkBackend<Block, Hash>>::register_notification_metrics(registry);

    let genesis = client
        .block_hash(0)?
        .ok_or_else(|| Error::Other("the database has no genesis block".into()))?;
    let protocol = sc_consensus_grandpa::protocol_standard_name(&genesis, &config.chain_spec);
    let (grandpa_config, grandpa_service) =
        sc_consensus_grandpa::grandpa_peers_set_config::<Block, Litep2p>(
            protocol.clone(),
            metrics.clone(),
            network.peer_store_handle(),
        );
    network.add_notification_protocol(grandpa_config);

    let warp_proofs =
        Arc::new(warp_proof::NetworkProvider::new(backend.clone(), authority_set, Vec::new()));
    let (service, system_rpc, transactions, sync, _no_ipfs) =
        sc_service::build_network(BuildNetworkParams {
            config,
            net_config: network,
            client: client.clone(),
            transaction_pool: pool.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_proofs)),
            block_relay: None,
            metrics,
            gap_sync_body_policy: None,
        })?;

    Ok(Network {
        service,
        sync,
        system_rpc,
        transactions,
        grandpa_notifications: (protocol, grandpa_service),
    })
}
