//! How each pallet is configured, and why.

use frame_support::{
    derive_impl,
    dispatch::DispatchClass,
    parameter_types,
    traits::{
        ConstBool, ConstU128, ConstU32, ConstU64, Contains, EitherOfDiverse, StorageMapShim,
        VariantCountOf,
    },
    weights::{
        constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_MILLIS},
        Weight,
    },
};
use frame_system::{
    limits::{BlockLength, BlockWeights},
    offchain::{CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase},
    EnsureNever, EnsureRoot,
};
use pallet_regent_consortium::SessionPeriod;
use regent_primitives::LogLeaf;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_runtime::{generic::Era, traits::OpaqueKeys, Perbill};
use sp_version::RuntimeVersion;

use super::*;

/// Share of a block that members' transactions may fill; the rest is for hooks and operations of
/// governance.
const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);
/// Reference time a block may take: half of the slot is left for authoring, gossip and import.
const MAXIMUM_BLOCK_WEIGHT: Weight =
    Weight::from_parts(WEIGHT_REF_TIME_PER_MILLIS.saturating_mul(250), u64::MAX);

parameter_types! {
    /// Blocks whose hash the state keeps: mortal transactions refer to them.
    pub const BlockHashCount: BlockNumber = 2_400;
    /// This runtime's version.
    pub const Version: RuntimeVersion = VERSION;
    /// Limits of a block's weight.
    pub RuntimeBlockWeights: BlockWeights =
        BlockWeights::with_sensible_defaults(MAXIMUM_BLOCK_WEIGHT, NORMAL_DISPATCH_RATIO);
    /// Limits of a block's bytes: 2 MiB. Of its header 1 KiB are the author's, who needs about 120: the
    /// rest of what a chain proof allows one is for the runtime's own items.
    pub RuntimeBlockLength: BlockLength =
        BlockLength::builder()
            .max_length(2 * 1024 * 1024)
            .modify_max_length_for_class(DispatchClass::Normal, |length| {
                *length = NORMAL_DISPATCH_RATIO * *length;
            })
            .max_header_size(1_024)
            .build();
    /// Prefix of addresses people read.
    pub const SS58Prefix: u8 = 42;
    /// The most a council motion may weigh: half of a block.
    pub MaxProposalWeight: Weight = Perbill::from_percent(50) * RuntimeBlockWeights::get()
        .get(DispatchClass::Normal).max_total.unwrap_or(MAXIMUM_BLOCK_WEIGHT);
    /// Blocks of a session where the genesis does not say: ten minutes.
    pub const DefaultSessionLength: BlockNumber = 10 * MINUTES;
    /// The fewest it may say: 5 s.
    pub const MinSessionLength: BlockNumber = 10;
    /// The most: a day.
    pub const MaxSessionLength: BlockNumber = DAYS;
    /// The most that can sit on the council: an administrator of every institution.
    pub const MaxCouncilMembers: u32 = 64;
    /// Motions that can be open at a time.
    pub const MaxMotions: u32 = 100;
    /// Where sessions start.
    pub const SessionOffset: BlockNumber = 0;
    /// Blocks after which every institution's quota is full again: 5 s.
    pub const QuotaWindow: BlockNumber = 10;
    /// Share of a window that all quotas together may promise; the rest serves agents' notes.
    pub const QuotaShare: Perbill = Perbill::from_percent(80);
    /// Share of a block one institution may fill.
    pub const BlockShare: Perbill = Perbill::from_percent(50);
    /// The longest an enclave session may live: one hour.
    pub const MaxSessionLifetime: BlockNumber = HOURS;
    /// Blocks in which notes and receipts of what happened before a deadline still come in: 20 s.
    pub const NoteGrace: BlockNumber = 40;
    /// What notes about one institution's requests and keys may use of a block: as much as its
    /// members' transactions.
    pub NoteAllowance: u64 = Consortium::block_allowance();
    /// Blocks of a window of device-root labels.
    pub const WindowBlocks: BlockNumber = regent_primitives::timing::WINDOW_BLOCKS;
}

/// Calls that members may not make.
///
/// - What is in the ledgers of credits and of cash moves by the pallets that keep them, which know
///   whose it is.
/// - Session keys are replaced but never purged: validators without keys would leave the chain without
///   authors.
/// - Of contracts' calls, see [`contracts::is_allowed`].
pub struct BaseCallFilter;

