use proptest::prelude::*;
use regent_primitives::{AccessTree, Group};

use super::*;
use crate::{
    combine,
    commitments::verify_token,
    enrolment::CONTRIBUTION_BYTES,
    groups::Ristretto255,
    share::{canonical_scalar, ShareError},
    sharing::{join, split},
    succession::{verify_own_leaf, verify_refresh, SuccessorError},
    testing::{
        deep, flat, nested, rng,
        succession::{check_mixture, check_operations, native},
        trees::any_tree,
        World, GENESIS,
    },
    Mask,
};

/// Every leaf that is present fits the new token, by its participant's own check.
fn check_leaves(world: &World) {
    for leaf in world.present() {
        let seed = world.seed(leaf, &world.label());
        assert_eq!(verify_own_leaf(GENESIS, &world.token, leaf, &seed), Ok(()));
    }
}

#[test]
fn operations_work_after_each_of_many_refreshes() {
    for algorithm in native() {
        for tree in [flat(1, 1), flat(1, 3), flat(3, 3), flat(3, 5), nested(), deep()] {
            let first = World::new(algorithm, tree);
            let mut last = first.at(first.token.clone());
            for epoch in 1..=3 {
                let next = last.refreshed();
                assert_eq!(next.token.epoch, epoch);
                assert_eq!(verify_refresh(&last.token, &next.token), Ok(()));
                check_leaves(&next);
                check_operations(&first, &next);
                last = next;
            }
        }
    }
}

/// The root keeps its bytes; every leaf's image changes, and every coefficient's commitment.
#[test]
fn refresh_changes_all_but_the_root() {
    for algorithm in native() {
        let old = World::new(algorithm, nested());
        let new = old.refreshed();
        let parts = |world: &World| match &world.token.commitments {
            Commitments::Native { gates, leaves } => (gates.clone(), leaves.clone()),
            Commitments::Seed { .. } => panic!("a native token"),
        };
        let ((old_gates, old_leaves), (gates, leaves)) = (parts(&old), parts(&new));
        assert_eq!(gates[0], old_gates[0]);
        assert_eq!(gates[0].as_slice(), new.token.public_key.as_slice());
        assert!(gates.iter().zip(&old_gates).skip(1).all(|(new, old)| new != old));
        assert!(leaves.iter().zip(&old_leaves).all(|(new, old)| new != old));
        for (leaf, correction) in new.token.corrections.iter().enumerate() {
            assert_ne!(*correction, old.token.corrections[leaf]);
            assert_ne!(new.share(leaf).as_bytes(), old.share(leaf).as_bytes());
        }
    }
}

#[test]
fn old_and_new_shares_never_mix() {
    for algorithm in native() {
        for tree in [flat(3, 5), nested(), deep()] {
            let old = World::new(algorithm, tree);
            let new = old.refreshed();
            for strangers in [&[0][..], &[1, 3], &[0, 1, 2], &[0, 1, 2, 3, 4, 5, 6]] {
                check_mixture(&new, &old, strangers);
                check_mixture(&old, &new, strangers);
            }
        }
    }
}

/// Not even by interpolating without any check.
#[test]
fn mixed_shares_interpolate_to_another_secret() {
    for algorithm in native() {
        for tree in [flat(3, 5), nested()] {
            let old = World::new(algorithm, tree.clone());
            let new = old.refreshed();
            with_group!(algorithm.group(), G => {
                let secret = |strangers: &[usize]| {
                    let share = |leaf: usize| {
                        let world = if strangers.contains(&leaf) { &old } else { &new };
                        G::scalar_from_bytes(world.share(leaf).as_bytes())
                    };
                    *join::<G>(&tree, share).expect("satisfied").secret
                };
                let key = secret(&[]);
                assert!(G::image(&key).expect("not zero").as_slice() == new.token.public_key.as_slice());
                assert!(secret(&[0, 1, 2, 3, 4, 5, 6]) == key);
                for strangers in [&[0][..], &[1], &[2], &[0, 1], &[1, 2]] {
                    assert!(secret(strangers) != key);
                }
            });
        }
    }
}

