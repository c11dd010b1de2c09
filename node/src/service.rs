//! Assembles the node.

mod components;
mod consensus;
mod genesis;
mod network;

use std::{path::Path, sync::Arc};

use futures::FutureExt;
use mmr_gadget::MmrGadget;
use regent_primitives::agent_api::LocalAgents;
use regent_runtime::{opaque::Block, MMR_INDEXING_PREFIX};
use sc_client_api::Backend;
use sc_consensus_grandpa::SharedVoterState;
use sc_offchain::{OffchainWorkerOptions, OffchainWorkers};
use sc_service::{Configuration, Error, SpawnTasksParams, TaskManager};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;

pub use components::{components, executor, Client, Executor, FullBackend, Pool};
pub use consensus::JUSTIFICATION_PERIOD_BLOCKS;
pub use genesis::storage as genesis_storage;

use crate::{local_agents, rpc};
use components::{Components, Links};
use network::Network;

/// Starts everything a node does and returns the tasks. `cache` is a folder where compiled runtimes are kept.
///
/// # Errors
/// If the database, the network or a port cannot be opened, or the chain has no authorities.
pub fn start(
    config: Configuration,
    agents: &LocalAgents,
    cache: Option<&Path>,
) -> Result<TaskManager, Error> {
    network::check(&config)?;
    let Components {
        client,
        backend,
        mut task_manager,
        keystore_container,
        select_chain,
        import_queue,
        transaction_pool,
        other: Links { block_import, grandpa, mut telemetry },
    } = components(&config, cache)?;

    local_agents::store(backend.offchain_storage(), config.offchain_worker.enabled, agents)
        .map_err(|error| Error::Application(error.into()))?;
    log::info!("🔑 Local agents: {}", agents.len());

    let Network { service, sync, system_rpc, transactions, grandpa_notifications } =
        network::start(network::Parts {
            config: &config,
            client: &client,
            backend: &backend,
            pool: &transaction_pool,
            task_manager: &task_manager,
            import_queue,
            authority_set: grandpa.shared_authority_set().clone(),
        })?;

    if config.offchain_worker.enabled {
        let workers = OffchainWorkers::new(OffchainWorkerOptions {
            runtime_api_provider: client.clone(),
            keystore: Some(keystore_container.keystore()),
            offchain_db: backend.offchain_storage(),
            transaction_pool: Some(OffchainTransactionPoolFactory::new(transaction_pool.clone())),
            network_provider: Arc::new(service.clone()),
            is_validator: config.role.is_authority(),
            // Agents are woken by HTTP.
            enable_http_requests: true,
            custom_extensions: |_| Vec::new(),
        })?;
        task_manager.spawn_handle().spawn(
            "offchain-workers-runner",
            "offchain-worker",
            workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
        );
    }

    if config.offchain_worker.indexing_enabled {
        // Final blocks' parts of the log's mountain range move under keys without a block's hash:
        // the state remembers hashes for 20 minutes, and proofs reach back to the first block.
        task_manager.spawn_essential_handle().spawn_blocking(
            "mmr-gadget",
            None,
            MmrGadget::<Block, FullBackend, Client>::start(
                client.clone(),
                backend.clone(),
                MMR_INDEXING_PREFIX.to_vec(),
            ),
        );
    }

    let voter_state = SharedVoterState::empty();
    let validator = consensus::Validator {
        role: config.role,
        name: config.network.node_name.clone(),
        force_authoring: config.force_authoring,
        finality: !config.disable_grandpa,
        registry: config.prometheus_registry().cloned(),
        telemetry: telemetry.as_ref().map(|telemetry| telemetry.handle()),
        client: client.clone(),
        select_chain,
        block_import,
        grandpa,
        grandpa_notifications,
        voter_state: voter_state.clone(),
        pool: transaction_pool.clone(),
        keystore: keystore_container.keystore(),
        network: service.clone(),
        sync: sync.clone(),
    };
    let sources = rpc::Sources {
        client: client.clone(),
        backend: backend.clone(),
        pool: transaction_pool.clone(),
        authority_set: validator.grandpa.shared_authority_set().clone(),
        voter_state,
        justifications: validator.grandpa.justification_stream(),
    };

    let _in_memory_rpc = sc_service::spawn_tasks(SpawnTasksParams {
        config,
        client,
        backend,
        task_manager: &mut task_manager,
        keystore: keystore_container.keystore(),
        transaction_pool,
        rpc_builder: Box::new(move |executor| {
            rpc::methods(sources.clone(), executor).map_err(Error::Application)
        }),
        network: service,
        system_rpc_tx: system_rpc,
        tx_handler_controller: transactions,
        sync_service: sync,
        telemetry: telemetry.as_mut(),
        tracing_execute_block: None,
    })?;

    // After the keys of `--dev` and `--alice` are in the keystore, which `spawn_tasks` puts there.
    validator.start(&task_manager)?;
    Ok(task_manager)
}
