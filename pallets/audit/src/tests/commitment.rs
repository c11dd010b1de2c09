//! The leaf that the next block makes of a block's entries.

use super::*;
use sp_runtime::traits::{BlakeTwo256, Hash};

/// The root as `docs/evidence.md` defines it: level by level.
fn root(level: &[H256]) -> H256 {
    let parent = |nodes: &[H256]| match nodes {
        [left, right] => BlakeTwo256::hash(&[left.as_bytes(), right.as_bytes()].concat()),
        odd => odd[0],
    };
    match level {
        [] => H256::zero(),
        [root] => *root,
        level => root(&level.chunks(2).map(parent).collect::<Vec<_>>()),
    }
}

/// Begins the next block, with the hash of the one before it.
fn next_block(parent: H256) {
    let number = System::block_number() + 1;
    System::initialize(&number, &parent, &Default::default());
    Audit::on_initialize(number);
}

fn hash_of(index: u64) -> H256 {
    Audit::entries(index, 1)[0].hash(GENESIS)
}

#[test]
fn a_tree_of_any_size_has_the_root_of_its_definition() {
    let mut tree = EntriesTree::default();
    let mut entries = Vec::new();
    for entry in 1..=300 {
        assert_eq!(tree.root(), root(&entries), "{} entries", entries.len());
        entries.push(H256::from_low_u64_be(entry));
        tree.push(H256::from_low_u64_be(entry));
    }
    assert_eq!(tree.root(), root(&entries));
}

#[test]
fn a_tree_depends_on_every_entry_and_on_their_order() {
    let of = |entries: &[u64]| {
        let mut tree = EntriesTree::default();
        entries.iter().for_each(|entry| tree.push(H256::from_low_u64_be(*entry)));
        tree.root()
    };
    let whole = of(&[1, 2, 3, 4, 5]);
    for other in [&[1, 2, 3, 4][..], &[1, 2, 3, 4, 5, 5], &[2, 1, 3, 4, 5], &[1, 2, 3, 5, 4]] {
        assert_ne!(of(other), whole, "{other:?}");
    }
}

#[test]
fn the_next_block_makes_a_leaf_of_the_entries() {
    scenario(|| {
        Audit::append(Subject::Consortium, registered(0));
        Audit::append(key(1), registered(1));
        let head = Audit::append(Subject::Consortium, registered(2));
        assert_eq!(Audit::leaf(), LogLeaf::default(), "the block is not over");

        let hash = H256::repeat_byte(7);
        next_block(hash);
        let entries_root = root(&[hash_of(0), hash_of(1), hash_of(2)]);
        assert_eq!(Audit::leaf(), LogLeaf { block: 1, hash, count: 3, head, entries_root });
    });
}

#[test]
fn a_leaf_has_its_own_blocks_entries_only() {
    scenario(|| {
        Audit::append(Subject::Consortium, registered(0));
        next_block(H256::repeat_byte(1));
        let head = Audit::append(Subject::Consortium, registered(1));
        next_block(H256::repeat_byte(2));
        let hash = H256::repeat_byte(2);
        let expected = LogLeaf { block: 2, hash, count: 2, head, entries_root: head };
        assert_eq!(Audit::leaf(), expected, "the hash of a single entry is the root");

        next_block(H256::repeat_byte(3));
        let (hash, entries_root) = (H256::repeat_byte(3), H256::zero());
        assert_eq!(Audit::leaf(), LogLeaf { block: 3, hash, count: 2, head, entries_root });
    });
}

#[test]
fn what_a_block_keeps_is_bounded() {
    new_test_ext().execute_with(|| {
        for institution in 0..1_023 {
            Audit::append(Subject::Consortium, registered(institution));
        }
        // Ten subtrees, of 512 entries down to 1.
        assert_eq!(BlockEntries::<Test>::get().encoded_size(), 4 + 1 + 10 * 32);
        assert!(EntriesTree::max_encoded_len() < 1_100);
    });
}

#[test]
fn what_an_entry_adds_is_bounded() {
    // Two names and a hash before the key itself.
    let prefix = 16 + 16;
    assert_eq!(prefix + 8 + u64::max_encoded_len() + AuditEntry::max_encoded_len(), 287);
    let subject_head = Subject::max_encoded_len() + H256::max_encoded_len();
    assert_eq!(prefix + 16 + subject_head, 113);
}

#[test]
fn try_state_finds_a_tree_that_misses_an_entry() {
    new_test_ext().execute_with(|| {
        let first = Audit::append(Subject::Consortium, registered(0));
        Audit::append(Subject::Consortium, registered(1));
        assert!(Audit::do_try_state().is_ok());

        let mut tree = EntriesTree::default();
        tree.push(first);
        BlockEntries::<Test>::put(tree);
        assert!(Audit::do_try_state().is_err());
    });
}

#[test]
fn try_state_finds_a_leaf_that_is_not_its_blocks() {
    new_test_ext().execute_with(|| {
        Audit::append(Subject::Consortium, registered(0));
        next_block(H256::repeat_byte(1));
        Audit::append(Subject::Consortium, registered(1));
        assert!(Audit::do_try_state().is_ok());

        let leaf = Audit::leaf();
        let (count, head) = (leaf.count + 1, Audit::head());
        for wrong in [
            LogLeaf { count, ..leaf },
            LogLeaf { head, ..leaf },
            LogLeaf { entries_root: head, ..leaf },
            LogLeaf { block: 2, ..leaf },
        ] {
            Leaf::<Test>::put(wrong);
            assert!(Audit::do_try_state().is_err(), "{wrong:?}");
        }
    });
}