#[test]
fn refresh_works_with_as_few_as_the_owner_accepts() {
    let world = World::new(Algorithm::Bip340, flat(3, 5));
    let one_to_spare = world.next_epoch();
    let none = NextEpoch { spare: 0, ..one_to_spare };
    let too_few = |present| {
        Some(RefreshError::Dealing(EnrolmentError::TooFewContributions { present, leaves: 5 }))
    };
    assert_eq!(world.refresh_by(&[0, 2, 4], &one_to_spare).err(), too_few(3));
    assert_eq!(world.refresh_by(&[0, 4], &none).err(), too_few(2));
    for leaves in [&[0, 1, 2, 4][..], &[0, 2, 4]] {
        let next = if leaves.len() == 3 { none } else { one_to_spare };
        let new = world.refresh_by(leaves, &next).expect("enough");
        assert_eq!(new.present(), leaves);
        assert_eq!(verify_refresh(&world.token, &new.token), Ok(()));
        check_leaves(&new);
        let combined = combine(GENESIS, &new.token, new.shares(leaves)).expect("enough");
        assert_eq!(combined.key.public_key(), world.token.public_key.as_slice());
        assert_eq!(new.try_share(3).err(), Some(ShareError::AbsentLeaf { leaf: path(&new, 3) }));
    }
}

fn path(world: &World, leaf: usize) -> LeafPath {
    leaf_path(&world.token.tree, leaf).expect("a leaf")
}

/// Who dropped out cannot come back by a refresh: there is no correction to refresh.
#[test]
fn absent_leaves_stay_absent() {
    let world = World::new(Algorithm::Sr25519, flat(2, 4));
    let second = world.refresh_by(&[0, 1, 3], &world.next_epoch()).expect("one to spare");
    let next = second.next_epoch();
    let refresh = Refresh::new(&second.token, &next).expect("native");
    let (old, new) = (second.seed(2, &second.label()), second.seed(2, &refresh.next().label()));
    let error = refresh.contribute(2, &old, &new, [0; 32]).err();
    assert_eq!(error, Some(ShareError::AbsentLeaf { leaf: path(&second, 2) }));
    // Nor by a difference that fits nothing.
    let mut sent = second.differences(&refresh, &[0, 1, 3]);
    sent.push((2, second.difference(&refresh, 0)));
    let error = refresh.deal(sent, &mut rng(5)).err();
    assert_eq!(error, Some(RefreshError::AbsentLeaf { leaf: path(&second, 2) }));
    // And a token that says otherwise is refused.
    let mut token = second.refreshed().token;
    token.corrections.as_mut()[2] = Some([1; 32]);
    let error = verify_refresh(&second.token, &token).err();
    assert_eq!(error, Some(SuccessorError::Returned { leaf: path(&second, 2) }));
}

/// The sharing that is added has another secret than zero: the root tells. With the root kept, the
/// commitments are no sharing. With the commitments of a true one, every leaf tells.
#[test]
fn a_sharing_of_anything_but_zero_is_found() {
    for algorithm in native() {
        for tree in [flat(2, 3), deep()] {
            let world = World::new(algorithm, tree);
            let next = world.next_epoch();
            let refresh = Refresh::new(&world.token, &next).expect("native");
            let sent = world.differences(&refresh, &world.present());
            let good = refresh.deal(sent, &mut rng(5)).expect("all").commitments;
            let sent = world.differences(&refresh, &world.present());
            let sent: Vec<_> = sent.into_iter().map(|(_, sent)| Some(sent)).collect();
            let wrong = with_group!(algorithm.group(), G => {
                let entropy = mix(&sent, &mut rng(6)).expect("random");
                let z = split_by::<G>(refresh.next(), &entropy, &<G as PrimeGroup>::Scalar::from(1u64)).expect("a tree");
                refresh.add::<G>(&z, &sent).expect("an old token")
            });
            let public_key = world.token.public_key.to_vec();
            let token = refresh.next().token(public_key, wrong, None).expect("bounded");
            let verify = |token: &RegenToken| verify_refresh(&world.token, token).err();
            assert_eq!(verify(&token), Some(SuccessorError::OtherKey("root commitment")));

            let mut kept = token.clone();
            let (Commitments::Native { gates, .. }, Commitments::Native { gates: old, .. }) =
                (&mut kept.commitments, &world.token.commitments)
            else {
                panic!("native tokens")
            };
            gates.as_mut()[0] = old[0].clone();
            let inconsistent = Some(SuccessorError::Token(TokenError::Inconsistent));
            assert_eq!(verify(&kept), inconsistent);

            let mut dressed = token.clone();
            dressed.commitments = good;
            assert_eq!(verify(&dressed), None);
            let dressed = world.at(dressed);
            for leaf in dressed.present() {
                let seed = dressed.seed(leaf, &dressed.label());
                let checked = verify_own_leaf(GENESIS, &dressed.token, leaf, &seed);
                let leaf = path(&dressed, leaf);
                assert_eq!(checked, Err(ShareError::Mismatch { leaf }));
            }
        }
    }
}

