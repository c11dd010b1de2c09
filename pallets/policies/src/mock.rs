//! A chain with policies and the log.

use crate as pallet_regent_policies;
use frame_support::derive_impl;
use regent_primitives::{
    policy::{change_message, ChangeSignature, ChangeSignatures},
    traits::MemberInspect,
    AccountId, BoundedVec, EvidenceKind, InstitutionId, Measurement, OperationKind, Policy, Role,
    Stage, H256,
};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::IdentityLookup, BuildStorage};

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Audit: pallet_regent_audit,
        Policies: pallet_regent_policies,
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

/// Everybody is a member but Ferdie.
pub struct Members;

impl MemberInspect for Members {
    fn institution_of(account: &AccountId) -> Option<InstitutionId> {
        (*account != FERDIE.to_account_id()).then_some(0)
    }

    fn membership_of(account: &AccountId) -> Option<InstitutionId> {
        Self::institution_of(account)
    }

    fn is_administrator(_: &AccountId, _: InstitutionId) -> bool {
        false
    }

    fn is_institution(institution: InstitutionId) -> bool {
        institution == 0
    }
}

impl crate::Config for Test {
    type Members = Members;
    type Audit = Audit;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Members;
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for Members {
    fn member() -> AccountId {
        ALICE.to_account_id()
    }
}

pub const ALICE: Sr25519Keyring = Sr25519Keyring::Alice;
pub const BOB: Sr25519Keyring = Sr25519Keyring::Bob;
pub const CHARLIE: Sr25519Keyring = Sr25519Keyring::Charlie;
pub const FERDIE: Sr25519Keyring = Sr25519Keyring::Ferdie;

/// Hash of the mock chain's block 0.
pub const GENESIS: H256 = H256::repeat_byte(0x6e);

/// Block 1 of a chain without policies.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let storage =
        frame_system::GenesisConfig::<Test>::default().build_storage().expect("storage builds");
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

/// Runs a scenario and checks the state it leaves.
pub fn run(scenario: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        scenario();
        Policies::do_try_state().expect("policies hold");
    });
}

/// A policy that Alice requests under, and that Bob or Charlie approves; both change it.
pub fn policy(name: &str) -> Policy {
    let role = |name: &str, members: &[Sr25519Keyring]| Role {
        name: bytes(name),
        members: BoundedVec::truncate_from(members.iter().map(|who| who.to_account_id()).collect()),
    };
    Policy {
        name: bytes(name),
        predecessor: None,
        roles: BoundedVec::truncate_from(vec![
            role("requesters", &[ALICE]),
            role("board", &[BOB, CHARLIE]),
        ]),
        requesters: 0,
        stages: BoundedVec::truncate_from(vec![Stage { role: 1, threshold: 1 }]),
        operations: BoundedVec::truncate_from(vec![OperationKind::Enrol, OperationKind::Sign]),
        limits: BoundedVec::default(),
        recipients: None,
        allow_raw: true,
        maximum_lifetime: 100,
        measurements: BoundedVec::truncate_from(vec![Measurement {
            kind: EvidenceKind::Simulated,
            digest: H256::repeat_byte(1),
        }]),
        change_rule: Stage { role: 1, threshold: 2 },
        conditions: Default::default(),
    }
}

fn bytes<const N: u32>(text: &str) -> BoundedVec<u8, regent_primitives::ConstU32<N>> {
    BoundedVec::truncate_from(text.as_bytes().to_vec())
}

/// A successor with another name.
pub fn successor(of: &Policy, name: &str) -> Policy {
    Policy { predecessor: Some(of.hash(GENESIS)), ..policy(name) }
}

/// These people's signatures over the change.
pub fn sign(from: &Policy, to: &Policy, signers: &[Sr25519Keyring]) -> ChangeSignatures {
    let message = change_message(GENESIS, from.hash(GENESIS), to.hash(GENESIS));
    let signatures = signers.iter().map(|who| ChangeSignature {
        signer: who.to_account_id(),
        signature: who.sign(message.as_bytes()).into(),
    });
    BoundedVec::truncate_from(signatures.collect())
}
