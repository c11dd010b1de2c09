use proptest::prelude::*;
use regent_primitives::{Algorithm, BoundedVec};

use super::*;
use crate::testing::{corrupt, flat, nested, trees::any_tree, World, GENESIS};

fn path(numbers: &[u16]) -> LeafPath {
    LeafPath(BoundedVec::truncate_from(numbers.to_vec()))
}

#[test]
fn every_pair_of_three_combines() {
    for algorithm in Algorithm::ALL {
        let world = World::new(algorithm, flat(2, 3));
        for pair in [[0, 1], [0, 2], [2, 1]] {
            let combined = combine(GENESIS, &world.token, world.shares(&pair)).expect("enough");
            let mut used = pair.map(|leaf| path(&[leaf as u16 + 1]));
            used.sort();
            assert_eq!(combined.used, used);
            assert!(combined.faulty.is_empty());
        }
    }
}

#[test]
fn only_needed_leaves_are_used() {
    let combined = World::new(Algorithm::EcdsaSecp256k1, nested()).combined();
    assert_eq!(combined.used, [path(&[1]), path(&[2, 1]), path(&[2, 2]), path(&[3, 1])]);
}

#[test]
fn too_few_shares_are_counted_before_anything_is_computed() {
    let world = World::new(Algorithm::Sr25519, flat(3, 5));
    let refused = |leaves: &[usize]| combine(GENESIS, &world.token, world.shares(leaves)).err();
    let too_few = |present| Some(CombineError::TooFewShares { present, leaves: 5 });
    assert_eq!(refused(&[]), too_few(0));
    assert_eq!(refused(&[0, 4]), too_few(2));
    // A leaf never counts twice.
    assert_eq!(refused(&[1, 1, 1, 1, 1]), too_few(1));
    assert_eq!(refused(&[1, 1, 2, 2]), too_few(2));
}

#[test]
fn duplicates_change_nothing() {
    let world = World::new(Algorithm::Sr25519, flat(3, 5));
    let combined =
        combine(GENESIS, &world.token, world.shares(&[4, 4, 1, 1, 2, 4])).expect("3 of 5");
    assert_eq!(combined.used, [path(&[2]), path(&[3]), path(&[5])]);
}

#[test]
fn a_corrupt_share_is_named_and_the_key_still_made() {
    for algorithm in Algorithm::ALL {
        let world = World::new(algorithm, flat(3, 5));
        let mut shares = world.shares(&[0, 1, 2, 3]);
        shares[1].1 = corrupt(&shares[1].1);
        let combined = combine(GENESIS, &world.token, shares).expect("three are valid");
        assert_eq!(combined.faulty, [path(&[2])]);
        assert_eq!(combined.used, [path(&[1]), path(&[3]), path(&[4])]);
    }
}

#[test]
fn too_many_corrupt_shares_are_all_named() {
    let world = World::new(Algorithm::EcdsaP256, nested());
    let mut shares = world.shares(&[0, 1, 2, 3, 4]);
    for at in [2, 4] {
        shares[at].1 = corrupt(&shares[at].1);
    }
    let error = combine(GENESIS, &world.token, shares).err().expect("gate 3 is not satisfied");
    assert_eq!(error.faulty(), [path(&[2, 2]), path(&[3, 1])]);
    assert!(error.to_string().contains("wrong: 2.2, 3.1"), "{error}");
    assert!(matches!(error, CombineError::TooFewValidShares { valid: 3, .. }));
}

/// The optimistic way looks only at the shares it needs.
#[test]
fn a_corrupt_share_that_is_not_needed_goes_unnamed() {
    let world = World::new(Algorithm::Ed25519, flat(2, 3));
    let mut shares = world.shares(&[0, 1, 2]);
    shares[2].1 = corrupt(&shares[2].1);
    let combined = combine(GENESIS, &world.token, shares).expect("two are valid");
    assert!(combined.faulty.is_empty());
}

/// A leaf that sent a wrong share and a right one is at fault, and its right one counts.
#[test]
fn a_wrong_duplicate_is_named_and_does_not_hide_the_right_one() {
    let world = World::new(Algorithm::Ed25519, flat(2, 2));
    let mut shares = world.shares(&[0, 0, 1]);
    shares[0].1 = corrupt(&shares[0].1);
    let combined = combine(GENESIS, &world.token, shares).expect("both leaves are there");
    assert_eq!(combined.faulty, [path(&[1])]);
}

