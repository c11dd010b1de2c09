//! Access trees: whatever decodes is a tree of section 2, and can be walked and asked.

use codec::{DecodeAll, Encode};
use regent_primitives::{
    access_tree::Visit,
    bounds::{MAX_GATES, MAX_GATE_COMMITMENTS, MAX_LEAVES, MAX_TREE_DEPTH, MAX_TREE_NODES},
    AccessTree,
};

/// The bytes of a tree, and at their end 32 bytes: which leaves are present.
pub fn check(bytes: &[u8]) {
    let Some((mut encoded, present)) = bytes.split_last_chunk::<32>() else { return };
    let whole = encoded;
    let Ok(tree) = AccessTree::decode_all(&mut encoded) else { return };
    assert_eq!(tree.encode(), whole, "one encoding a tree");
    assert_eq!(AccessTree::new(tree.nodes().to_vec()).as_ref(), Ok(&tree));
    check_walk(&tree);
    check_satisfaction(&tree, |leaf| present[leaf / 8] & (1 << (leaf % 8)) != 0);
}

fn check_walk(tree: &AccessTree) {
    let (mut leaves, mut gates) = (0, 0);
    let mut last = None;
    for visit in tree.walk() {
        let path = match visit {
            Visit::Leaf { index, path, .. } => {
                assert_eq!(index, leaves);
                assert!(!path.0.is_empty(), "the root is a gate");
                leaves += 1;
                path
            }
            Visit::Gate { index, path, threshold, children } => {
                assert_eq!(index, gates);
                assert!((1..=children).contains(&threshold));
                assert!(path.0.len() < MAX_TREE_DEPTH as usize);
                gates += 1;
                path
            }
        };
        assert!(path.0.len() <= MAX_TREE_DEPTH as usize);
        assert!(last < Some(path.clone()), "no two nodes share a path, and they ascend");
        last = Some(path);
    }
    assert_eq!((leaves, leaves + gates), (tree.leaf_count(), tree.nodes().len()));
    assert_eq!(leaves, tree.leaves().len());
    assert!((1..=MAX_LEAVES as usize).contains(&leaves));
    assert!((1..=MAX_GATES as usize).contains(&gates));
    assert!(leaves + gates <= MAX_TREE_NODES as usize);
    assert!((gates..=MAX_GATE_COMMITMENTS as usize).contains(&tree.commitment_count()));
}

fn check_satisfaction(tree: &AccessTree, present: impl Fn(usize) -> bool) {
    assert!(tree.satisfied(|_| true) && !tree.satisfied(|_| false));
    for spare in [0, 1, 2, u16::MAX] {
        let satisfied = tree.satisfied_with_spare(spare, &present);
        // More leaves never undo it, and it takes no fewer with more to spare.
        for more in [0, tree.leaf_count() / 2] {
            let with_more = tree.satisfied_with_spare(spare, |leaf| leaf == more || present(leaf));
            assert!(with_more || !satisfied);
        }
        assert!(!satisfied || tree.satisfied_with_spare(spare.saturating_sub(1), &present));
    }
    let all = (0..tree.leaf_count()).all(&present);
    assert_eq!(tree.satisfied_with_spare(u16::MAX, &present), all, "everything to spare is all");
}