/// A sharing of zero that leaves one gate as it was: the gate's old and new shares would mix.
#[test]
fn a_gate_that_is_not_refreshed_is_found() {
    let world = World::new(Algorithm::Sr25519, nested());
    let next = world.next_epoch();
    let refresh = Refresh::new(&world.token, &next).expect("native");
    let sent = world.differences(&refresh, &world.present());
    let sent: Vec<_> = sent.into_iter().map(|(_, sent)| Some(sent)).collect();
    let scalar = |n: u32| curve25519_dalek::Scalar::from(n);
    // The commitments of the root are 0 to 2, those of the second gate 3 and 4.
    let coefficient = |gate, index| scalar(if gate == 1 { 0 } else { 1 + 10 * gate + index });
    let z = split::<Ristretto255>(&world.token.tree, &scalar(0), coefficient).expect("a tree");
    let lazy = refresh.add::<Ristretto255>(&z, &sent).expect("an old token");
    let public_key = world.token.public_key.to_vec();
    let token = refresh.next().token(public_key, lazy, None).expect("bounded");
    assert_eq!(verify_token(&token), Ok(()));
    let error = SuccessorError::NotFresh { index: 4 };
    assert_eq!(verify_refresh(&world.token, &token), Err(error));
}

/// A wrong difference shuts out the leaf that sent it, and no other.
#[test]
fn a_wrong_difference_harms_its_sender_alone() {
    let world = World::new(Algorithm::EcdsaP256, flat(3, 5));
    let next = world.next_epoch();
    let refresh = Refresh::new(&world.token, &next).expect("native");
    let mut sent = world.differences(&refresh, &[0, 1, 2, 3, 4]);
    let stranger = sent.swap_remove(4).1;
    sent[1].1 = stranger;
    let new = world.at(refresh.deal(sent, &mut rng(5)).expect("four"));
    assert_eq!(verify_refresh(&world.token, &new.token), Ok(()));
    for leaf in new.present() {
        let seed = new.seed(leaf, &new.label());
        let checked = verify_own_leaf(GENESIS, &new.token, leaf, &seed);
        assert_eq!(checked.is_ok(), leaf != 1);
    }
    let key = combine(GENESIS, &new.token, new.shares(&[0, 2, 3])).expect("three").key;
    assert_eq!(key.public_key(), world.token.public_key.as_slice());
}

#[test]
fn participants_contribute_only_what_fits_the_old_token() {
    let world = World::new(Algorithm::Ed25519, flat(2, 3));
    let next = world.next_epoch();
    let refresh = Refresh::new(&world.token, &next).expect("native");
    let (old, new) = (world.label(), refresh.next().label());
    let refused = |leaf: usize, who: usize, at: &crate::Label| {
        let seed = world.seed(who, at);
        refresh.contribute(leaf, &seed, &world.seed(who, &new), [0; 32]).err()
    };
    assert_eq!(refused(1, 1, &old), None);
    let mismatch = Some(ShareError::Mismatch { leaf: path(&world, 1) });
    assert_eq!(refused(1, 0, &old), mismatch);
    assert_eq!(refused(1, 1, &new), mismatch);
    assert_eq!(refused(3, 1, &old), Some(ShareError::NoSuchLeaf { found: 3, leaves: 3 }));
}

#[test]
fn strangers_and_duplicates_are_treated_as_in_an_enrolment() {
    let world = World::new(Algorithm::Ed25519, flat(2, 3));
    let other = World::new(Algorithm::Sr25519, flat(2, 3));
    let next = world.next_epoch();
    let refresh = Refresh::new(&world.token, &next).expect("native");
    let foreign = Refresh::new(&other.token, &next).expect("native");
    let deal = |extra: (usize, RefreshContribution), first: bool| {
        let mut sent = world.differences(&refresh, &[0, 1, 2]);
        sent.insert(if first { 0 } else { 3 }, extra);
        refresh.deal(sent, &mut rng(5))
    };
    let whole = refresh.deal(world.differences(&refresh, &[0, 1, 2]), &mut rng(5));
    assert_eq!(deal((1, world.difference(&refresh, 0)), false), whole);
    assert_ne!(deal((1, world.difference(&refresh, 0)), true), whole);
    let error = RefreshError::Dealing(EnrolmentError::NoSuchLeaf { found: 3, leaves: 3 });
    assert_eq!(deal((3, world.difference(&refresh, 0)), false), Err(error));
    let (found, expected) = (Group::Ristretto255, Group::Ed25519);
    let error = RefreshError::Dealing(EnrolmentError::MaskGroup { leaf: 0, found, expected });
    assert_eq!(deal((0, other.difference(&foreign, 0)), false), Err(error));
}

