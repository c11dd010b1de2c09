//! Tokens: one that was changed yields the key it always had, or none; nothing panics.

use codec::{DecodeAll, Encode};
use regent_primitives::{RegenToken, TreeNode};
use regent_protocol::{
    combine, regenerate, verify_leaf, verify_refresh, verify_reshare, verify_token,
};

use crate::world::{World, GENESIS};

/// The bytes of a token.
pub fn check(bytes: &[u8]) {
    let Ok(token) = RegenToken::decode_all(&mut &*bytes) else { return };
    assert_eq!(token.encode(), bytes, "one encoding a token");
    let world = World::of(token.algorithm);
    let verified = verify_token(&token);
    if verified.is_ok() {
        assert_eq!(token.check_shape(), Ok(()));
    }
    if token == world.token {
        assert_eq!(verified, Ok(()));
    }
    check_leaves(world, &token);
    check_key(world, &token);
    check_successor(&world.token, &token);
}

/// Whatever is regenerated fits its leaf. (One leaf more than there are, and no such number.)
fn check_leaves(world: &World, token: &RegenToken) {
    for (leaf, share) in world.shares() {
        for of in [leaf, leaf + 1, token.tree.leaf_count(), usize::MAX] {
            let fits = verify_leaf(GENESIS, token, of, &share).is_ok();
            let again = regenerate(GENESIS, token, of, &world.mask(leaf));
            if let Ok(again) = again {
                assert_eq!(again.group(), token.algorithm.group());
                assert_eq!(verify_leaf(GENESIS, token, of, &again), Ok(()));
                assert!(token.is_present(of));
            }
            assert!(!fits || of < token.tree.leaf_count() || token.check_shape().is_err());
        }
    }
}

/// Whatever is combined is the token's own key, of leaves that satisfy its tree.
fn check_key(world: &World, token: &RegenToken) {
    let Ok(combined) = combine(GENESIS, token, world.shares()) else {
        assert_ne!(*token, world.token);
        return;
    };
    assert_eq!(combined.key.algorithm(), token.algorithm);
    assert_eq!(combined.key.public_key(), token.public_key.as_slice());
    // Another tree may make another key of these shares: trees come from finalised state.
    let same_tree = token.tree == world.token.tree;
    assert!(
        !same_tree || token.public_key == world.token.public_key,
        "these shares are of one key"
    );
    let used: Vec<_> = combined.used.iter().filter_map(|path| token.leaf(path)).collect();
    assert_eq!(used.len(), combined.used.len());
    assert!(used.iter().all(|(leaf, _)| token.is_present(*leaf)));
    assert!(token.tree.satisfied(|leaf| used.iter().any(|(one, _)| *one == leaf)));
    let at_fault = |path| combined.used.contains(path);
    assert!(!combined.faulty.iter().any(at_fault), "what is at fault is not used");
}

/// Whatever succeeds the genuine token is of the same key, in the next epoch.
fn check_successor(old: &RegenToken, new: &RegenToken) {
    let (refreshed, reshared) = (verify_refresh(old, new), verify_reshare(old, new));
    if refreshed.is_ok() {
        assert_eq!(old.tree, new.tree);
        assert_eq!(reshared, Ok(()), "a refresh keeps what a reshare keeps");
        let thresholds = old.tree.nodes().iter().filter_map(|node| match node {
            TreeNode::Gate { threshold, .. } => Some(*threshold),
            TreeNode::Leaf(_) => None,
        });
        let deals = thresholds.max() > Some(1);
        assert!(!deals || old.commitments != new.commitments, "shares are fresh");
    }
    if reshared.is_ok() {
        assert_eq!((new.key_id, new.algorithm), (old.key_id, old.algorithm));
        assert_eq!((&new.public_key, new.epoch), (&old.public_key, old.epoch + 1));
        assert_ne!(new.enrolment_id, old.enrolment_id);
        assert_eq!(verify_token(new), Ok(()));
    }
}
