use proptest::prelude::*;
use regent_primitives::{Algorithm, Commitments, EnrolmentId, Group, KeyKind, Participant};

use super::*;
use crate::{
    combine, regenerate,
    share::ShareError,
    sharing::leaf_path,
    succession::{verify_own_leaf, verify_reshare},
    testing::{
        agent, corrupt, deep, flat, nested, rng,
        succession::{check_mixture, check_operations, native},
        trees::any_tree,
        World, GENESIS,
    },
    Imported,
};

fn check_leaves(world: &World) {
    for leaf in world.present() {
        let seed = world.seed(leaf, &world.label());
        assert_eq!(verify_own_leaf(GENESIS, &world.token, leaf, &seed), Ok(()));
    }
}

fn path(world: &World, leaf: usize) -> LeafPath {
    leaf_path(&world.token.tree, leaf).expect("a leaf")
}

/// Agents 4 to 8: two of them in `flat(_, 5)` too.
fn others() -> AccessTree {
    let ids: Vec<_> = (4..=8).map(agent).collect();
    AccessTree::threshold_of_agents(2, &ids).expect("a valid tree")
}

#[test]
fn operations_work_after_each_of_many_reshares() {
    for algorithm in Algorithm::ALL {
        let first = World::new(algorithm, flat(3, 5));
        let mut last = first.at(first.token.clone());
        for (epoch, tree) in (1..).zip([others(), nested(), flat(1, 1), deep(), flat(3, 5)]) {
            let next = last.reshared(tree.clone());
            assert_eq!((next.token.epoch, &next.token.tree), (epoch, &tree));
            assert_eq!(verify_reshare(&last.token, &next.token), Ok(()));
            check_leaves(&next);
            check_operations(&first, &next);
            last = next;
        }
    }
}

#[test]
fn operations_work_after_refreshes_and_reshares_in_turn() {
    for algorithm in native() {
        let first = World::new(algorithm, flat(2, 3));
        let last = first.refreshed().reshared(nested()).refreshed().refreshed().reshared(others());
        assert_eq!(last.token.epoch, 5);
        check_operations(&first, &last);
    }
}

/// An imported key stays wrapped as it was, for seed algorithms, and the same scalar for native ones.
#[test]
fn imported_keys_are_reshared() {
    for algorithm in Algorithm::ALL {
        let imported = match crate::operations::material_bytes(algorithm) {
            Some(bytes) => Imported::Material(Zeroizing::new(vec![0x6b; bytes])),
            None => Imported::Scalar(Zeroizing::new({
                let mut scalar = [0; 32];
                scalar[5] = 0x5a;
                scalar
            })),
        };
        let old = World::with_import(algorithm, flat(2, 3), Some(imported));
        let new = old.reshared(nested());
        assert_eq!(new.token.wrapped, old.token.wrapped);
        assert_eq!(new.token.wrapped.is_some(), algorithm.kind() == KeyKind::Seed);
        assert_eq!(verify_reshare(&old.token, &new.token), Ok(()));
        check_operations(&old, &new);
    }
}

/// The key is the same; all that was dealt is new, also along the same tree.
#[test]
fn reshare_changes_all_but_the_key() {
    for algorithm in Algorithm::ALL {
        let old = World::new(algorithm, nested());
        let new = old.reshared(nested());
        assert_eq!(new.token.public_key, old.token.public_key);
        match (&old.token.commitments, &new.token.commitments) {
            (
                Commitments::Native { gates: old_gates, leaves: old_leaves },
                Commitments::Native { gates, leaves },
            ) => {
                assert_eq!(gates[0], old_gates[0]);
                assert!(gates.iter().zip(old_gates).skip(1).all(|(new, old)| new != old));
                assert!(leaves.iter().zip(old_leaves).all(|(new, old)| new != old));
            }
            (
                Commitments::Seed { leaves: old_leaves, check: old_check },
                Commitments::Seed { leaves, check },
            ) => {
                assert_eq!(check, old_check);
                assert!(leaves.iter().zip(old_leaves).all(|(new, old)| new != old));
            }
            _ => panic!("the algorithm is the same"),
        }
        for leaf in 0..new.leaves() {
            assert_ne!(new.share(leaf).as_bytes(), old.share(leaf).as_bytes());
            assert_ne!(new.token.corrections[leaf], old.token.corrections[leaf]);
        }
    }
}

