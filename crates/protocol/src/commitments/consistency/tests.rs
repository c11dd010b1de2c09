use proptest::prelude::*;
use regent_primitives::{Algorithm, BoundedVec};

use super::*;
use crate::testing::{flat, nested, trees::any_tree, World};

const NATIVE: [Algorithm; 5] = [
    Algorithm::Sr25519,
    Algorithm::Ed25519,
    Algorithm::EcdsaSecp256k1,
    Algorithm::Bip340,
    Algorithm::EcdsaP256,
];

fn native_parts(token: &mut RegenToken) -> (&mut [Point], &mut [Point]) {
    match &mut token.commitments {
        Commitments::Native { gates, leaves } => (gates.as_mut(), leaves.as_mut()),
        Commitments::Seed { .. } => panic!("a native token"),
    }
}

#[test]
fn tokens_of_every_algorithm_verify() {
    for algorithm in Algorithm::ALL {
        assert_eq!(verify_token(&World::new(algorithm, nested()).token), Ok(()));
    }
}

/// Any one commitment put in the place of another is found.
#[test]
fn every_exchanged_commitment_is_found() {
    for algorithm in NATIVE {
        let good = World::new(algorithm, nested()).token;
        let count = good.tree.commitment_count();
        for at in 0..count + good.tree.leaf_count() {
            let mut token = good.clone();
            let (gates, leaves) = native_parts(&mut token);
            let stranger = gates[1].clone();
            if at == 1 {
                gates.swap(1, 2);
            } else if at < count {
                gates[at] = stranger;
            } else {
                leaves[at - count] = stranger;
            }
            let expected = if at == 0 { TokenError::Root } else { TokenError::Inconsistent };
            assert_eq!(verify_token(&token), Err(expected), "{algorithm:?}, commitment {at}");
        }
    }
}

#[test]
fn unusable_points_are_named() {
    for algorithm in NATIVE {
        let good = World::new(algorithm, flat(2, 3)).token;
        for (at, in_leaves) in [(1, false), (2, true)] {
            let mut token = good.clone();
            let (gates, leaves) = native_parts(&mut token);
            let point = if in_leaves { &mut leaves[at] } else { &mut gates[at] };
            *point = BoundedVec::truncate_from(vec![0xff; point.len()]);
            let index = if in_leaves { 2 + at } else { at };
            let expected = TokenError::Point { index, reason: PointError::NotCanonical };
            assert_eq!(verify_token(&token), Err(expected));
        }
    }
}

#[test]
fn wrong_shapes_are_refused() {
    let good = World::new(Algorithm::Sr25519, flat(2, 3)).token;
    let refused = |change: &dyn Fn(&mut RegenToken)| {
        let mut token = good.clone();
        change(&mut token);
        verify_token(&token)
    };
    assert_eq!(
        refused(&|token| token.public_key = BoundedVec::truncate_from(vec![0; 33])),
        Err(TokenError::Shape(TokenShapeError::PublicKeyLength))
    );
    assert_eq!(
        refused(&|token| token.corrections = BoundedVec::truncate_from(vec![None; 2])),
        Err(TokenError::Shape(TokenShapeError::Count))
    );
    assert_eq!(
        refused(&|token| token.corrections = BoundedVec::truncate_from(vec![None; 3])),
        Err(TokenError::Shape(TokenShapeError::TooFewLeaves))
    );
    assert_eq!(
        refused(&|token| token.algorithm = Algorithm::Aes256Gcm),
        Err(TokenError::Shape(TokenShapeError::PublicKeyLength))
    );
    assert_eq!(
        refused(&|token| {
            token.commitments =
                Commitments::Seed { leaves: BoundedVec::truncate_from(vec![]), check: [0; 32] }
        }),
        Err(TokenError::Shape(TokenShapeError::CommitmentKind))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn tokens_over_random_trees_verify(tree in any_tree()) {
        let token = World::new(Algorithm::Ed25519, tree).token;
        prop_assert_eq!(verify_token(&token), Ok(()));
    }
}