#[test]
fn tokens_that_cannot_be_refreshed_are_refused() {
    let refused = |token: &RegenToken, world: &World| {
        Refresh::new(token, &world.next_epoch()).map(drop).err()
    };
    for algorithm in [Algorithm::Aes256Gcm, Algorithm::MlKem768, Algorithm::MlDsa65] {
        let world = World::new(algorithm, flat(2, 3));
        assert_eq!(refused(&world.token, &world), Some(RefreshError::NotNative(algorithm)));
    }
    let world = World::new(Algorithm::Sr25519, flat(2, 3));
    let changed = |change: &dyn Fn(&mut RegenToken)| {
        let mut token = world.token.clone();
        change(&mut token);
        token
    };
    let last = changed(&|token| token.epoch = u32::MAX);
    assert_eq!(refused(&last, &world), Some(RefreshError::LastEpoch));
    let short = changed(&|token| token.corrections.truncate(2));
    assert!(matches!(refused(&short, &world), Some(RefreshError::OldToken(_))));

    // What shows only when it is dealt with: a correction that is no scalar, a point that is none.
    let next = world.next_epoch();
    let refresh = Refresh::new(&world.token, &next).expect("native");
    let deal = |token: &RegenToken| {
        let sent = world.differences(&refresh, &[0, 1, 2]);
        Refresh::new(token, &next).expect("well shaped").deal(sent, &mut rng(5)).err()
    };
    let token = changed(&|token| token.corrections.as_mut()[1] = Some([0xff; 32]));
    assert_eq!(deal(&token), Some(RefreshError::Correction { leaf: path(&world, 1) }));
    let token = changed(&|token| {
        let Commitments::Native { leaves, .. } = &mut token.commitments else { return };
        leaves.as_mut()[2] = BoundedVec::truncate_from(vec![0xff; 32]);
    });
    let reason = crate::PointError::NotCanonical;
    let error = RefreshError::OldToken(TokenError::Point { index: 4, reason });
    assert_eq!(deal(&token), Some(error));
}

#[test]
fn contributions_survive_their_encoding() {
    let world = World::new(Algorithm::EcdsaSecp256k1, flat(2, 3));
    let next = world.next_epoch();
    let refresh = Refresh::new(&world.token, &next).expect("native");
    let body = world.difference(&refresh, 1).encode();
    assert_eq!(body.len(), CONTRIBUTION_BYTES);
    let again = RefreshContribution::decode(Group::Secp256k1, body.as_slice()).expect("its own");
    assert_eq!(again.encode(), body);
    let refused = |body: &[u8]| RefreshContribution::decode(Group::Secp256k1, body).err();
    assert_eq!(refused(&body[..63]), Some(ShareError::Length { found: 63 }));
    assert_eq!(refused(&[0xff; 64]), Some(ShareError::NotCanonical { group: Group::Secp256k1 }));
}

/// What a session opens is the same whatever the masks are, as long as they are as far apart.
#[test]
fn a_difference_says_nothing_of_either_mask() {
    for group in [Group::Ristretto255, Group::Ed25519, Group::Secp256k1, Group::P256] {
        with_group!(group, G => {
            let mask = |scalar: u64| {
                let bytes = G::scalar_to_bytes(&<G as PrimeGroup>::Scalar::from(scalar));
                Mask { group, scalar: canonical_scalar(group, &bytes).expect("canonical") }
            };
            let sent = |old: u64, new: u64| {
                let sent = RefreshContribution::between(&mask(old), &mask(new), Zeroizing::new([1; 32]));
                sent.expect("one group").encode()
            };
            assert_eq!(sent(9, 4), sent(1_000_005, 1_000_000));
            assert_ne!(sent(9, 4), sent(9, 5));
        });
    }
}

/// Two refreshes of one token, as after an attempt that failed, share nothing: neither masks nor `z`.
#[test]
fn attempts_are_unrelated() {
    let world = World::new(Algorithm::Sr25519, flat(2, 3));
    let next = world.next_epoch();
    let again = NextEpoch { enrolment_id: Default::default(), ..next };
    let token = |next: &NextEpoch| world.refresh_by(&[0, 1, 2], next).expect("all").token;
    let (one, two) = (token(&next), token(&again));
    assert_ne!(one.commitments, two.commitments);
    assert!(one.corrections.iter().zip(&two.corrections).all(|(one, two)| one != two));
    let (one, two) = (world.at(one), world.at(two));
    check_mixture(&one, &two, &[0]);
    check_mixture(&one, &two, &[1, 2]);
}

