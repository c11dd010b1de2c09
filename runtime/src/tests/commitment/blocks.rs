//! Blocks as the chain executes them.

use codec::Encode;
use pallet_regent_requests::{Deadlines, Requests};
use regent_primitives::{
    AccountId, Effect, KeyId, Operation, PayloadFormat, PolicyHash, RequestBody, RequestRecord,
    RequestStatus,
};
use sp_consensus_aura::{Slot, AURA_ENGINE_ID};
use sp_runtime::{
    generic::{Digest, DigestItem},
    traits::{Hash, Header as _},
};

use super::{merkle::*, *};
use crate::{BlockNumber, Executive, Header, Runtime, UncheckedExtrinsic, SLOT_MILLISECONDS};

/// Executes the next block, in which something happens after the inherents; its header.
fn build(parent: H256, inside: impl FnOnce()) -> Header {
    let number = System::block_number() + 1;
    let slot = Slot::from(u64::from(number));
    let digest = Digest { logs: vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())] };
    let header = Header::new(number, H256::zero(), H256::zero(), parent, digest);
    Executive::initialize_block(&header);
    let now = u64::from(number) * SLOT_MILLISECONDS;
    let inherent =
        UncheckedExtrinsic::new_bare(pallet_timestamp::Call::<Runtime>::set { now }.into());
    Executive::apply_extrinsic(inherent).expect("it is valid").expect("it succeeds");
    inside();
    Executive::finalize_block()
}

/// Executes blocks with so many entries each, and one more; the leaves there are then.
fn build_all(entries: &[u32]) -> Vec<LogLeaf> {
    let mut leaves = vec![LogLeaf { hash: GENESIS, ..LogLeaf::default() }];
    let mut parent = GENESIS;
    for entries in entries {
        let before = Audit::count();
        let header = build(parent, || append(parent, *entries));
        parent = header.hash();
        let (block, count, head) = (header.number, Audit::count(), Audit::head());
        assert_eq!(count - before, u64::from(*entries));
        let entries_root = root(&hashes(before, count));
        leaves.push(LogLeaf { block, hash: parent, count, head, entries_root });
    }
    build(parent, || ());
    leaves
}

/// A request that nobody approved.
fn pending(last_entry: H256) -> RequestRecord {
    let body = RequestBody {
        requester: AccountId::new([1; 32]),
        salt: [2; 32],
        key: KeyId::default(),
        epoch: 0,
        operation: Operation::Sign { format: PayloadFormat::Raw },
        payload_hash: H256::zero(),
        effect: Effect::default(),
        policy: PolicyHash::default(),
        expires: 1,
    };
    RequestRecord {
        body,
        status: RequestStatus::Pending { stage: 0 },
        submitted_at: 1,
        attempts: 0,
        approved_entry: None,
        last_entry,
    }
}

#[test]
fn the_root_is_that_of_every_blocks_leaf() {
    genesis().execute_with(|| {
        let leaves = build_all(&[0, 1, 3, 0, 6, 2, 17]);
        assert_eq!(Mmr::mmr_leaves(), leaves.len() as u64);
        assert_eq!(Mmr::mmr_leaves(), u64::from(System::block_number()));
        let hashes: Vec<_> = leaves.iter().map(BlakeTwo256::hash_of).collect();
        assert_eq!(Mmr::mmr_root(), mountain_range(&hashes));
    });
}

#[test]
fn every_leaf_is_proven_to_whoever_has_the_root() {
    let mut ext = genesis();
    let leaves = ext.execute_with(|| build_all(&[0, 1, 3, 0, 6, 2, 17]));
    with_offchain_storage(&mut ext);
    ext.execute_with(|| {
        let root = Mmr::mmr_root();
        for leaf in leaves {
            // Leaves are asked for by the blocks that appended them.
            let (found, proof) = Mmr::generate_proof(vec![leaf.block + 1], None).unwrap();
            assert_eq!(found, [leaf]);
            assert_eq!(proof.leaf_indices, [u64::from(leaf.block)]);
            assert!(verifies(root, leaf, &proof));

            let other = H256::repeat_byte(1);
            for wrong in [
                LogLeaf { block: leaf.block + 1, ..leaf },
                LogLeaf { hash: other, ..leaf },
                LogLeaf { count: leaf.count + 1, ..leaf },
                LogLeaf { head: other, ..leaf },
                LogLeaf { entries_root: other, ..leaf },
            ] {
                assert!(!verifies(root, wrong, &proof), "{wrong:?}");
            }
            assert!(!verifies(other, leaf, &proof), "another root");
        }
    });
}

