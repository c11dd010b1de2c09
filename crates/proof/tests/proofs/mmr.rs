//! The log's commitment: blocks, their entries, and earlier commitments, by proofs that the SDK's own
//! library makes.

use codec::{DecodeAll, Encode};
use proptest::prelude::*;
use regent_primitives::{LogLeaf, H256};
use regent_proof::{
    layout,
    mmr::{entries_root, verify_ancestry, verify_blocks, verify_entry},
    read_state, BlocksProof, EntryProof, Limits, LogRoot, MmrError, StateError,
};
use sp_crypto_hashing::blake2_256;

use crate::{range::Range, world::*};

const GENESIS: H256 = H256::repeat_byte(0x11);

fn leaf(block: u32) -> LogLeaf {
    let hash = H256::from_low_u64_be(u64::from(block) + 1);
    LogLeaf { block, hash, count: 3 * u64::from(block), head: hash, entries_root: H256::zero() }
}

fn range(leaves: u32) -> Range {
    Range::of((0..leaves).map(leaf).collect())
}

fn hash(text: &str) -> H256 {
    H256::from_slice(&hex::decode(text).expect("hexadecimal"))
}

#[test]
fn every_block_is_proven_in_every_later_one() {
    let (range, limits) = (range(40), Limits::default());
    for leaves in 1..=40u32 {
        let root = range.root(leaves.into());
        for block in 0..leaves {
            let proof = range.blocks(leaves.into(), &[block]);
            assert_eq!(verify_blocks(&root, &proof, &limits), Ok(()), "{block} of {leaves}");
        }
        let all: Vec<u32> = (0..leaves).collect();
        let proof = range.blocks(leaves.into(), &all);
        assert!(proof.items.is_empty());
        assert_eq!(verify_blocks(&root, &proof, &limits), Ok(()));
    }
}

#[test]
fn every_earlier_commitment_is_an_ancestor_and_no_later_one() {
    let range = range(40);
    for later in 2..=40 {
        let root = range.root(later);
        for earlier in 1..later {
            let proof = range.ancestry(earlier, later);
            assert_eq!(verify_ancestry(&root, &proof), Ok(()), "{earlier} of {later}");
            let error = verify_ancestry(&range.root(earlier), &proof);
            assert!(matches!(error, Err(MmrError::NotEarlier { .. })), "{error:?}");
            let mut other = proof.clone();
            other.earlier.root = H256::repeat_byte(9);
            assert!(matches!(verify_ancestry(&root, &other), Err(MmrError::OtherRoot { .. })));
            let mut other = proof.clone();
            other.peaks[0] = H256::repeat_byte(9);
            assert!(matches!(verify_ancestry(&root, &other), Err(MmrError::OtherRoot { .. })));
            let mut more = proof;
            more.items.push(H256::zero());
            assert!(matches!(verify_ancestry(&root, &more), Err(MmrError::OtherCount { .. })));
        }
    }
}

// Section 14 of `docs/evidence.md`.
#[test]
fn the_example_of_the_document_is_as_it_says() {
    let leaf = |byte: u8| LogLeaf::decode_all(&mut &[byte; 108][..]).expect("108 bytes");
    let range = Range::of((0..7).map(leaf).collect());
    let text = include_str!("../../../../docs/evidence.md");
    let node = |name: &str| {
        let row = text.lines().find(|line| line.starts_with(&format!("| {name} ")));
        let cell = row.and_then(|row| row.split('`').nth_back(1));
        hash(cell.expect("a row of the example"))
    };
    let bag = node("`H256(g ‖ ef)`, the bag of the last two trees");
    let root = node("the root, `H256(H256(g ‖ ef) ‖ abcd)`");
    assert_eq!(range.root(7).root, root);
    assert_eq!(range.root(3).root, node("the root of the first three, `H256(c ‖ ab)`"));
    assert_eq!(range.blocks(7, &[2]).items, [node("`d`"), node("`ab`"), bag]);
    let first = H256(blake2_256(&[0; 108]));
    assert_eq!(range.blocks(7, &[1, 2, 6]).items, [first, node("`d`"), node("`ef`")]);
    let ancestry = range.ancestry(3, 7);
    assert_eq!(ancestry.peaks, [node("`ab`"), node("`c`")]);
    assert_eq!(ancestry.items, [node("`d`"), bag]);
    assert_eq!(verify_ancestry(&range.root(7), &ancestry), Ok(()));
}