#[test]
fn old_and_new_shares_never_mix() {
    for algorithm in Algorithm::ALL {
        for tree in [flat(3, 5), nested(), deep()] {
            let old = World::new(algorithm, tree.clone());
            let new = old.reshared(tree);
            for strangers in [&[0][..], &[1, 3], &[0, 1, 2], &[0, 1, 2, 3, 4, 5, 6]] {
                check_mixture(&new, &old, strangers);
                check_mixture(&old, &new, strangers);
            }
        }
        // Nor where the tree is another.
        let old = World::new(algorithm, flat(2, 3));
        let new = old.reshared(nested());
        for strangers in [&[0][..], &[1, 2]] {
            check_mixture(&new, &old, strangers);
            check_mixture(&old, &new, strangers);
        }
    }
}

#[test]
fn reshare_works_with_n_minus_t_agents_offline() {
    for algorithm in [Algorithm::Sr25519, Algorithm::MlKem768] {
        let old = World::new(algorithm, flat(3, 5));
        let next = old.next_epoch();
        // Two old agents are silent; of the five new ones, two of three needed and one to spare.
        let (new, used) = old.reshare_by(&[4, 0, 2], others(), &[0, 2, 4], &next).expect("enough");
        assert_eq!(used, [path(&old, 0), path(&old, 2), path(&old, 4)]);
        assert_eq!(new.present(), [0, 2, 4]);
        check_leaves(&new);
        for pair in [[0, 2], [0, 4], [2, 4]] {
            assert!(combine(GENESIS, &new.token, new.shares(&pair)).is_ok());
        }
        assert_eq!(new.try_share(1).err(), Some(ShareError::AbsentLeaf { leaf: path(&new, 1) }));
        // A leaf that was absent comes back by the next reshare.
        let back = new.reshare_by(&[0, 4], others(), &[0, 1, 2, 3, 4], &new.next_epoch());
        let (back, _) = back.expect("enough");
        assert_eq!(back.present(), [0, 1, 2, 3, 4]);
        assert!(combine(GENESIS, &back.token, back.shares(&[1, 3])).is_ok());
    }
}

#[test]
fn reshare_needs_enough_of_both_sides() {
    let old = World::new(Algorithm::Aes256Gcm, flat(3, 5));
    let next = old.next_epoch();
    let none = NextEpoch { spare: 0, ..next };
    let refused = |shares: &[usize], new: &[usize], next: &NextEpoch| {
        old.reshare_by(shares, others(), new, next).map(|_| ()).err()
    };
    let few_new = |present| {
        Some(ReshareError::Dealing(EnrolmentError::TooFewContributions { present, leaves: 5 }))
    };
    let few_old =
        |present| Some(ReshareError::Combine(CombineError::TooFewShares { present, leaves: 5 }));
    assert_eq!(refused(&[0, 1, 2], &[0, 1], &next), few_new(2));
    assert_eq!(refused(&[0, 1, 2], &[0], &none), few_new(1));
    assert_eq!(refused(&[0, 1, 2], &[0, 1], &none), None);
    assert_eq!(refused(&[0, 1], &[0, 1, 2], &next), few_old(2));
    // Contributions come first: without them no key is made.
    assert_eq!(refused(&[0, 1], &[0, 1], &next), few_new(2));
}

