//! What every command that opens the database needs: client, pool, import queue.

use std::{path::Path, sync::Arc};

use regent_runtime::{opaque::Block, RuntimeApi};
use sc_consensus::{DefaultImportQueue, LongestChain};
use sc_consensus_grandpa::{GrandpaBlockImport, GrandpaPruningFilter, LinkHalf};
use sc_executor::{HeapAllocStrategy, WasmExecutor, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_service::{
    config::ExecutorConfiguration, Configuration, Error, PartialComponents, TFullBackend,
    TFullClient,
};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool::TransactionPoolHandle;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_aura::{sr25519::AuthorityId, AuraApi};

use super::{consensus, genesis::LazyGenesis};

/// What the runtime may call of its host.
type HostFunctions = sp_io::SubstrateHostFunctions;

/// The database.
pub type FullBackend = TFullBackend<Block>;
/// Executes the runtime.
pub type Executor = WasmExecutor<HostFunctions>;
/// The chain, and the runtime that executes it.
pub type Client = TFullClient<Block, RuntimeApi, Executor>;
/// Transactions that wait.
pub type Pool = TransactionPoolHandle<Block, Client>;
/// Which of several forks is the best: the longest.
pub type SelectChain = LongestChain<FullBackend, Block>;
/// Imports blocks and follows GRANDPA's authority sets in them.
pub type BlockImport = GrandpaBlockImport<FullBackend, Block, Client, SelectChain>;
/// What GRANDPA's voter shares with the import.
pub type GrandpaLink = LinkHalf<Block, Client, SelectChain>;

/// What [`components`] makes.
pub type Components =
    PartialComponents<Client, FullBackend, SelectChain, DefaultImportQueue<Block>, Pool, Links>;

/// What only a running node needs of it.
pub struct Links {
    /// For blocks of its own.
    pub block_import: BlockImport,
    /// For the voter.
    pub grandpa: GrandpaLink,
    /// For those who watch.
    pub telemetry: Option<Telemetry>,
}

/// Telemetry messages that may wait to be sent.
const TELEMETRY_BUFFER: usize = 16;

/// What executes runtimes, and keeps them compiled in a folder if there is one.
pub fn executor(config: &ExecutorConfiguration, cache: Option<&Path>) -> Executor {
    let heap = config.default_heap_pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| {
        HeapAllocStrategy::Static { extra_pages: u32::try_from(pages).unwrap_or(u32::MAX) }
    });
    let builder = WasmExecutor::builder()
        .with_execution_method(config.wasm_method)
        .with_onchain_heap_alloc_strategy(heap)
        .with_offchain_heap_alloc_strategy(heap)
        .with_max_runtime_instances(config.max_runtime_instances)
        .with_runtime_cache_size(config.runtime_cache_size);
    match cache {
        Some(folder) => builder.with_cache_path(folder).build(),
        None => builder.build(),
    }
}

/// Opens the database, at genesis if it is new, and builds what stands on it. `cache` is a folder where
/// compiled runtimes are kept.
///
/// # Errors
/// If the database cannot be opened, or the chain has no authorities.
pub fn components(config: &Configuration, cache: Option<&Path>) -> Result<Components, Error> {
    let telemetry = config
        .telemetry_endpoints
        .clone()
        .filter(|endpoints| !endpoints.is_empty())
        .map(|endpoints| {
            let worker = TelemetryWorker::new(TELEMETRY_BUFFER)?;
            let telemetry = worker.handle().new_telemetry(endpoints);
            Ok::<_, sc_telemetry::Error>((worker, telemetry))
        })
        .transpose()?;

    // A node that prunes blocks keeps those with a justification: finality proofs and warp sync
    // are made of them.
    let mut database = config.db_config();
    database.pruning_filters = vec![Arc::new(GrandpaPruningFilter)];
    let backend = sc_service::new_db_backend(database)?;
    let executor = executor(&config.executor, cache);
    let genesis = LazyGenesis {
        chain_spec: &*config.chain_spec,
        commit_state: !config.no_genesis(),
        backend: backend.clone(),
        executor: executor.clone(),
    };
    let record_proofs_of_imports = false;
    let (client, backend, keystore_container, task_manager) =
        sc_service::new_full_parts_with_genesis_builder::<Block, RuntimeApi, _, _>(
            config,
            telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
            executor,
            backend,
            genesis,
            record_proofs_of_imports,
        )?;
    let client = Arc::new(client);
    require_authorities(&client)?;

    let telemetry = telemetry.map(|(worker, telemetry)| {
        task_manager.spawn_handle().spawn("telemetry", None, worker.run());
        telemetry
    });
    let telemetry_handle = telemetry.as_ref().map(|telemetry| telemetry.handle());

    let select_chain = LongestChain::new(backend.clone());
    let transaction_pool = Arc::new(
        sc_transaction_pool::Builder::new(
            task_manager.spawn_essential_handle(),
            client.clone(),
            config.role.is_authority().into(),
        )
        .with_options(config.transaction_pool.clone())
        .with_prometheus(config.prometheus_registry())
        .build(),
    );

    let (block_import, grandpa) = sc_consensus_grandpa::block_import(
        client.clone(),
        consensus::JUSTIFICATION_PERIOD_BLOCKS,
        &client,
        select_chain.clone(),
        telemetry_handle.clone(),
    )?;
    let import_queue = consensus::import_queue(
        client.clone(),
        block_import.clone(),
        &task_manager.spawn_essential_handle(),
        config.prometheus_registry(),
        telemetry_handle,
    )?;

    Ok(PartialComponents {
        client,
        backend,
        task_manager,
        keystore_container,
        select_chain,
        import_queue,
        transaction_pool,
        other: Links { block_import, grandpa, telemetry },
    })
}

/// A chain without authorities could never have a second block, and GRANDPA cannot be built on it.
fn require_authorities(client: &Client) -> Result<(), Error> {
    let info = client.info();
    let authorities: Vec<AuthorityId> = client
        .runtime_api()
        .authorities(info.best_hash)
        .map_err(|error| Error::Application(error.into()))?;
    if authorities.is_empty() {
        return Err(Error::Other(format!(
            "found no authorities at block {} of this chain: a consortium's chain starts from a \
             specification with its institutions and their session keys; see chain-spec/README.md",
            info.best_number
        )));
    }
    Ok(())
}