#[test]
fn what_is_not_of_the_commitment_is_refused_by_its_reason() {
    let (range, limits) = (range(23), Limits::default());
    let (root, proof) = (range.root(23), range.blocks(23, &[4, 5, 17]));
    let verify = |proof: BlocksProof| verify_blocks(&root, &proof, &limits);
    assert_eq!(verify(proof.clone()), Ok(()));

    let mut other = proof.clone();
    other.leaves[1].hash = H256::repeat_byte(9);
    assert_eq!(verify(other), Err(MmrError::OtherRoot { expected: root.root }));
    let mut other = proof.clone();
    other.leaves.swap(0, 1);
    assert_eq!(verify(other), Err(MmrError::OtherOrder { block: 4 }));
    let mut other = proof.clone();
    other.leaves[1] = other.leaves[0];
    assert_eq!(verify(other), Err(MmrError::OtherOrder { block: 4 }));
    let mut other = proof.clone();
    other.leaves[2].block = 23;
    assert_eq!(verify(other), Err(MmrError::NotYet { block: 23, leaves: 23 }));
    let mut other = proof.clone();
    other.leaves.clear();
    assert_eq!(verify(other), Err(MmrError::NoLeaf));
    let (mut more, mut fewer) = (proof.clone(), proof.clone());
    more.items.push(H256::zero());
    fewer.items.pop();
    for other in [more, fewer] {
        assert!(matches!(verify(other), Err(MmrError::OtherCount { what: "items", .. })));
    }
    // The same leaves in another commitment.
    let later = LogRoot { leaves: 32, ..root };
    assert!(verify_blocks(&later, &proof, &limits).is_err());
    let tight = Limits { leaves: 2, ..limits };
    let error = verify_blocks(&root, &proof, &tight);
    assert_eq!(error, Err(MmrError::TooLarge { what: "blocks of a proof", found: 3, limit: 2 }));
    let endless = LogRoot { leaves: u64::MAX, ..root };
    assert!(matches!(verify_blocks(&endless, &proof, &limits), Err(MmrError::TooLarge { .. })));
    let error = verify_ancestry(&endless, &range.ancestry(3, 23));
    assert!(matches!(error, Err(MmrError::TooLarge { .. })));
}

#[test]
fn a_nodes_answer_is_decoded_whole_and_within_limits() {
    let (range, limits) = (range(23), Limits::default());
    let proof = range.blocks(23, &[4, 5, 17]);
    let leaves: Vec<Vec<u8>> = proof.leaves.iter().map(Encode::encode).collect();
    let (all, items) = (leaves.encode(), (vec![4u64, 5, 17], 23u64, &proof.items).encode());
    assert_eq!(BlocksProof::from_answer(&all, &items, &limits), Ok(proof.clone()));

    // Nothing may follow, nothing may be missing, and a leaf has one length.
    let malformed = |what| Err(MmrError::Malformed { what });
    let changes: [fn(&mut Vec<u8>); 2] =
        [|bytes| bytes.push(0), |bytes| bytes.truncate(bytes.len() - 1)];
    for change in changes {
        let (mut other, mut others) = (all.clone(), items.clone());
        change(&mut other);
        change(&mut others);
        let error = BlocksProof::from_answer(&other, &items, &limits);
        assert_eq!(error, malformed("bytes of leaves"));
        let error = BlocksProof::from_answer(&all, &others, &limits);
        assert_eq!(error, malformed("bytes of a proof of blocks"));
    }
    let read = |leaves: Vec<Vec<u8>>, limits: &Limits| {
        BlocksProof::from_answer(&leaves.encode(), &items, limits)
    };
    assert_eq!(read(vec![vec![0; 107]], &limits), malformed("bytes of a leaf"));
    let too_large = |what, found, limit| Err(MmrError::TooLarge { what, found, limit });
    assert_eq!(read(vec![vec![0; 109]], &limits), too_large("bytes of a leaf", 109, 108));

    // As many as are allowed, and one more.
    let most = Limits { leaves: 3, ..limits };
    assert_eq!(read(leaves.clone(), &most), Ok(proof));
    let tight = Limits { leaves: 2, ..limits };
    assert_eq!(read(leaves, &tight), too_large("bytes of leaves", 331, 231));
    assert_eq!(read(vec![vec![]; 3], &tight), too_large("blocks of a proof", 3, 2));
    let none = Limits { leaves: 0, ..limits };
    let many = (Vec::<u64>::new(), 23u64, vec![H256::zero(); 33]).encode();
    let error = BlocksProof::from_answer(&Vec::<Vec<u8>>::new().encode(), &many, &none);
    assert_eq!(error, too_large("bytes of a proof of blocks", 1_066, 1_042));
}

#[test]
fn peaks_must_be_bagged() {
    // Eleven leaves are trees of 8, 2 and 1: the library would take the last two one by one.
    let range = range(11);
    let mut proof = range.blocks(11, &[3]);
    proof.items.pop();
    proof.items.extend([range.blocks(10, &[3]).items[3], range.blocks(11, &[8, 9]).items[1]]);
    let error = verify_blocks(&range.root(11), &proof, &Limits::default());
    assert_eq!(error, Err(MmrError::OtherCount { what: "items", found: 5, expected: 4 }));
}

