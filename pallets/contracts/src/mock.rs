//! A chain with a ledger of credits and one of cash, the log, and two institutions: Alice and Bob act for 0, Carol for 1.

use crate as pallet_regent_contracts;
use crate::*;
use frame_support::{
    derive_impl, parameter_types,
    traits::{StorageMapShim, VariantCount, VariantCountOf},
};
use pallet_balances::{AccountData, Instance1};
use sp_runtime::{traits::IdentityLookup, BuildStorage};

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeHoldReason,
        RuntimeFreezeReason,
        RuntimeTask
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Audit = pallet_regent_audit;
    #[runtime::pallet_index(2)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(3)]
    pub type Contracts = pallet_regent_contracts;
    #[runtime::pallet_index(4)]
    pub type CashLedger = pallet_balances<Instance1>;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = AccountData<u128>;
}

impl pallet_regent_audit::Config for Test {
    type WeightInfo = ();
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = u128;
    type ExistentialDeposit = ConstU128<1>;
    type AccountStore = System;
    type RuntimeHoldReason = HoldReason;
}

impl pallet_balances::Config<Instance1> for Test {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = HoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type WeightInfo = ();
    type Balance = u128;
    type DustRemoval = ();
    type ExistentialDeposit = ConstU128<1>;
    type AccountStore =
        StorageMapShim<pallet_balances::Account<Test, Instance1>, AccountId, AccountData<u128>>;
    type ReserveIdentifier = ();
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxLocks = ConstU32<0>;
    type MaxReserves = ConstU32<0>;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type DoneSlashHandler = ();
}

/// What credits are held for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum HoldReason {
    /// What a contract has stored.
    Deposit,
}

impl VariantCount for HoldReason {
    const VARIANT_COUNT: u32 = 1;
}

parameter_types! {
    pub const PurseId: PalletId = PalletId(*b"rgt/purs");
}

impl crate::Config for Test {
    type GovernanceOrigin = frame_system::EnsureRoot<AccountId>;
    type Members = Members;
    type Audit = Audit;
    type Ledger = Balances;
    type Cash = CashLedger;
    type PurseId = PurseId;
    type MaxDeployers = ConstU32<2>;
    type MaxCredits = ConstU128<MAX_CREDITS>;
    type NotPeople = NotPeople;
    type Contracts = ByFirstByte;
    type MaxFulfilled = ConstU32<MAX_FULFILLED>;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Members;
}

pub use frame_support::traits::ConstU128;

/// The most an institution is granted.
pub const MAX_CREDITS: u128 = 1_000;
/// Of institution 0.
pub const ALICE: AccountId = AccountId::new([0xa0; 32]);
/// Of institution 0.
pub const BOB: AccountId = AccountId::new([0xb0; 32]);
/// Of institution 1.
pub const CAROL: AccountId = AccountId::new([0xc0; 32]);
/// A person of none.
pub const DAVE: AccountId = AccountId::new([0xd0; 32]);
/// A contract.
pub const CONTRACT: AccountId = AccountId::new([0xee; 32]);

/// Conditions a contract can declare met.
pub const MAX_FULFILLED: u32 = 3;

/// Accounts whose first byte is above `0xe0` are contracts.
pub struct ByFirstByte;

impl Contains<AccountId> for ByFirstByte {
    fn contains(account: &AccountId) -> bool {
        AsRef::<[u8; 32]>::as_ref(account)[0] > 0xe0
    }
}

/// Contracts, and purses.
pub struct NotPeople;

impl Contains<AccountId> for NotPeople {
    fn contains(account: &AccountId) -> bool {
        ByFirstByte::contains(account) || AsRef::<[u8]>::as_ref(account).starts_with(b"modl")
    }
}

parameter_types! {
    /// Whether institution 1 is suspended.
    pub static Suspended: bool = false;
}

/// Who acts for which institution.
pub struct Members;

impl MemberInspect for Members {
    fn institution_of(account: &AccountId) -> Option<InstitutionId> {
        let suspended = |institution: &InstitutionId| *institution == 1 && Suspended::get();
        Self::membership_of(account).filter(|institution| !suspended(institution))
    }

    fn membership_of(account: &AccountId) -> Option<InstitutionId> {
        match account {
            who if [ALICE, BOB].contains(who) => Some(0),
            who if *who == CAROL => Some(1),
            _ => None,
        }
    }

    fn is_administrator(_: &AccountId, _: InstitutionId) -> bool {
        false
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for Members {
    fn member() -> AccountId {
        ALICE
    }

    fn contract() -> regent_primitives::Caller {
        regent_primitives::Caller { account: CONTRACT, person: ALICE }
    }
}

/// Block 1 of a chain without deployers and credits.
pub fn new_test_ext() -> sp_io::TestExternalities {
    ext(GenesisConfig::default())
}

/// Block 1 of a chain with this genesis.
pub fn ext(contracts: GenesisConfig<Test>) -> sp_io::TestExternalities {
    let storage = RuntimeGenesisConfig { contracts, ..Default::default() }
        .build_storage()
        .expect("storage builds");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| System::set_block_number(1));
    ext
}