/// Each honest source of entropy changes the sharing: the enclave's own, and any participant's.
#[test]
fn any_source_of_entropy_changes_the_sharing() {
    let world = World::new(Algorithm::Ed25519, flat(2, 3));
    let next = world.next_epoch();
    let refresh = Refresh::new(&world.token, &next).expect("native");
    let deal = |entropy: u8, own: u8| {
        let mut sent = world.differences(&refresh, &[0, 1, 2]);
        let (old, new) = (world.seed(1, &world.label()), world.seed(1, &refresh.next().label()));
        sent[1].1 = refresh.contribute(1, &old, &new, [entropy; 32]).expect("its leaf");
        refresh.deal(sent, &mut rng(own)).expect("all").commitments
    };
    assert_eq!(deal(1, 1), deal(1, 1));
    assert_ne!(deal(1, 1), deal(2, 1));
    assert_ne!(deal(1, 1), deal(1, 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever the tree and whoever is absent: there is a token exactly when those who answer satisfy
    /// the tree with the spare asked for; it verifies, every answering leaf fits, and they make the key.
    #[test]
    fn refresh_over_random_trees(
        tree in any_tree(),
        absent in prop::collection::btree_set(0usize..40, 0..6),
        spare in 0u16..2,
        algorithm in prop::sample::select(native().collect::<Vec<_>>()),
    ) {
        let world = World::new(algorithm, tree.clone());
        let next = NextEpoch { spare, ..world.next_epoch() };
        let leaves: Vec<_> =
            (0..tree.leaf_count()).filter(|leaf| !absent.contains(leaf)).collect();
        let new = world.refresh_by(&leaves, &next);
        let is_present = |leaf| leaves.contains(&leaf);
        prop_assert_eq!(new.is_ok(), tree.satisfied_with_spare(spare, is_present));
        if let Ok(new) = new {
            prop_assert_eq!(verify_refresh(&world.token, &new.token), Ok(()));
            check_leaves(&new);
            let key = combine(GENESIS, &new.token, new.shares(&leaves)).expect("satisfied").key;
            prop_assert_eq!(key.public_key(), world.token.public_key.as_slice());
        }
    }

    /// Any shares of the old epoch among those of the new, and the reverse.
    #[test]
    fn epochs_never_mix_over_random_trees(
        tree in any_tree(),
        strangers in prop::collection::vec(0usize..24, 0..12),
    ) {
        let old = World::new(Algorithm::EcdsaSecp256k1, tree);
        let new = old.refreshed();
        check_mixture(&new, &old, &strangers);
        check_mixture(&old, &new, &strangers);
    }

    /// Any one commitment, image or correction of the new token put in the place of another is found.
    #[test]
    fn any_exchanged_part_of_a_refreshed_token_is_found(
        tree in any_tree(),
        part in any::<prop::sample::Index>(),
    ) {
        let world = World::new(Algorithm::Ed25519, tree);
        let mut token = world.refreshed().token;
        let other = world.refresh_by(&world.present(), &NextEpoch {
            enrolment_id: Default::default(), ..world.next_epoch()
        }).expect("all").token;
        let (commitments, leaves) = (token.tree.commitment_count(), token.tree.leaf_count());
        let at = part.index(commitments + leaves + leaves);
        let before = token.clone();
        let (Commitments::Native { gates, leaves: images }, Commitments::Native { gates: g, leaves: l }) =
            (&mut token.commitments, &other.commitments) else { panic!("native tokens") };
        if at < commitments {
            gates.as_mut()[at] = g[at].clone();
        } else if at < commitments + leaves {
            images.as_mut()[at - commitments] = l[at - commitments].clone();
        } else {
            let leaf = at - commitments - leaves;
            token.corrections.as_mut()[leaf] = other.corrections[leaf];
        }
        let changed = token != before;
        let leaf_fits = |world: &World, leaf: usize| {
            verify_own_leaf(GENESIS, &world.token, leaf, &world.seed(leaf, &world.label())).is_ok()
        };
        let verified = verify_refresh(&world.token, &token);
        let new = world.at(token);
        let all_fit = new.present().into_iter().all(|leaf| leaf_fits(&new, leaf));
        prop_assert_eq!(verified.is_ok() && all_fit, !changed);
    }
}

#[test]
fn a_wide_gate_is_refreshed() {
    let agents: Vec<_> = (0..=255u8).map(crate::testing::agent).collect();
    let tree = AccessTree::threshold_of_agents(171, &agents).expect("256 leaves");
    let world = World::new(Algorithm::Sr25519, tree);
    let new = world.refreshed();
    assert_eq!(verify_refresh(&world.token, &new.token), Ok(()));
    check_operations(&world, &new);
}