#[test]
fn every_entry_is_proven_in_its_block() {
    for count in 1..=33u64 {
        let mut log = Log::of(GENESIS, 4 + count);
        log.entries.iter_mut().skip(4).for_each(|entry| entry.block = 7);
        let own = &log.entries[4..];
        let hashes: Vec<H256> = own.iter().map(|entry| entry.hash(GENESIS)).collect();
        let root = entries_root(&hashes);
        let leaf = LogLeaf { block: 7, count: 4 + count, entries_root: root, ..leaf(7) };
        for (place, entry) in own.iter().enumerate() {
            let proof = EntryProof::of(&hashes, place);
            assert_eq!(verify_entry(GENESIS, &leaf, entry, &proof), Ok(()), "{place} of {count}");
            assert!(verify_entry(H256::zero(), &leaf, entry, &proof).is_err());
            let error = verify_entry(GENESIS, &self::leaf(8), entry, &proof);
            assert_eq!(error, Err(MmrError::OtherBlock { found: 7, expected: 8 }));
            let mut other = entry.clone();
            other.index = 4 + count;
            let error = verify_entry(GENESIS, &leaf, &other, &proof);
            assert!(matches!(error, Err(MmrError::OtherPlace { .. })), "{error:?}");
            let mut longer = proof.clone();
            longer.path.push(H256::zero());
            let error = verify_entry(GENESIS, &leaf, entry, &longer);
            assert_eq!(error, Err(MmrError::OtherRoot { expected: root }));
        }
    }
    assert_eq!(entries_root(&[]), H256::zero());
}

/// Several counts lead to the root by the same way, which only the entry itself can begin.
#[test]
fn an_entry_is_proven_and_the_count_of_its_block_is_not() {
    let mut log = Log::of(GENESIS, 8);
    log.entries.iter_mut().skip(6).for_each(|entry| entry.block = 7);
    let hashes: Vec<H256> = log.entries[6..].iter().map(|entry| entry.hash(GENESIS)).collect();
    let leaf = LogLeaf { block: 7, count: 8, entries_root: entries_root(&hashes), ..leaf(7) };
    let honest = EntryProof::of(&hashes, 1);
    let mut other = log.entries[7].clone();
    other.previous = H256::repeat_byte(1);
    for count in 1..=8 {
        let proof = EntryProof { count, ..honest.clone() };
        let proven = verify_entry(GENESIS, &leaf, &log.entries[7], &proof).is_ok();
        assert_eq!(proven, [2, 3, 5].contains(&count), "{count}");
        assert!(verify_entry(GENESIS, &leaf, &other, &proof).is_err(), "{count}");
    }
}

#[test]
fn the_commitment_is_read_from_the_state() {
    let root = range(5).root(5);
    let mut chain = Chain::new(validators(1, 4));
    chain.push_with(vec![], |state| {
        state.set(&layout::mmr_root(), &root.root);
        state.set(&layout::mmr_leaves(), &root.leaves);
    });
    let (state, limits) = (chain.state(), Limits::default());
    let queries = [layout::mmr_root().query(), layout::mmr_leaves().query()];
    let nodes = state.prove(&queries);
    let proven = read_state(state.root(), &queries, &nodes, &limits).expect("proven");
    assert_eq!(LogRoot::read(&proven), Ok(root));
    let nodes = state.prove(&queries[..1]);
    let part = read_state(state.root(), &queries[..1], &nodes, &limits).expect("proven");
    assert!(matches!(LogRoot::read(&part), Err(StateError::NotAsked { .. })));
}

/// The same root, folded one by one as the chain does: complete trees so far, largest first.
fn folded(hashes: &[H256]) -> H256 {
    let join = |left: H256, right: H256| H256(blake2_256(&[left.0, right.0].concat()));
    let mut trees: Vec<(u32, H256)> = Vec::new();
    for hash in hashes {
        let mut tree = (0, *hash);
        while let Some((height, left)) = trees.pop_if(|(height, _)| *height == tree.0) {
            tree = (height + 1, join(left, tree.1));
        }
        trees.push(tree);
    }
    let roots = trees.into_iter().rev().map(|(_, root)| root);
    roots.reduce(|right, left| join(left, right)).unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_blocks_are_proven_and_no_other(
        leaves in 1..600u32,
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..20),
        changed in any::<prop::sample::Index>(),
        byte in 1..=255u8,
    ) {
        let (range, limits) = (range(leaves), Limits::default());
        let mut blocks: Vec<u32> =
            chosen.iter().map(|index| index.index(leaves as usize) as u32).collect();
        blocks.sort_unstable();
        blocks.dedup();
        let (root, mut proof) = (range.root(leaves.into()), range.blocks(leaves.into(), &blocks));
        prop_assert_eq!(verify_blocks(&root, &proof, &limits), Ok(()));
        let nodes = proof.items.len() + proof.leaves.len();
        match changed.index(nodes).checked_sub(proof.leaves.len()) {
            Some(item) => proof.items[item].0[7] ^= byte,
            None => proof.leaves[changed.index(nodes)].entries_root.0[7] ^= byte,
        }
        let error = verify_blocks(&root, &proof, &limits);
        prop_assert_eq!(error, Err(MmrError::OtherRoot { expected: root.root }));
    }

    #[test]
    fn entries_may_be_folded_one_by_one(count in 0..200u64) {
        let hashes: Vec<H256> = (0..count).map(H256::from_low_u64_be).collect();
        prop_assert_eq!(entries_root(&hashes), folded(&hashes));
    }
}
