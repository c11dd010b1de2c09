//! A chain with two institutions, the log, and sessions of five blocks unless the genesis says otherwise.

use crate as pallet_regent_consortium;
use crate::*;
use frame_support::{derive_impl, parameter_types, traits::Hooks};
use sp_runtime::{
    impl_opaque_keys, testing::UintAuthorityId, traits::IdentityLookup, BuildStorage,
};

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Audit: pallet_regent_audit,
        Consortium: pallet_regent_consortium,
        Session: pallet_session,
    }
);

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
}

impl pallet_regent_audit::Config for Test {
    type WeightInfo = ();
}

impl_opaque_keys! {
    pub struct MockSessionKeys {
        pub dummy: UintAuthorityId,
    }
}

impl pallet_session::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = SeatHolder<Test>;
    type ShouldEndSession = pallet_session::PeriodicSessions<SessionPeriod<Test>, ConstU32<0>>;
    type NextSessionRotation = pallet_session::PeriodicSessions<SessionPeriod<Test>, ConstU32<0>>;
    type SessionManager = Consortium;
    type SessionHandler = LoggedKeys<Test, pallet_session::TestSessionHandler>;
    type Keys = MockSessionKeys;
    type DisablingStrategy = ();
    type WeightInfo = ();
    type Currency = Balances;
    type KeyDeposit = frame_support::traits::ConstU64<0>;
}

parameter_types! {
    pub const QuotaShare: Perbill = Perbill::from_percent(80);
    pub const BlockShare: Perbill = Perbill::from_percent(50);
    /// Who sits on the council.
    pub storage CouncilMembers: Vec<AccountId> = vec![ALICE, BOB];
}

/// A council that only remembers who sits on it.
pub struct Council;

impl CouncilRegistry for Council {
    fn members() -> Vec<AccountId> {
        CouncilMembers::get()
    }

    fn set_members(members: Vec<AccountId>) {
        CouncilMembers::set(&members);
    }

    fn change_time() -> u64 {
        0
    }
}

impl crate::Config for Test {
    type GovernanceOrigin = frame_system::EnsureRoot<AccountId>;
    type Council = Council;
    type Audit = Audit;
    type NotPeople = NotPeople;
    type SessionKeys = Session;
    type QuotaWindow = ConstU32<WINDOW>;
    type QuotaShare = QuotaShare;
    type BlockShare = BlockShare;
    type MaxInstitutions = ConstU32<4>;
    type MaxMembers = ConstU32<4>;
    type DefaultSessionLength = ConstU32<DEFAULT_SESSION>;
    type MinSessionLength = ConstU32<MIN_SESSION>;
    type MaxSessionLength = ConstU32<MAX_SESSION>;
    type WeightInfo = ();
}

/// An account that is a contract's.
pub const CONTRACT: AccountId = AccountId::new([0xee; 32]);

/// Of these there is one.
pub struct NotPeople;

impl Contains<AccountId> for NotPeople {
    fn contains(account: &AccountId) -> bool {
        *account == CONTRACT
    }
}

/// Blocks of a session of the tests' chain.
pub const SESSION: u32 = 5;
/// Of one whose genesis does not say.
pub const DEFAULT_SESSION: u32 = 7;
/// The fewest blocks a session may have.
pub const MIN_SESSION: u32 = 3;
/// The most.
pub const MAX_SESSION: u32 = 20;
/// Blocks of a quota window.
pub const WINDOW: u32 = 10;
/// Quota of each institution of the genesis: a sixth of what can be promised.
pub const QUOTA: u64 = 1_000_000_000_000;

/// Administers institution 0.
pub const ALICE: AccountId = AccountId::new([0xa0; 32]);
/// Holds the seat of institution 0.
pub const ANNA: AccountId = AccountId::new([0xa1; 32]);
/// Acts for institution 0; has session keys and no seat.
pub const ARON: AccountId = AccountId::new([0xa2; 32]);
/// Administers institution 1.
pub const BOB: AccountId = AccountId::new([0xb0; 32]);
/// Holds the seat of institution 1.
pub const BELLA: AccountId = AccountId::new([0xb1; 32]);
/// Acts for institution 1; has no session keys.
pub const BRUNO: AccountId = AccountId::new([0xb2; 32]);
/// Acts for nobody.
pub const CAROL: AccountId = AccountId::new([0xc0; 32]);
/// Acts for nobody either.
pub const DAVID: AccountId = AccountId::new([0xd0; 32]);

/// Institution 0.
pub const BANK_A: InstitutionId = 0;
/// Institution 1.
pub const BANK_B: InstitutionId = 1;

/// The institutions of the genesis.
pub fn institutions() -> Vec<GenesisInstitution> {
    vec![
        GenesisInstitution {
            name: "Bank A".into(),
            administrator: ALICE,
            members: vec![ANNA, ARON],
            quota: QUOTA,
            validator: Some(ANNA),
        },
        GenesisInstitution {
            name: "Bank B".into(),
            administrator: BOB,
            members: vec![BOB, BELLA, BRUNO],
            quota: QUOTA,
            validator: Some(BELLA),
        },
    ]
}

/// Storage of a chain with these institutions.
pub fn storage(institutions: Vec<GenesisInstitution>) -> sp_runtime::Storage {
    storage_of(GenesisConfig { institutions, session_length: SESSION, ..Default::default() })
}

/// Storage of a chain with sessions of so many blocks.
pub fn storage_with_sessions(session_length: u32) -> sp_runtime::Storage {
    let institutions = institutions();
    storage_of(GenesisConfig { institutions, session_length, ..Default::default() })
}

fn storage_of(consortium: GenesisConfig<Test>) -> sp_runtime::Storage {
    let key = |account: &AccountId, dummy| {
        (account.clone(), account.clone(), MockSessionKeys { dummy: UintAuthorityId(dummy) })
    };
    RuntimeGenesisConfig {
        consortium,
        session: pallet_session::GenesisConfig {
            keys: vec![],
            non_authority_keys: vec![key(&ANNA, 1), key(&ARON, 2), key(&BELLA, 3)],
        },
        ..Default::default()
    }
    .build_storage()
    .expect("storage builds")
}

/// Block 1.
pub fn new_test_ext() -> sp_io::TestExternalities {
    first_block(storage(institutions()))
}

/// Block 1 of a chain that begins with this storage.
pub fn first_block(storage: sp_runtime::Storage) -> sp_io::TestExternalities {
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Builds empty blocks up to this one.
pub fn run_to_block(block: u32) {
    while System::block_number() < block {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        Session::on_initialize(next);
    }
}

/// The newest entry of the log.
pub fn last_entry() -> Option<AuditEvent> {
    Audit::count().checked_sub(1).and_then(|at| Audit::entries(at, 1).pop()).map(|e| e.event)
}
