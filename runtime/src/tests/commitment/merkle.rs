//! The trees, computed as they are defined and not as the pallets do.

use regent_primitives::H256;
use sp_runtime::traits::{BlakeTwo256, Hash};

fn parent(left: H256, right: H256) -> H256 {
    BlakeTwo256::hash(&[left.as_bytes(), right.as_bytes()].concat())
}

/// The level above: neighbours are paired, an odd last one moves up as it is.
fn above(level: &[H256]) -> Vec<H256> {
    let pair = |nodes: &[H256]| match nodes {
        [left, right] => parent(*left, *right),
        odd => odd[0],
    };
    level.chunks(2).map(pair).collect()
}

/// The root of a tree; zero without leaves.
pub fn root(leaves: &[H256]) -> H256 {
    match leaves {
        [] => H256::zero(),
        [root] => *root,
        level => root(&above(level)),
    }
}

/// The neighbours on the way from a leaf to the root, each with whether it stands to the right.
pub fn path(leaves: &[H256], index: usize) -> Vec<(H256, bool)> {
    let (mut level, mut at, mut path) = (leaves.to_vec(), index, Vec::new());
    while level.len() > 1 {
        if let Some(neighbour) = level.get(at ^ 1) {
            path.push((*neighbour, at % 2 == 0));
        }
        level = above(&level);
        at /= 2;
    }
    path
}

/// Where a path leads.
pub fn follow(leaf: H256, path: &[(H256, bool)]) -> H256 {
    path.iter().fold(leaf, |node, (neighbour, is_right)| {
        if *is_right {
            parent(node, *neighbour)
        } else {
            parent(*neighbour, node)
        }
    })
}

/// The root of a mountain range: its peaks, the largest first, bagged from the right.
pub fn mountain_range(mut leaves: &[H256]) -> H256 {
    let mut peaks = Vec::new();
    while !leaves.is_empty() {
        let (mountain, rest) = leaves.split_at(1 << leaves.len().ilog2());
        peaks.push(root(mountain));
        leaves = rest;
    }
    peaks.into_iter().rev().reduce(parent).unwrap_or_default()
}
