//! Aura authors blocks, GRANDPA finalises them: both tuned for the time from a transaction to its
//! finality, which is what a person who approved waits for.

use std::{sync::Arc, time::Duration};

use regent_runtime::{opaque::Block, BlockNumber};
use sc_basic_authorship::ProposerFactory;
use sc_consensus::DefaultImportQueue;
use sc_consensus_aura::{ImportQueueParams, SlotProportion, StartAuraParams};
use sc_consensus_grandpa::{GrandpaParams, SharedVoterState, VotingRulesBuilder};
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sc_network::{
    config::Role, service::traits::NetworkService, NotificationService, ProtocolName,
};
use sc_network_sync::SyncingService;
use sc_service::{Error, SpawnEssentialTaskHandle, TaskManager};
use sc_telemetry::TelemetryHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_aura::{
    inherents::InherentDataProvider as SlotProvider,
    sr25519::{AuthorityId, AuthorityPair},
    SlotDuration,
};
use sp_keystore::KeystorePtr;
use sp_timestamp::InherentDataProvider as TimestampProvider;
use substrate_prometheus_endpoint::Registry;

use super::components::{BlockImport, Client, GrandpaLink, Pool, SelectChain};

/// At least every so many blocks a justification is stored with its block: a proof of finality of
/// an old block needs up to as many headers, about 200 bytes each. Four validators' justification
/// is about 600 bytes. Newer blocks are proven by the newest justification, which is replaced
/// with every block finalised.
pub const JUSTIFICATION_PERIOD_BLOCKS: u32 = 64;

/// How often votes are gossiped again and, doubled, how long a commit may wait. The SDK's usual
/// second would be two slots here.
const GOSSIP_PERIOD: Duration = Duration::from_millis(100);

/// Part of a slot in which transactions go into a block. An idle block is ready in a few
/// milliseconds; a full one must leave time for the others to execute it before the next slot.
const PROPOSAL_PORTION: f32 = 0.4;
/// The same after empty slots, when the author may take longer.
const MAX_PROPOSAL_PORTION: f32 = 0.5;

/// Without finality blocks are of no use to anybody, so authors slow down: from a minute of
/// blocks that are not final, up to one block in ten seconds. They go on, because time on this
/// chain is counted in blocks.
fn backoff() -> BackoffAuthoringOnFinalizedHeadLagging<BlockNumber> {
    BackoffAuthoringOnFinalizedHeadLagging {
        max_interval: 20,
        unfinalized_slack: 120,
        authoring_bias: 2,
    }
}

/// The time, and the slot it falls into.
fn slot_now(duration: SlotDuration) -> (SlotProvider, TimestampProvider) {
    let timestamp = TimestampProvider::from_system_time();
    (SlotProvider::from_timestamp_and_slot_duration(*timestamp, duration), timestamp)
}

/// Verifies the author of each block of others and hands it on.
///
/// # Errors
/// If its metrics cannot be registered.
pub fn import_queue(
    client: Arc<Client>,
    block_import: BlockImport,
    spawner: &SpawnEssentialTaskHandle,
    registry: Option<&Registry>,
    telemetry: Option<TelemetryHandle>,
) -> Result<DefaultImportQueue<Block>, Error> {
    let chain = client.clone();
    Ok(sc_consensus_aura::import_queue::<AuthorityPair, _, _, _, _, _>(ImportQueueParams {
        justification_import: Some(Box::new(block_import.clone())),
        block_import,
        client,
        create_inherent_data_providers: move |parent, ()| {
            let chain = chain.clone();
            async move {
                let duration = sc_consensus_aura::standalone::slot_duration_at::<AuthorityId, _, _>(
                    &*chain, parent,
                )?;
                Ok(slot_now(duration))
            }
        },
        spawner,
        registry,
        check_for_equivocation: Default::default(),
        telemetry,
        compatibility_mode: Default::default(),
    })?)
}

