//! A chain for development with trusted simulated enclaves, and the log.

use crate as pallet_regent_enclaves;
use crate::*;
use frame_support::derive_impl;
use regent_attestation::simulated;
use sp_runtime::{traits::IdentityLookup, BuildStorage};

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Audit: pallet_regent_audit,
        Enclaves: pallet_regent_enclaves,
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
    type GovernanceOrigin = frame_system::EnsureRoot<AccountId>;
    type Audit = Audit;
    type MaxMeasurements = ConstU32<3>;
    type MaxSessionLifetime = ConstU32<50>;
    type WeightInfo = ();
}

/// Hash of the mock chain's block 0.
pub const GENESIS: H256 = H256::repeat_byte(0x6e);
/// What the mock chain trusts until [`UNTIL`].
pub const TRUSTED: Measurement = simulated::MEASUREMENT;
/// The last block at which [`TRUSTED`] is.
pub const UNTIL: BlockNumber = 1_000;
/// Somebody.
pub const ALICE: AccountId = AccountId::new([0xa0; 32]);

/// Another enclave's measurement.
pub const fn measurement(byte: u8) -> Measurement {
    Measurement { kind: EvidenceKind::Simulated, digest: H256::repeat_byte(byte) }
}

/// Block 1 of a chain for development.
pub fn new_test_ext() -> sp_io::TestExternalities {
    ext(GenesisConfig {
        allow_simulated: true,
        measurements: vec![(TRUSTED, UNTIL)],
        ..Default::default()
    })
}

/// Block 1 of a chain with this genesis.
pub fn ext(enclaves: GenesisConfig<Test>) -> sp_io::TestExternalities {
    let storage = RuntimeGenesisConfig { enclaves, ..Default::default() }
        .build_storage()
        .expect("storage builds");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| {
        frame_system::BlockHash::<Test>::insert(0, GENESIS);
        System::set_block_number(1);
    });
    ext
}