impl Contains<RuntimeCall> for BaseCallFilter {
    fn contains(call: &RuntimeCall) -> bool {
        match call {
            RuntimeCall::Balances(_)
            | RuntimeCall::CashLedger(_)
            | RuntimeCall::Session(pallet_session::Call::purge_keys { .. }) => false,
            RuntimeCall::Revive(call) => contracts::is_allowed(call),
            _ => true,
        }
    }
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type BaseCallFilter = BaseCallFilter;
    type Block = Block;
    type BlockWeights = RuntimeBlockWeights;
    type BlockLength = RuntimeBlockLength;
    type AccountId = AccountId;
    type Lookup = sp_runtime::traits::AccountIdLookup<AccountId, ()>;
    type Nonce = Nonce;
    type Hash = Hash;
    type BlockHashCount = BlockHashCount;
    type DbWeight = ParityDbWeight;
    type Version = Version;
    type AccountData = pallet_balances::AccountData<Balance>;
    type SS58Prefix = SS58Prefix;
    // Contracts know accounts by their addresses: each is mapped while it exists.
    type OnNewAccount = pallet_revive::AutoMapper<Runtime>;
    type OnKilledAccount = pallet_revive::AutoMapper<Runtime>;
    type MaxConsumers = ConstU32<16>;
}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = Aura;
    type MinimumPeriod = ConstU64<{ SLOT_MILLISECONDS / 2 }>;
    type WeightInfo = ();
}

impl pallet_aura::Config for Runtime {
    type AuthorityId = AuraId;
    type DisabledValidators = ();
    type MaxAuthorities = ConstU32<128>;
    type AllowMultipleBlocksPerSlot = ConstBool<false>;
    type SlotDuration = ConstU64<SLOT_MILLISECONDS>;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = ConstU32<128>;
    type MaxNominators = ConstU32<0>;
    type MaxSetIdSessionEntries = ConstU64<0>;
    // Validators are known institutions without a stake: equivocation is answered by governance.
    type KeyOwnerProof = sp_core::Void;
    type EquivocationReportSystem = ();
}

impl pallet_authorship::Config for Runtime {
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Aura>;
    type EventHandler = ();
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<1>;
    type AccountStore = System;
    type DustRemoval = ();
    type DoneSlashHandler = ();
    // Revive names a reason to freeze, and has none here: deposits are credits.
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
}

/// The ledger of cash. Balances lie in a map of its own, since those in `frame_system` are of the ledger of
/// credits; but whoever holds cash has an account there, of which it is one provider.
pub type CashInstance = pallet_balances::Instance1;

impl pallet_balances::Config<CashInstance> for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type WeightInfo = ();
    type Balance = Balance;
    type DustRemoval = ();
    // Every single unit is kept.
    type ExistentialDeposit = ConstU128<1>;
    type AccountStore = StorageMapShim<
        pallet_balances::Account<Runtime, CashInstance>,
        AccountId,
        pallet_balances::AccountData<Balance>,
    >;
    type ReserveIdentifier = ();
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxLocks = ConstU32<0>;
    type MaxReserves = ConstU32<0>;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type DoneSlashHandler = ();
}

impl pallet_regent_cash::Config for Runtime {
    type GovernanceOrigin = Governance;
    type Members = Consortium;
    type Audit = Audit;
    type Ledger = CashLedger;
    type Contracts = contracts::LiveContracts;
    type WeightInfo = weights::Cash;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Helper;
}

/// Sessions of as many blocks as the genesis says, one after the other from block 0 on.
type Sessions = pallet_session::PeriodicSessions<SessionPeriod<Runtime>, SessionOffset>;

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = pallet_regent_consortium::SeatHolder<Runtime>;
    type ShouldEndSession = Sessions;
    type NextSessionRotation = Sessions;
    type SessionManager = Consortium;
    type SessionHandler = pallet_regent_consortium::LoggedKeys<
        Runtime,
        <SessionKeys as OpaqueKeys>::KeyTypeIdProviders,
    >;
    type Keys = SessionKeys;
    type DisablingStrategy = ();
    type WeightInfo = ();
    type Currency = Balances;
    type KeyDeposit = ConstU128<0>;
}

/// The administrators of the consortium's institutions.
pub type CouncilInstance = pallet_collective::Instance1;

/// Two thirds of the institutions' administrators.
pub type TwoThirdsOfCouncil =
    pallet_collective::EnsureProportionAtLeast<AccountId, CouncilInstance, 2, 3>;

/// What governs the consortium. Root exists only through `sudo`, and only the development preset
/// gives anyone its key.
pub type Governance = EitherOfDiverse<EnsureRoot<AccountId>, TwoThirdsOfCouncil>;

impl pallet_collective::Config<CouncilInstance> for Runtime {
    type RuntimeOrigin = RuntimeOrigin;
    type Proposal = council::Motion;
    type RuntimeEvent = RuntimeEvent;
    type MotionDuration = ConstU32<{ 3 * DAYS }>;
    type MaxProposals = MaxMotions;
    type MaxMembers = MaxCouncilMembers;
    type DefaultVote = council::AbstentionIsNo;
    // Members come and go by `Consortium`'s calls, which log it and keep the council from being emptied.
    type SetMembersOrigin = EnsureNever<()>;
    type WeightInfo = ();
    type MaxProposalWeight = MaxProposalWeight;
    type DisapproveOrigin = Governance;
    type KillOrigin = Governance;
    type Consideration = ();
}

impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = ();
}

impl pallet_regent_audit::Config for Runtime {
    type WeightInfo = weights::Audit;
}

/// What the mountain range commits to: of each block the leaf that `Audit` made of it.
pub struct LogLeaves;

impl pallet_mmr::LeafDataProvider for LogLeaves {
    type LeafData = LogLeaf;

    fn leaf_data() -> LogLeaf {
        Audit::leaf()
    }
}

impl pallet_mmr::Config for Runtime {
    const INDEXING_PREFIX: &'static [u8] = MMR_INDEXING_PREFIX;
    type Hashing = BlakeTwo256;
    type LeafData = LogLeaves;
    // The root is proven in the state, like anything else.
    type OnNewRoot = ();
    type BlockHashProvider = pallet_mmr::DefaultBlockHashProvider<Runtime>;
    type WeightInfo = weights::Mmr;
}

impl pallet_regent_consortium::Config for Runtime {
    type GovernanceOrigin = Governance;
    type Council = council::CouncilMembers;
    type Audit = Audit;
    type NotPeople = crate::contracts::NotPeople;
    type SessionKeys = Session;
    type QuotaWindow = QuotaWindow;
    type QuotaShare = QuotaShare;
    type BlockShare = BlockShare;
    type MaxInstitutions = ConstU32<64>;
    type MaxMembers = ConstU32<256>;
    type DefaultSessionLength = DefaultSessionLength;
    type MinSessionLength = MinSessionLength;
    type MaxSessionLength = MaxSessionLength;
    type WeightInfo = weights::Consortium;
}

impl pallet_regent_policies::Config for Runtime {
    type Members = Consortium;
    type Audit = Audit;
    type WeightInfo = weights::Policies;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Helper;
}

impl pallet_regent_keys::Config for Runtime {
    type GovernanceOrigin = Governance;
    type Contracts = contracts::ContractAccounts;
    type Ended = contracts::EndedContracts;
    type Audit = Audit;
    type Quorums = Quorums;
    type Policies = Policies;
    type Requests = Requests;
    type WindowBlocks = WindowBlocks;
    type WeightInfo = weights::Keys;
}

impl pallet_regent_quorums::Config for Runtime {
    type Members = Consortium;
    type Audit = Audit;
    type WeightInfo = weights::Quorums;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Helper;
}

impl pallet_regent_enclaves::Config for Runtime {
    type GovernanceOrigin = Governance;
    type Audit = Audit;
    type MaxMeasurements = ConstU32<64>;
    type MaxSessionLifetime = MaxSessionLifetime;
    type WeightInfo = weights::Enclaves;
}

impl pallet_regent_requests::Config for Runtime {
    type Members = Consortium;
    type Quorums = Quorums;
    type Policies = Policies;
    type Keys = Keys;
    type Sessions = Enclaves;
    type Conditions = Contracts;
    type Audit = Audit;
    type MaxDeadlinesPerBlock = ConstU32<32>;
    type MaxOpenPerInstitution = ConstU32<128>;
    type NoteGrace = NoteGrace;
    type NoteAllowance = NoteAllowance;
    type WeightInfo = weights::Requests;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Helper;
}

impl<LocalCall> CreateTransactionBase<LocalCall> for Runtime
where
    RuntimeCall: From<LocalCall>,
{
    type Extrinsic = UncheckedExtrinsic;
    type RuntimeCall = RuntimeCall;
}

impl<LocalCall> CreateTransaction<LocalCall> for Runtime
where
    RuntimeCall: From<LocalCall>,
{
    type Extension = TxExtension;

    fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
        UncheckedExtrinsic::new_transaction(call, extension)
    }
}

/// Agents' notes, which the offchain worker brings: authorized by the agent's signature, without an
/// account.
impl<LocalCall> CreateAuthorizedTransaction<LocalCall> for Runtime
where
    RuntimeCall: From<LocalCall>,
{
    fn create_extension() -> TxExtension {
        (
            frame_system::AuthorizeCall::new(),
            frame_system::CheckNonZeroSender::new(),
            frame_system::CheckSpecVersion::new(),
            frame_system::CheckTxVersion::new(),
            frame_system::CheckGenesis::new(),
            frame_system::CheckMortality::from(Era::Immortal),
            CheckMembership::new(),
            frame_system::CheckNonce::from(0),
            frame_system::CheckWeight::new(),
            frame_system::WeightReclaim::new(),
        )
    }
}
