//! What every block commits to of the log, by the definitions of `docs/evidence.md`, section 14.

mod blocks;
mod growth;
mod merkle;

use frame_support::traits::Hooks;
use pallet_mmr::{
    primitives::{DataOrHash, LeafProof},
    verify_ancestry_proof, verify_leaves_proof,
};
use regent_primitives::{
    traits::{AuditLog, ChainInfo},
    AuditEvent, LogLeaf, RequestId, Subject, H256,
};
use sp_core::offchain::{testing::TestOffchainExt, OffchainDbExt};
use sp_io::TestExternalities;
use sp_runtime::{traits::BlakeTwo256, BuildStorage};

use super::preset;
use crate::{genesis_config_presets::DEVELOPMENT, Audit, Mmr, System};

/// Hash of block 0.
const GENESIS: H256 = H256::repeat_byte(0x6e);

/// A chain whose newest block is its genesis.
fn genesis() -> TestExternalities {
    preset(DEVELOPMENT, serde_json::json!({})).build_storage().unwrap().into()
}

/// Lets the runtime read what it indexed so far, as nodes do when they are asked for a proof.
fn with_offchain_storage(ext: &mut TestExternalities) {
    ext.persist_offchain_overlay();
    let (offchain, _state) = TestOffchainExt::with_offchain_db(ext.offchain_db());
    ext.register_extension(OffchainDbExt::new(offchain));
}

/// Appends so many entries about one request.
fn append(request: H256, entries: u32) {
    for institution in 0..entries {
        Audit::append(
            Subject::Request(RequestId(request)),
            AuditEvent::InstitutionRegistered { institution },
        );
    }
}

/// Hashes of the entries from one index on, up to another.
fn hashes(from: u64, to: u64) -> Vec<H256> {
    let entries = Audit::entries(from, u32::try_from(to - from).unwrap());
    assert_eq!(entries.len() as u64, to - from, "more than a page");
    entries.iter().map(|entry| entry.hash(Audit::genesis())).collect()
}

/// Whether a leaf is proven by the state's root, without the chain.
fn verifies(root: H256, leaf: LogLeaf, proof: &LeafProof<H256>) -> bool {
    let leaves = vec![DataOrHash::Data(leaf)];
    verify_leaves_proof::<BlakeTwo256, _>(root, leaves, proof.clone()).is_ok()
}
