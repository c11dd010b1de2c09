//! A chain with a ledger, the log, and two institutions: Alice administers 0, for which Anna acts too,
//! and Bob 1.

use crate as pallet_regent_cash;
use crate::*;
use frame_support::{derive_impl, parameter_types, traits::ConstU128};
use regent_primitives::cash_api::CashName;
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
    pub type Cash = pallet_regent_cash;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<u128>;
}

impl pallet_regent_audit::Config for Test {
    type WeightInfo = ();
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = u128;
    type ExistentialDeposit = ConstU128<1>;
    type AccountStore = System;
}

impl crate::Config for Test {
    type GovernanceOrigin = frame_system::EnsureRoot<AccountId>;
    type Members = Members;
    type Audit = Audit;
    type Ledger = Balances;
    type Contracts = Contracts;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Members;
}

/// The administrator of institution 0.
pub const ALICE: AccountId = AccountId::new([0xa0; 32]);
/// Of institution 0.
pub const ANNA: AccountId = AccountId::new([0xa1; 32]);
/// The administrator of institution 1.
pub const BOB: AccountId = AccountId::new([0xb0; 32]);
/// A person of none.
pub const DAVE: AccountId = AccountId::new([0xd0; 32]);
/// A contract.
pub const CONTRACT: AccountId = AccountId::new([0xee; 32]);

/// What governance lets be outstanding.
pub const CEILING: u128 = 1_000;
/// Hash of a payment instruction.
pub const REFERENCE: H256 = H256::repeat_byte(7);

/// One contract.
pub struct Contracts;

impl Contains<AccountId> for Contracts {
    fn contains(account: &AccountId) -> bool {
        *account == CONTRACT
    }
}

parameter_types! {
    /// The institution that is suspended.
    pub static Suspended: Option<InstitutionId> = None;
}

/// Who acts for which institution.
pub struct Members;

impl MemberInspect for Members {
    fn institution_of(account: &AccountId) -> Option<InstitutionId> {
        Self::membership_of(account).filter(|institution| Suspended::get() != Some(*institution))
    }

    fn membership_of(account: &AccountId) -> Option<InstitutionId> {
        match account {
            who if [ALICE, ANNA].contains(who) => Some(0),
            who if *who == BOB => Some(1),
            _ => None,
        }
    }

    fn is_administrator(account: &AccountId, institution: InstitutionId) -> bool {
        [ALICE, BOB].contains(account) && Self::institution_of(account) == Some(institution)
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for Members {
    fn issuer() -> (InstitutionId, AccountId, AccountId) {
        (0, ALICE, ANNA)
    }
}

/// Euros of institution 0.
pub fn euros() -> CashTerms {
    let name = CashName::truncate_from(b"EUR".to_vec());
    CashTerms { issuer: 0, ceiling: CEILING, name, decimals: 2 }
}

/// Block 1 of a chain without an issuer.
pub fn new_test_ext() -> sp_io::TestExternalities {
    ext(GenesisConfig::default())
}

/// Block 1 of a chain with this genesis.
pub fn ext(cash: GenesisConfig<Test>) -> sp_io::TestExternalities {
    let storage = RuntimeGenesisConfig { cash, ..Default::default() }
        .build_storage()
        .expect("storage builds");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| System::set_block_number(1));
    ext
}