#[test]
fn a_leaf_is_proven_at_any_later_block() {
    let mut ext = genesis();
    let (roots, leaf) = ext.execute_with(|| {
        let (mut parent, mut roots) = (GENESIS, vec![H256::zero()]);
        for entries in 0..9 {
            parent = build(parent, || append(parent, entries)).hash();
            roots.push(Mmr::mmr_root());
        }
        let hash = System::block_hash(3);
        let (count, head) = (1 + 2, hashes(2, 3)[0]);
        (roots, LogLeaf { block: 3, hash, count, head, entries_root: root(&hashes(1, 3)) })
    });
    with_offchain_storage(&mut ext);
    ext.execute_with(|| {
        for at in 4..=9 {
            let (found, proof) = Mmr::generate_proof(vec![4], Some(at)).unwrap();
            assert_eq!(found, [leaf]);
            assert!(verifies(roots[at as usize], leaf, &proof), "at {at}");
            assert!(!verifies(roots[at as usize - 1], leaf, &proof), "before {at}");
        }
    });
}

#[test]
fn an_earlier_root_is_proven_to_be_the_later_ones_ancestor() {
    let mut ext = genesis();
    let roots = ext.execute_with(|| {
        let (mut parent, mut roots) = (GENESIS, vec![H256::zero()]);
        for entries in 0..12 {
            parent = build(parent, || append(parent, entries)).hash();
            roots.push(Mmr::mmr_root());
        }
        roots
    });
    with_offchain_storage(&mut ext);
    ext.execute_with(|| {
        let verified = verify_ancestry_proof::<BlakeTwo256, LogLeaf>;
        for earlier in 1..12 {
            let proof = Mmr::generate_ancestry_proof(earlier, None).unwrap();
            assert_eq!(proof.prev_leaf_count, u64::from(earlier));
            let found = verified(Mmr::mmr_root(), proof.clone());
            assert_eq!(found, Ok(roots[earlier as usize]), "at {earlier}");

            let mut changed = proof;
            changed.prev_peaks[0] = H256::repeat_byte(1);
            assert!(verified(Mmr::mmr_root(), changed).is_err(), "at {earlier}");
        }
    });
}

/// Deadlines are settled as a block begins, after the leaf of the block before it is made.
#[test]
fn what_a_hook_appends_is_of_the_block_that_it_begins() {
    genesis().execute_with(|| {
        let id = RequestId::default();
        let first = build(GENESIS, || {
            append(id.0, 1);
            Requests::<Runtime>::insert(id, pending(Audit::head()));
            let next: BlockNumber = System::block_number() + 1;
            assert!(Deadlines::<Runtime>::try_append(next, id).is_ok());
        });
        let before = Audit::head();

        let second = build(first.hash(), || ());
        let expired = Audit::entries(1, 1).remove(0);
        assert_eq!((expired.block, expired.event), (second.number, AuditEvent::Expired));
        let leaf = Audit::leaf();
        assert_eq!((leaf.block, leaf.hash), (first.number, first.hash()));
        assert_eq!((leaf.count, leaf.head, leaf.entries_root), (1, before, before));

        build(second.hash(), || ());
        let (leaf, after) = (Audit::leaf(), Audit::head());
        assert_eq!((leaf.block, leaf.hash), (second.number, second.hash()));
        assert_eq!((leaf.count, leaf.head, leaf.entries_root), (2, after, after));
    });
}
