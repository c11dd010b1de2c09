//! A chain with nothing but the log.

use crate as pallet_regent_audit;
use frame_support::derive_impl;
use regent_primitives::{AccountId, H256};
use sp_runtime::{traits::IdentityLookup, BuildStorage};

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Audit: pallet_regent_audit,
    }
);

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
}

impl crate::Config for Test {
    type WeightInfo = ();
}

/// Hash of the mock chain's block 0.
pub const GENESIS: H256 = H256::repeat_byte(0x6e);

/// Block 1 of a chain with an empty log.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let storage =
        frame_system::GenesisConfig::<Test>::default().build_storage().expect("storage builds");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| {
        frame_system::BlockHash::<Test>::insert(0, GENESIS);
        System::set_block_number(1);
    });
    ext
}
