//! How large a header may be: one that proofs refuse would stop whoever follows the chain.

use codec::Encode;
use frame_support::traits::Get;
use regent_primitives::bounds::MAX_HEADER_BYTES;
use sp_consensus_aura::AURA_ENGINE_ID;
use sp_consensus_grandpa::{AuthorityList, ScheduledChange, GRANDPA_ENGINE_ID};
use sp_core::{ed25519, sr25519, H256};
use sp_runtime::generic::{Digest, DigestItem};

use super::chain;
use crate::{configs::RuntimeBlockLength, genesis_config_presets::LOCAL, Runtime, System};

type AuraLog = sp_consensus_aura::ConsensusLog<sp_consensus_aura::sr25519::AuthorityId>;
type GrandpaLog = sp_consensus_grandpa::ConsensusLog<u32>;

/// What an author adds before a block's execution.
fn initialize_with(bytes: usize) {
    chain(LOCAL).execute_with(|| {
        let item = DigestItem::PreRuntime(*b"none", vec![0; bytes]);
        let next = System::block_number() + 1;
        System::initialize(&next, &H256::zero(), &Digest { logs: vec![item] });
    });
}

#[test]
fn the_largest_header_of_this_runtime_fits_into_a_chain_proof() {
    let authors = RuntimeBlockLength::get().max_header_size();
    let finalising = <Runtime as pallet_grandpa::Config>::MaxAuthorities::get();
    let next_authorities: AuthorityList =
        (0..finalising).map(|_| (ed25519::Public::from_raw([0; 32]).into(), 1)).collect();
    let change = GrandpaLog::ScheduledChange(ScheduledChange { next_authorities, delay: 0 });
    let producing = <Runtime as pallet_aura::Config>::MaxAuthorities::get();
    let producers = (0..producing).map(|_| sr25519::Public::from_raw([0; 32]).into()).collect();
    let runtimes: usize = [
        DigestItem::Consensus(GRANDPA_ENGINE_ID, change.encode()),
        DigestItem::Consensus(AURA_ENGINE_ID, AuraLog::AuthoritiesChange(producers).encode()),
        DigestItem::RuntimeEnvironmentUpdated,
        // What the author adds after it.
        DigestItem::Seal(AURA_ENGINE_ID, vec![0; 64]),
    ]
    .iter()
    .map(Encode::encoded_size)
    .sum();
    let largest = usize::try_from(authors).unwrap() + runtimes;
    assert!(largest <= usize::try_from(MAX_HEADER_BYTES).unwrap(), "{largest}");
}

#[test]
fn an_author_may_add_some_hundred_bytes() {
    initialize_with(500);
}

#[test]
#[should_panic(expected = "exceeds max header size limit")]
fn a_block_whose_author_fills_its_header_is_refused() {
    initialize_with(1_000);
}
