//! A chain with agents, quorums and the log. Members are a fixed list.

use crate as pallet_regent_quorums;
use crate::*;
use frame_support::derive_impl;
use sp_runtime::{traits::IdentityLookup, BuildStorage};

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Audit: pallet_regent_audit,
        Registry: pallet_regent_quorums,
    }
);

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

impl pallet_regent_audit::Config for Test {
    type WeightInfo = ();
}

impl crate::Config for Test {
    type Members = Members;
    type Audit = Audit;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Members;
}

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper for Members {
    fn administrator() -> AccountId {
        ALICE
    }
}

/// Administers institution 0.
pub const ALICE: AccountId = AccountId::new([0xa0; 32]);
/// Acts for institution 0.
pub const ANNA: AccountId = AccountId::new([0xa1; 32]);
/// Administers institution 1.
pub const BOB: AccountId = AccountId::new([0xb0; 32]);
/// Acts for nobody.
pub const CAROL: AccountId = AccountId::new([0xc0; 32]);

/// Two institutions.
pub struct Members;

impl MemberInspect for Members {
    fn institution_of(account: &AccountId) -> Option<InstitutionId> {
        match account {
            account if *account == ALICE || *account == ANNA => Some(0),
            account if *account == BOB => Some(1),
            _ => None,
        }
    }

    fn membership_of(account: &AccountId) -> Option<InstitutionId> {
        Self::institution_of(account)
    }

    fn is_administrator(account: &AccountId, institution: InstitutionId) -> bool {
        match institution {
            0 => *account == ALICE,
            1 => *account == BOB,
            _ => false,
        }
    }

    fn is_institution(institution: InstitutionId) -> bool {
        institution <= 1
    }
}

/// Hash of the mock chain's block 0.
pub const GENESIS: H256 = H256::repeat_byte(0x6e);

/// Block 1.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let storage = RuntimeGenesisConfig::default().build_storage().expect("storage builds");
    let mut ext = sp_io::TestExternalities::new(storage);
    #[cfg(feature = "runtime-benchmarks")]
    ext.register_extension(sp_keystore::KeystoreExt::new(
        sp_keystore::testing::MemoryKeystore::new(),
    ));
    ext.execute_with(|| {
        frame_system::BlockHash::<Test>::insert(0, GENESIS);
        System::set_block_number(1);
    });
    ext
}