#[test]
fn corrupt_old_shares_are_named_and_do_no_harm() {
    for algorithm in Algorithm::ALL {
        let old = World::new(algorithm, flat(2, 4));
        let next = old.next_epoch();
        let reshare = Reshare::new(&old.token, &next, nested()).expect("an epoch");
        let all: Vec<_> = (0..7).collect();
        let deal = |wrong: &[usize]| {
            let mut shares = old.shares(&[0, 1, 2]);
            for (leaf, share) in &mut shares {
                if wrong.contains(leaf) {
                    *share = corrupt(share);
                }
            }
            reshare.deal(shares, old.masks(&reshare, &all), &mut rng(5))
        };
        let reshared = deal(&[1]).expect("two are valid");
        assert_eq!(reshared.faulty, [path(&old, 1)]);
        assert_eq!(reshared.used, [path(&old, 0), path(&old, 2)]);
        check_operations(&old, &old.at(reshared.token));
        let faulty = vec![path(&old, 0), path(&old, 1)];
        let error = CombineError::TooFewValidShares { valid: 1, faulty };
        assert_eq!(deal(&[0, 1]).err(), Some(ReshareError::Combine(error)));
    }
}

/// Shares of two epochs make no key to be dealt, and those of the token before are named.
#[test]
fn a_reshare_takes_shares_of_one_epoch_only() {
    for first in
        [World::new(Algorithm::Ed25519, flat(2, 3)), World::new(Algorithm::MlDsa65, flat(2, 3))]
    {
        let second = first.reshared(flat(2, 3));
        let next = second.next_epoch();
        let reshare = Reshare::new(&second.token, &next, flat(2, 3)).expect("an epoch");
        let mut shares = first.shares(&[0]);
        shares.extend(second.shares(&[1]));
        let masks = second.masks(&reshare, &[0, 1, 2]);
        let error = reshare.deal(shares, masks, &mut rng(5)).err();
        let faulty = vec![path(&second, 0)];
        let expected = CombineError::TooFewValidShares { valid: 1, faulty };
        assert_eq!(error, Some(ReshareError::Combine(expected)));
    }
}

#[test]
fn contributions_are_treated_as_in_an_enrolment() {
    let old = World::new(Algorithm::Ed25519, flat(2, 3));
    let other = World::new(Algorithm::Bip340, flat(2, 3));
    let next = old.next_epoch();
    let reshare = Reshare::new(&old.token, &next, flat(2, 4)).expect("an epoch");
    let foreign = Reshare::new(&other.token, &next, flat(2, 4)).expect("an epoch");
    let deal = |masks| {
        reshare.deal(old.shares(&[0, 1]), masks, &mut rng(5)).map(|reshared| reshared.token)
    };
    let masks = || old.masks(&reshare, &[0, 1, 2, 3]);
    let whole = deal(masks());
    let mut twice = masks();
    twice.extend(old.masks(&reshare, &[2]));
    twice.reverse();
    assert_eq!(deal(twice), whole);
    let mut strange = masks();
    strange[0].0 = 4;
    let error = EnrolmentError::NoSuchLeaf { found: 4, leaves: 4 };
    assert_eq!(deal(strange), Err(ReshareError::Dealing(error)));
    let mut mixed = masks();
    mixed[3] = other.masks(&foreign, &[3]).swap_remove(0);
    let (found, expected) = (Group::Secp256k1, Group::Ed25519);
    let error = EnrolmentError::MaskGroup { leaf: 3, found, expected };
    assert_eq!(deal(mixed), Err(ReshareError::Dealing(error)));
    let seed = old.seed(0, &reshare.next().label());
    let error = reshare.contribute(4, &seed, [0; 32]).err();
    assert_eq!(error, Some(ShareError::NoSuchLeaf { found: 4, leaves: 4 }));
}

#[test]
fn tokens_that_cannot_be_reshared_are_refused() {
    let world = World::new(Algorithm::MlDsa65, flat(2, 3));
    let refused = |change: &dyn Fn(&mut RegenToken)| {
        let mut token = world.token.clone();
        change(&mut token);
        Reshare::new(&token, &world.next_epoch(), nested()).map(drop).err()
    };
    assert_eq!(refused(&|_| ()), None);
    assert_eq!(refused(&|token| token.epoch = u32::MAX), Some(ReshareError::LastEpoch));
    assert_eq!(
        refused(&|token| token.corrections.truncate(1)),
        Some(ReshareError::OldToken(TokenShapeError::Count))
    );
}

