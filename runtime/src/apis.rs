//! Runtime APIs: what nodes, clients, agents and enclaves ask of the chain.

use alloc::vec::Vec;
use frame_support::genesis_builder_helper::{build_state, get_preset};
use pallet_mmr::primitives::{
    AncestryProof, DataOrHash, EncodableOpaqueLeaf, Error as MmrError, LeafIndex, LeafProof,
};
use regent_primitives::{
    agent_api::WorkItem,
    bounds::MAX_PAGE,
    cash_api::CashRecord,
    contracts_api::{ContractRecord, Credits, DryRun, Fulfilment},
    runtime_api::{AgentRecord, ConsortiumStatus, PolicyRecord, QuorumRecord, RequestState},
    traits::{ChainInfo, KeyRegistry},
    AgentId, AuditEntry, Epoch, EpochRecord, InstitutionId, KeyId, KeyRecord, LogLeaf, PolicyHash,
    QuorumId, RequestBody, RequestId, RequestRecord,
};
use sp_api::impl_runtime_apis;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata, H160};
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
    traits::{Block as BlockT, NumberFor},
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;

use super::*;

impl_runtime_apis! {
    impl sp_api::Core<Block> for Runtime {
        fn version() -> RuntimeVersion {
            VERSION
        }

        fn execute_block(block: <Block as BlockT>::LazyBlock) {
            Executive::execute_block(block);
        }

        fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
            Executive::initialize_block(header)
        }
    }

    impl sp_api::Metadata<Block> for Runtime {
        fn metadata() -> OpaqueMetadata {
            OpaqueMetadata::new(Runtime::metadata().into())
        }

        fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
            Runtime::metadata_at_version(version)
        }

        fn metadata_versions() -> Vec<u32> {
            Runtime::metadata_versions()
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
            Executive::apply_extrinsic(extrinsic)
        }

        fn finalize_block() -> <Block as BlockT>::Header {
            Executive::finalize_block()
        }

        fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
            data.create_extrinsics()
        }

        fn check_inherents(
            block: <Block as BlockT>::LazyBlock,
            data: InherentData,
        ) -> CheckInherentsResult {
            data.check_extrinsics(&block)
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            source: TransactionSource,
            tx: <Block as BlockT>::Extrinsic,
            block_hash: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            Executive::validate_transaction(source, tx, block_hash)
        }
    }

    impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
        fn offchain_worker(header: &<Block as BlockT>::Header) {
            Executive::offchain_worker(header)
        }
    }

    impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
        fn slot_duration() -> sp_consensus_aura::SlotDuration {
            sp_consensus_aura::SlotDuration::from_millis(Aura::slot_duration())
        }

        fn authorities() -> Vec<AuraId> {
            pallet_aura::Authorities::<Runtime>::get().into_inner()
        }
    }

    impl sp_session::SessionKeys<Block> for Runtime {
        fn generate_session_keys(
            owner: Vec<u8>,
            seed: Option<Vec<u8>>,
        ) -> OpaqueGeneratedSessionKeys {
            SessionKeys::generate(&owner, seed).into()
        }

        fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
            SessionKeys::decode_into_raw_public_keys(&encoded)
        }
    }

    impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
        fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
            Grandpa::grandpa_authorities()
        }

        fn current_set_id() -> sp_consensus_grandpa::SetId {
            pallet_grandpa::CurrentSetId::<Runtime>::get()
        }

        fn submit_report_equivocation_unsigned_extrinsic(
            _equivocation_proof: sp_consensus_grandpa::EquivocationProof<
                <Block as BlockT>::Hash,
                NumberFor<Block>,
            >,
            _key_owner_proof: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
        ) -> Option<()> {
            None
        }

        fn generate_key_ownership_proof(
            _set_id: sp_consensus_grandpa::SetId,
            _authority_id: GrandpaId,
        ) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
            None
        }
    }

    impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
        fn account_nonce(account: AccountId) -> Nonce {
            System::account_nonce(account)
        }
    }

    impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
        fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
            build_state::<RuntimeGenesisConfig>(config)
        }

        fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
            get_preset::<RuntimeGenesisConfig>(id, crate::genesis_config_presets::get_preset)
        }

        fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
            crate::genesis_config_presets::preset_names()
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    impl frame_benchmarking::Benchmark<Block> for Runtime {
        fn benchmark_metadata(
            extra: bool,
        ) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
            use frame_benchmarking::BenchmarkList;
            use frame_support::traits::StorageInfoTrait;

            let mut list = Vec::<BenchmarkList>::new();
            list_benchmarks!(list, extra);
            (list, AllPalletsWithSystem::storage_info())
        }

        fn dispatch_benchmark(
            config: frame_benchmarking::BenchmarkConfig,
        ) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
            use frame_benchmarking::BenchmarkBatch;
            use frame_support::traits::WhitelistedStorageKeys;

            let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
            let mut batches = Vec::<BenchmarkBatch>::new();
            let params = (&config, &whitelist);
            add_benchmarks!(params, batches);
            Ok(batches)
        }
    }

    impl pallet_mmr::primitives::MmrApi<Block, Hash, BlockNumber> for Runtime {
        fn mmr_root() -> Result<Hash, MmrError> {
            Ok(Mmr::mmr_root())
        }

        fn mmr_leaf_count() -> Result<LeafIndex, MmrError> {
            Ok(Mmr::mmr_leaves())
        }

        // The pallet names a leaf by the block that appended it: the one after the leaf's own.
        fn generate_proof(
            block_numbers: Vec<BlockNumber>,
            best_known_block_number: Option<BlockNumber>,
        ) -> Result<(Vec<EncodableOpaqueLeaf>, LeafProof<Hash>), MmrError> {
            let (leaves, proof) = Mmr::generate_proof(block_numbers, best_known_block_number)?;
            Ok((leaves.iter().map(EncodableOpaqueLeaf::from_leaf).collect(), proof))
        }

        fn generate_ancestry_proof(
            prev_block_number: BlockNumber,
            best_known_block_number: Option<BlockNumber>,
        ) -> Result<AncestryProof<Hash>, MmrError> {
            Mmr::generate_ancestry_proof(prev_block_number, best_known_block_number)
        }

        fn verify_proof(
            leaves: Vec<EncodableOpaqueLeaf>,
            proof: LeafProof<Hash>,
        ) -> Result<(), MmrError> {
            let leaves = leaves
                .into_iter()
                .map(|leaf| leaf.into_opaque_leaf().try_decode::<LogLeaf>().ok_or(MmrError::Verify))
                .collect::<Result<Vec<_>, _>>()?;
            Mmr::verify_leaves(leaves, proof)
        }

        fn verify_proof_stateless(
            root: Hash,
            leaves: Vec<EncodableOpaqueLeaf>,
            proof: LeafProof<Hash>,
        ) -> Result<(), MmrError> {
            let nodes = leaves
                .into_iter()
                .map(|leaf| DataOrHash::Data(leaf.into_opaque_leaf()))
                .collect();
            pallet_mmr::verify_leaves_proof::<BlakeTwo256, _>(root, nodes, proof)
        }
    }

    impl regent_primitives::contracts_api::ContractsApi<Block> for Runtime {
        fn dry_call(
            origin: AccountId,
            contract: H160,
            value: Balance,
            data: Vec<u8>,
        ) -> Result<DryRun, Vec<u8>> {
            contracts::dry_call(origin, contract, value, data)
        }

        fn dry_instantiate(
            origin: AccountId,
            code: Vec<u8>,
            data: Vec<u8>,
            salt: [u8; 32],
        ) -> Result<DryRun, Vec<u8>> {
            contracts::dry_instantiate(origin, code, data, salt)
        }

        fn contract(address: H160) -> Option<ContractRecord> {
            contracts::contract(address)
        }

        fn condition(contract: AccountId, condition: sp_core::H256) -> Option<Fulfilment> {
            pallet_regent_contracts::Fulfilments::<Runtime>::get(contract, condition)
        }

        fn credits(institution: InstitutionId) -> Credits {
            Contracts::credits(institution)
        }

        fn deployers() -> Vec<(AccountId, Option<InstitutionId>)> {
            Contracts::deployers()
        }
    }

    impl regent_primitives::cash_api::CashApi<Block> for Runtime {
        fn cash() -> Option<CashRecord> {
            Cash::record()
        }

        fn cash_of(account: AccountId) -> Balance {
            Cash::balance(&account)
        }
    }

    impl regent_primitives::runtime_api::RegentApi<Block> for Runtime {
        fn request(id: RequestId) -> Option<RequestState> {
            Requests::state(id)
        }

        fn requests(after: Option<RequestId>, limit: u32) -> Vec<(RequestId, RequestRecord)> {
            Requests::page(after, limit.min(MAX_PAGE))
        }

        fn evaluate(body: RequestBody, payload: Vec<u8>) -> Vec<Vec<u8>> {
            Requests::reasons(&body, &payload)
        }

        fn policy(hash: PolicyHash) -> Option<PolicyRecord> {
            Policies::record(&hash)
        }

        fn newest_policy(hash: PolicyHash) -> Option<PolicyHash> {
            Policies::newest(&hash)
        }

        fn policies(after: Option<PolicyHash>, limit: u32) -> Vec<PolicyHash> {
            Policies::hashes(after, limit.min(MAX_PAGE))
        }

        fn key(id: KeyId) -> Option<KeyRecord> {
            <Keys as KeyRegistry>::key(&id)
        }

        fn epoch(id: KeyId, epoch: Epoch) -> Option<EpochRecord> {
            <Keys as KeyRegistry>::epoch(&id, epoch)
        }

        fn keys(after: Option<KeyId>, limit: u32) -> Vec<KeyId> {
            Keys::ids(after, limit.min(MAX_PAGE))
        }

        fn audit_entries(from: u64, count: u32) -> Vec<AuditEntry> {
            Audit::entries(from, count.min(MAX_PAGE))
        }

        fn agents(after: Option<AgentId>, limit: u32) -> Vec<(AgentId, AgentRecord)> {
            Quorums::agents(after, limit.min(MAX_PAGE))
        }

        fn quorum(id: QuorumId) -> Option<QuorumRecord> {
            Quorums::quorum(id)
        }

        fn quorum_count() -> QuorumId {
            Quorums::quorum_count()
        }

        fn agent_work(agent: AgentId) -> Vec<WorkItem> {
            Requests::agent_work(agent)
        }

        fn status() -> ConsortiumStatus {
            ConsortiumStatus {
                genesis: <Audit as ChainInfo>::genesis(),
                institutions: Consortium::institutions(),
                measurements: Enclaves::measurements(),
                audit_entries: Audit::count(),
                audit_head: Audit::head(),
                window_blocks: configs::WindowBlocks::get(),
            }
        }
    }
}
