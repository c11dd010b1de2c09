use proptest::prelude::*;
use vsss_rs::{
    curve25519::WrappedScalar, feldman, DefaultShare, IdentifierPrimeField, ReadableShareSet,
    ShareElement,
};

use super::*;
use crate::{
    groups::{Ed25519, Ristretto255, Secp256k1, P256},
    testing::{flat, nested, trees::any_tree},
};

/// Any scalars will do as coefficients, if they differ.
fn coefficient<G: PrimeGroup>(gate: u32, index: u32) -> G::Scalar {
    G::Scalar::from(0xd1b5_4a32_d192_ed03 ^ (u64::from(gate) << 20) ^ u64::from(index))
}

fn split_test<G: PrimeGroup>(tree: &AccessTree, secret: u64) -> Sharing<G> {
    split::<G>(tree, &G::Scalar::from(secret), coefficient::<G>).expect("a tree")
}

/// Whether these leaves restore the secret: exactly when they satisfy the tree, and then with a
/// minimal set of them.
fn check_join<G: PrimeGroup>(tree: &AccessTree, present: &[bool]) {
    let sharing = split_test::<G>(tree, 42);
    let is_present = |leaf: usize| present.get(leaf) == Some(&true);
    let joined = join::<G>(tree, |leaf| is_present(leaf).then(|| sharing.leaves[leaf]));
    assert_eq!(joined.is_some(), tree.satisfied(is_present));
    let Some(joined) = joined else { return };
    assert!(*joined.secret == G::Scalar::from(42));
    assert!(joined.used.iter().all(|leaf| is_present(*leaf)));
    assert!(tree.satisfied(|leaf| joined.used.contains(&leaf)));
    for dropped in &joined.used {
        let without = |leaf: usize| leaf != *dropped && joined.used.contains(&leaf);
        assert!(!tree.satisfied(without), "leaf {dropped} was not needed");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn join_restores_exactly_when_satisfied(
        tree in any_tree(),
        present in prop::collection::vec(prop::bool::weighted(0.7), 256),
    ) {
        check_join::<Ristretto255>(&tree, &present);
        check_join::<Secp256k1>(&tree, &present);
        check_join::<Ed25519>(&tree, &present);
        check_join::<P256>(&tree, &present);
    }

    #[test]
    fn leaf_paths_are_those_of_the_tree(tree in any_tree()) {
        for (leaf, (path, _)) in tree.leaves().into_iter().enumerate() {
            prop_assert_eq!(leaf_path(&tree, leaf), Some(path));
        }
        prop_assert_eq!(leaf_path(&tree, tree.leaf_count()), None);
    }

    /// One share less than a gate's threshold says nothing: the rest fits every secret.
    #[test]
    fn one_share_less_fits_every_secret(threshold in 2u16..20, other in any::<u64>()) {
        let tree = flat(threshold, threshold as u8);
        let sharing = split_test::<Ristretto255>(&tree, 42);
        let other = curve25519_dalek::scalar::Scalar::from(other);
        // With the missing share chosen freely, any secret at all is restored.
        let numbers: Vec<u16> = (1..=threshold).collect();
        let lagrange = lagrange_at_zero::<Ristretto255>(&numbers).expect("distinct");
        let known: curve25519_dalek::scalar::Scalar =
            lagrange.iter().zip(sharing.leaves.iter()).skip(1).map(|(l, s)| l * s).sum();
        let missing = (other - known) * lagrange[0].invert();
        let joined = join::<Ristretto255>(&tree, |leaf| {
            Some(if leaf == 0 { missing } else { sharing.leaves[leaf] })
        });
        prop_assert!(*joined.expect("satisfied").secret == other);
    }
}

#[test]
fn nested_tree_takes_its_first_satisfying_set() {
    let tree = nested();
    let sharing = split_test::<P256>(&tree, 7);
    let used = |absent: &[usize]| {
        join::<P256>(&tree, |leaf| (!absent.contains(&leaf)).then(|| sharing.leaves[leaf]))
            .map(|joined| joined.used)
    };
    assert_eq!(used(&[]), Some(vec![0, 1, 2, 4]));
    assert_eq!(used(&[1]), Some(vec![0, 2, 3, 4]));
    assert_eq!(used(&[4]), Some(vec![0, 1, 2, 5, 6]));
    assert_eq!(used(&[4, 5]), None);
    assert_eq!(used(&[0]), None);
}

type K256Share =
    DefaultShare<IdentifierPrimeField<k256::Scalar>, IdentifierPrimeField<k256::Scalar>>;
type DalekShare =
    DefaultShare<IdentifierPrimeField<WrappedScalar>, IdentifierPrimeField<WrappedScalar>>;

/// What `split` deals, another implementation combines.
#[test]
fn vsss_rs_combines_our_shares() {
    let tree = flat(5, 9);
    let ours = split_test::<Secp256k1>(&tree, 1_234_567);
    let shares: Vec<K256Share> = (4..9)
        .map(|leaf| DefaultShare {
            identifier: IdentifierPrimeField(k256::Scalar::from(leaf as u64 + 1)),
            value: IdentifierPrimeField(ours.leaves[leaf]),
        })
        .collect();
    assert_eq!(shares.combine().expect("enough").0, k256::Scalar::from(1_234_567u64));

    let ours = split_test::<Ristretto255>(&tree, 1_234_567);
    let shares: Vec<DalekShare> = (2..7)
        .map(|leaf| DefaultShare {
            identifier: IdentifierPrimeField(WrappedScalar((leaf as u64 + 1).into())),
            value: IdentifierPrimeField(WrappedScalar(ours.leaves[leaf])),
        })
        .collect();
    assert_eq!(shares.combine().expect("enough").0 .0, 1_234_567u64.into());
}

/// What another implementation deals, `join` restores; its Feldman commitments are ours.
#[test]
fn we_combine_shares_of_vsss_rs() {
    let secret = IdentifierPrimeField(k256::Scalar::from(987u64));
    let generator = vsss_rs::ValueGroup(k256::ProjectivePoint::GENERATOR);
    let (theirs, verifiers) = feldman::split_secret::<K256Share, _>(
        3,
        6,
        &secret,
        Some(generator),
        crate::testing::rng(9),
    )
    .expect("valid parameters");
    let joined =
        join::<Secp256k1>(&flat(3, 6), |leaf| (leaf % 2 == 1).then(|| theirs[leaf].value.0))
            .expect("satisfied");
    assert_eq!(*joined.secret, secret.0);
    // Item 0 is the generator, as the dealer gave it.
    assert_eq!(verifiers[1].0, k256::ProjectivePoint::GENERATOR * secret.0);
    assert!(!bool::from(theirs[0].identifier.is_zero()));
}
