//! Tokens and keys: a token of a right shape has one item a leaf, and every leaf is found by its path.

use codec::{DecodeAll, Encode, MaxEncodedLen};
use regent_primitives::{Commitments, KeyKind, KeyRecord, LeafPath, RegenToken, H256};

/// The bytes of a key as the chain keeps it.
pub fn check(bytes: &[u8]) {
    let Ok(mut record) = KeyRecord::decode_all(&mut &*bytes) else { return };
    assert_eq!(record.encode(), bytes, "one encoding a key");
    assert!(bytes.len() <= KeyRecord::max_encoded_len());
    check_token(&record.token);
    let leaves = record.token.tree.leaf_count();
    for leaf in [0, leaves - 1, 255, 256, usize::MAX] {
        let before: Vec<_> = (0..256).map(|leaf| record.is_confirmed(leaf)).collect();
        record.confirm(leaf);
        assert_eq!(record.is_confirmed(leaf), leaf < 256);
        let others = (0..256).filter(|other| *other != leaf);
        assert!(others.into_iter().all(|other| record.is_confirmed(other) == before[other]));
    }
}

fn check_token(token: &RegenToken) {
    let leaves = token.tree.leaves();
    for (number, (path, participant)) in leaves.iter().enumerate() {
        assert_eq!(token.leaf(path), Some((number, *participant)));
    }
    assert_eq!(token.leaf(&LeafPath::default()), None, "the root is no leaf");
    assert!(!token.is_present(usize::MAX));
    let genesis = H256::repeat_byte(1);
    let label = token.label(genesis);
    assert_eq!(label[..4], token.window.to_be_bytes());
    assert_ne!(label, token.label(H256::zero()), "labels depend on the chain");
    if token.check_shape().is_err() {
        return;
    }
    assert_eq!(token.public_key.len(), token.algorithm.public_key_bytes());
    assert_eq!(token.corrections.len(), leaves.len());
    assert!(token.tree.satisfied(|leaf| token.is_present(leaf)));
    match &token.commitments {
        Commitments::Native { gates, leaves: images } => {
            assert_eq!(token.algorithm.kind(), KeyKind::Native);
            assert_eq!(gates.len(), token.tree.commitment_count());
            assert_eq!(images.len(), leaves.len());
            let bytes = token.algorithm.group().point_bytes();
            assert!(gates.iter().chain(images).all(|point| point.len() == bytes));
        }
        Commitments::Seed { leaves: hashes, .. } => {
            assert_eq!(token.algorithm.kind(), KeyKind::Seed, "no group element of a seed");
            assert_eq!(hashes.len(), leaves.len());
        }
    }
}
