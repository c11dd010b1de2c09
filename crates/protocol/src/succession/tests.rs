use regent_primitives::{Algorithm, BoundedVec, Commitments, Epoch, KeyId};

use super::*;
use crate::{
    commitments::TokenError,
    share::ShareError,
    testing::{flat, nested, World, GENESIS},
};

type Verify = fn(&RegenToken, &RegenToken) -> Result<(), SuccessorError>;

/// What both ways refuse, of a token that is otherwise good.
fn check_refusals(old: &RegenToken, new: &RegenToken, verify: Verify) {
    assert_eq!(verify(old, new), Ok(()));
    let refused = |change: &dyn Fn(&mut RegenToken)| {
        let mut token = new.clone();
        change(&mut token);
        verify(old, &token).err()
    };
    let other = |what| Some(SuccessorError::OtherKey(what));
    let epoch = |found: Epoch| Some(SuccessorError::Epoch { found, old: old.epoch });
    assert_eq!(refused(&|token| token.key_id = KeyId::default()), other("id"));
    let algorithm = match old.algorithm {
        Algorithm::Sr25519 => Algorithm::Ed25519,
        _ => Algorithm::Sr25519,
    };
    assert_eq!(refused(&|token| token.algorithm = algorithm), other("algorithm"));
    assert_eq!(
        refused(&|token| token.public_key = BoundedVec::truncate_from(vec![1; 32])),
        other("public key")
    );
    assert_eq!(
        refused(&|token| match &mut token.commitments {
            Commitments::Native { gates, .. } => gates.as_mut()[0] = gates[1].clone(),
            Commitments::Seed { check, .. } => check[31] ^= 1,
        }),
        other("root commitment")
    );
    assert_eq!(
        refused(&|token| token.wrapped = Some(BoundedVec::truncate_from(vec![1; 60]))),
        other("wrapped material")
    );
    for found in [old.epoch, 0] {
        assert_eq!(refused(&|token| token.epoch = found), epoch(found));
    }
    assert_eq!(
        refused(&|token| token.enrolment_id = old.enrolment_id),
        Some(SuccessorError::SameEnrolment)
    );
    let short = refused(&|token| {
        token.corrections.pop();
    });
    assert!(matches!(short, Some(SuccessorError::Token(TokenError::Shape(_)))));
    // Control may change hands with the epoch.
    assert_eq!(refused(&|token| token.policy_hash = PolicyHash::default()), None);
}

#[test]
fn what_is_no_successor_is_refused() {
    for algorithm in Algorithm::ALL {
        let first = World::new(algorithm, flat(2, 3)).reshared(nested());
        check_refusals(&first.token, &first.reshared(flat(3, 4)).token, verify_reshare);
        if algorithm.kind() == regent_primitives::KeyKind::Native {
            check_refusals(&first.token, &first.refreshed().token, verify_refresh);
        }
    }
}

#[test]
fn a_refresh_is_a_reshare_and_not_the_reverse() {
    let old = World::new(Algorithm::Sr25519, flat(2, 3));
    let (refreshed, reshared) = (old.refreshed(), old.reshared(flat(3, 3)));
    assert_eq!(verify_reshare(&old.token, &refreshed.token), Ok(()));
    assert_eq!(verify_refresh(&old.token, &reshared.token), Err(SuccessorError::OtherTree));
    let seed = World::new(Algorithm::Aes256Gcm, flat(2, 3));
    let next = seed.reshared(flat(2, 3));
    assert_eq!(verify_refresh(&seed.token, &next.token), Err(SuccessorError::NotNative));
}

/// A session that adds nothing would leave old and new shares the same, or nearly.
#[test]
fn a_refresh_that_is_not_fresh_is_refused() {
    let old = World::new(Algorithm::Ed25519, nested());
    let new = old.refreshed();
    let mut lazy = new.token.clone();
    lazy.commitments = old.token.commitments.clone();
    assert_eq!(verify_refresh(&old.token, &lazy), Err(SuccessorError::NotFresh { index: 1 }));

    // Gates of threshold 1 have no coefficient that could be fresh.
    let lower = World::new(Algorithm::Ed25519, flat(1, 3));
    assert_eq!(verify_refresh(&lower.token, &lower.refreshed().token), Ok(()));
}

#[test]
fn each_participant_tells_its_own_leaf() {
    for algorithm in [Algorithm::Sr25519, Algorithm::MlDsa65] {
        let old = World::new(algorithm, nested());
        let new = old.reshared(nested());
        let check = |token: &RegenToken, leaf: usize, who: usize, world: &World| {
            verify_own_leaf(GENESIS, token, leaf, &world.seed(who, &world.label()))
        };
        for leaf in new.present() {
            assert_eq!(check(&new.token, leaf, leaf, &new), Ok(()));
            // The old label's value, and another genesis, are no part of it.
            assert!(matches!(
                check(&new.token, leaf, leaf, &old),
                Err(ShareError::Mismatch { .. })
            ));
        }
        // Agent 1 holds leaves 0 and 5: one seed, two masks.
        assert_eq!(check(&new.token, 5, 0, &new), Ok(()));
        assert!(check(&new.token, 1, 0, &new).is_err());
        let mut token = new.token.clone();
        token.corrections.as_mut()[2] = None;
        assert!(matches!(check(&token, 2, 2, &new), Err(ShareError::AbsentLeaf { .. })));
        assert!(matches!(check(&token, 9, 2, &new), Err(ShareError::NoSuchLeaf { .. })));
    }
}

#[test]
fn what_it_will_consist_of_comes_from_the_old_token() {
    let old = World::new(Algorithm::Bip340, flat(2, 3)).refreshed().token;
    let next = NextEpoch {
        genesis: GENESIS,
        epoch: 4,
        window: 9,
        enrolment_id: EnrolmentId(H256([1; 32])),
        policy_hash: PolicyHash(H256([2; 32])),
        spare: 1,
    };
    let params = next.params(&old, nested()).expect("not the last epoch");
    assert_eq!((params.key_id, params.algorithm, params.epoch), (old.key_id, old.algorithm, 4));
    assert_eq!((params.window, params.enrolment_id), (9, next.enrolment_id));
    assert_eq!((params.tree, params.policy_hash), (nested(), next.policy_hash));
    for epoch in [old.epoch, 0] {
        assert!(NextEpoch { epoch, ..next }.params(&old, nested()).is_none(), "no later number");
    }
}