/// What a node does for consensus. An authority authors and votes; any other node only follows
/// the votes.
pub struct Validator {
    /// Authority or not.
    pub role: Role,
    /// The node's name, for logs.
    pub name: String,
    /// Author even without peers.
    pub force_authoring: bool,
    /// Take part in, or follow, GRANDPA.
    pub finality: bool,
    /// Metrics.
    pub registry: Option<Registry>,
    /// Telemetry.
    pub telemetry: Option<TelemetryHandle>,
    /// The chain.
    pub client: Arc<Client>,
    /// Which fork is the best.
    pub select_chain: SelectChain,
    /// Where blocks of its own go.
    pub block_import: BlockImport,
    /// What the voter shares with the import.
    pub grandpa: GrandpaLink,
    /// Gossip of votes.
    pub grandpa_notifications: (ProtocolName, Box<dyn NotificationService>),
    /// Where the voter shows its state.
    pub voter_state: SharedVoterState,
    /// Transactions that wait.
    pub pool: Arc<Pool>,
    /// The validator's keys.
    pub keystore: KeystorePtr,
    /// Peers.
    pub network: Arc<dyn NetworkService>,
    /// Blocks of others.
    pub sync: Arc<SyncingService<Block>>,
}

impl Validator {
    /// Starts authoring, if this is an authority, and finality. Both are essential: if one ends,
    /// so does the node.
    ///
    /// # Errors
    /// If the chain does not say how long a slot is, or the voter's state cannot be read.
    pub fn start(self, tasks: &TaskManager) -> Result<(), Error> {
        if self.role.is_authority() {
            self.start_authoring(tasks)?;
        }
        if self.finality {
            self.start_finality(tasks)?;
        }
        Ok(())
    }

    fn start_authoring(&self, tasks: &TaskManager) -> Result<(), Error> {
        let proposer_factory = ProposerFactory::new(
            tasks.spawn_handle(),
            self.client.clone(),
            self.pool.clone(),
            self.registry.as_ref(),
            self.telemetry.clone(),
        );
        let slot_duration = sc_consensus_aura::slot_duration::<AuthorityId, _, _>(&*self.client)?;
        let aura = sc_consensus_aura::start_aura::<AuthorityPair, _, _, _, _, _, _, _, _, _, _>(
            StartAuraParams {
                slot_duration,
                client: self.client.clone(),
                select_chain: self.select_chain.clone(),
                block_import: self.block_import.clone(),
                proposer_factory,
                sync_oracle: self.sync.clone(),
                justification_sync_link: self.sync.clone(),
                create_inherent_data_providers: move |_, ()| async move { Ok(slot_now(slot_duration)) },
                force_authoring: self.force_authoring,
                backoff_authoring_blocks: Some(backoff()),
                keystore: self.keystore.clone(),
                block_proposal_slot_portion: SlotProportion::new(PROPOSAL_PORTION),
                max_block_proposal_slot_portion: Some(SlotProportion::new(MAX_PROPOSAL_PORTION)),
                telemetry: self.telemetry.clone(),
                compatibility_mode: Default::default(),
            },
        )?;
        tasks.spawn_essential_handle().spawn_blocking("aura", Some("block-authoring"), aura);
        Ok(())
    }

    fn start_finality(self, tasks: &TaskManager) -> Result<(), Error> {
        let (protocol_name, notification_service) = self.grandpa_notifications;
        let voter = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
            config: sc_consensus_grandpa::Config {
                gossip_duration: GOSSIP_PERIOD,
                justification_generation_period: JUSTIFICATION_PERIOD_BLOCKS,
                observer_enabled: false,
                local_role: self.role,
                name: Some(self.name),
                // Without keys the voter only follows the votes of others.
                keystore: self.role.is_authority().then_some(self.keystore),
                telemetry: self.telemetry.clone(),
                protocol_name,
            },
            link: self.grandpa,
            network: self.network,
            sync: self.sync,
            notification_service,
            // The default rules vote two blocks behind the best one, to spare public networks
            // re-orgs of what is voted on. With known authors and 500 ms slots that only costs a
            // second; rules never bear on safety.
            voting_rule: VotingRulesBuilder::new().build(),
            prometheus_registry: self.registry,
            shared_voter_state: self.voter_state,
            telemetry: self.telemetry,
            offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(self.pool),
        })?;
        tasks.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
        Ok(())
    }
}