#[test]
fn shares_that_cannot_be_never_count() {
    let world = World::new(Algorithm::Sr25519, flat(2, 3));
    let other = World::new(Algorithm::Ed25519, flat(2, 3));
    let combined = |stranger: (usize, Share), leaves: &[usize]| {
        let mut shares = vec![stranger];
        shares.extend(world.shares(leaves));
        combine(GENESIS, &world.token, shares)
    };
    let too_few = Some(CombineError::TooFewShares { present: 1, leaves: 3 });
    // A share of another group, and of a leaf that does not exist.
    assert_eq!(combined((0, other.share(0)), &[1]).err(), too_few);
    assert_eq!(combined((3, world.share(0)), &[1]).err(), too_few);
    assert_eq!(combined((usize::MAX, world.share(0)), &[1]).err(), too_few);
    assert!(combined((0, other.share(0)), &[1, 2]).is_ok());
    assert!(combined((usize::MAX, world.share(0)), &[1, 2]).is_ok());
    // A share of a leaf that was absent at enrolment.
    let mut token = world.token.clone();
    token.corrections.as_mut()[0] = None;
    let error = combine(GENESIS, &token, world.shares(&[0, 1])).err();
    assert_eq!(error, too_few);
}

#[test]
fn an_inconsistent_token_is_blamed_on_no_one() {
    for algorithm in Algorithm::ALL {
        let world = World::new(algorithm, flat(2, 3));
        let mut token = world.token.clone();
        match &mut token.commitments {
            Commitments::Native { .. } => token.public_key.as_mut()[7] ^= 1,
            Commitments::Seed { check, .. } => check[0] ^= 1,
        }
        let error = combine(GENESIS, &token, world.shares(&[0, 1, 2])).err();
        assert_eq!(error, Some(CombineError::InconsistentToken));
    }
}

/// The public key of a seed key is derived again every time, and compared.
#[test]
fn another_public_key_of_a_seed_is_refused() {
    for algorithm in [Algorithm::MlKem768, Algorithm::MlDsa65] {
        let world = World::new(algorithm, flat(2, 3));
        let mut token = world.token.clone();
        token.public_key.as_mut()[100] ^= 1;
        let error = combine(GENESIS, &token, world.shares(&[0, 1])).err();
        assert_eq!(error, Some(CombineError::InconsistentToken));
    }
}

#[test]
fn shares_of_another_enrolment_do_not_combine() {
    let world = World::new(Algorithm::Sr25519, flat(2, 3));
    let imported = crate::Imported::Scalar(Zeroizing::new([1; 32]));
    let other = World::with_import(Algorithm::Sr25519, flat(2, 3), Some(imported));
    let error = combine(GENESIS, &world.token, other.shares(&[0, 1, 2])).err();
    assert!(matches!(error, Some(CombineError::TooFewValidShares { valid: 0, .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Over any tree, with any leaves absent and any others corrupt: there is a key exactly when the
    /// valid leaves satisfy the tree, and nobody is blamed wrongly.
    #[test]
    fn combine_over_random_trees(
        tree in any_tree(),
        states in prop::collection::vec(prop::sample::select(vec![0u8, 0, 0, 1, 2]), 256),
    ) {
        let world = World::new(Algorithm::EcdsaSecp256k1, tree.clone());
        let leaves = tree.leaf_count();
        let shares = (0..leaves).filter(|leaf| states[*leaf] != 2).map(|leaf| {
            let share = world.share(leaf);
            (leaf, if states[leaf] == 1 { corrupt(&share) } else { share })
        });
        let combined = combine(GENESIS, &world.token, shares.collect());
        let is_valid = |leaf: usize| leaf < leaves && states[leaf] == 0;
        prop_assert_eq!(combined.is_ok(), tree.satisfied(is_valid));
        let faulty = match &combined {
            Ok(combined) => combined.faulty.clone(),
            Err(error) => error.faulty().to_vec(),
        };
        let paths: Vec<_> = tree.leaves().into_iter().map(|(path, _)| path).collect();
        for (leaf, path) in paths.iter().enumerate() {
            prop_assert!(!faulty.contains(path) || states[leaf] == 1);
        }
    }
}