/// The old quorum's masks fit nothing of the new token, and the reverse; the same agent at the same
/// leaf of both has unrelated masks.
#[test]
fn masks_of_both_epochs_are_unrelated() {
    let old = World::new(Algorithm::EcdsaP256, flat(2, 3));
    let new = old.reshared(flat(2, 3));
    for leaf in 0..3 {
        let mismatch = Some(ShareError::Mismatch { leaf: path(&old, leaf) });
        assert_eq!(regenerate(GENESIS, &new.token, leaf, &old.mask(leaf)).err(), mismatch);
        assert_eq!(regenerate(GENESIS, &old.token, leaf, &new.mask(leaf)).err(), mismatch);
    }
}

/// Another session of the same epoch, as after an attempt that failed, deals another sharing.
#[test]
fn attempts_are_unrelated() {
    let old = World::new(Algorithm::MlKem768, flat(2, 3));
    let next = old.next_epoch();
    let again = NextEpoch { enrolment_id: EnrolmentId::default(), ..next };
    let at =
        |next: &NextEpoch| old.reshare_by(&[0, 1], flat(2, 3), &[0, 1, 2], next).expect("enough").0;
    let (one, two) = (at(&next), at(&again));
    check_mixture(&one, &two, &[0]);
    check_mixture(&one, &two, &[1, 2]);
    check_operations(&one, &two);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// From any tree to any other, with anyone absent on both sides: there is a token exactly when both
    /// sides are enough, and then the new leaves make the key.
    #[test]
    fn reshare_over_random_trees(
        from in any_tree(),
        to in any_tree(),
        silent in prop::collection::btree_set(0usize..24, 0..4),
        absent in prop::collection::btree_set(0usize..24, 0..4),
        spare in 0u16..2,
        algorithm in prop::sample::select(Algorithm::ALL.to_vec()),
    ) {
        let old = World::new(algorithm, from.clone());
        let next = NextEpoch { spare, ..old.next_epoch() };
        let without = |tree: &AccessTree, gone: &std::collections::BTreeSet<usize>| -> Vec<usize> {
            (0..tree.leaf_count()).filter(|leaf| !gone.contains(leaf)).collect()
        };
        let (shares, masks) = (without(&from, &silent), without(&to, &absent));
        let new = old.reshare_by(&shares, to.clone(), &masks, &next);
        let enough = from.satisfied(|leaf| shares.contains(&leaf))
            && to.satisfied_with_spare(spare, |leaf| masks.contains(&leaf));
        prop_assert_eq!(new.is_ok(), enough);
        if let Ok((new, used)) = new {
            prop_assert_eq!(verify_reshare(&old.token, &new.token), Ok(()));
            let paths: Vec<_> = shares.iter().map(|leaf| path(&old, *leaf)).collect();
            prop_assert!(used.iter().all(|leaf| paths.contains(leaf)));
            check_leaves(&new);
            let key = combine(GENESIS, &new.token, new.shares(&masks)).expect("satisfied").key;
            prop_assert_eq!(key.public_key(), old.token.public_key.as_slice());
        }
    }

    #[test]
    fn epochs_never_mix_over_random_trees(
        tree in any_tree(),
        strangers in prop::collection::vec(0usize..24, 0..12),
        algorithm in prop::sample::select(vec![Algorithm::Aes256Gcm, Algorithm::EcdsaP256]),
    ) {
        let old = World::new(algorithm, tree.clone());
        let new = old.reshared(tree);
        check_mixture(&new, &old, &strangers);
        check_mixture(&old, &new, &strangers);
    }
}

#[test]
fn participants_of_both_trees_keep_one_root() {
    let old = World::new(Algorithm::Sr25519, flat(2, 5));
    let new = old.reshared(others());
    let holds = |world: &World, number| {
        world.token.tree.leaves().iter().any(|(_, who)| *who == Participant::Agent(agent(number)))
    };
    assert!(holds(&old, 4) && holds(&new, 4) && !holds(&old, 8) && !holds(&new, 1));
    let bytes = |world: &World| world.roots[&agent(4)].to_bytes();
    assert_eq!(*bytes(&old), *bytes(&new));
}
