use codec::{Decode, Encode};
use regent_primitives::{Algorithm, BoundedVec, Commitments};

use super::*;
use crate::testing::{corrupt, flat, nested, World, GENESIS};

#[test]
fn every_leaf_regenerates_in_every_group() {
    for algorithm in Algorithm::ALL {
        let world = World::new(algorithm, nested());
        for leaf in 0..world.leaves() {
            let share = world.share(leaf);
            assert_eq!(share.group(), algorithm.group());
            let body = share.as_sealed_body();
            let again = Share::from_sealed_body(share.group(), body).expect("own body");
            assert_eq!(verify_leaf(GENESIS, &world.token, leaf, &again), Ok(()));
        }
    }
}

#[test]
fn regenerate_survives_the_token_s_encoding() {
    let world = World::new(Algorithm::Bip340, nested());
    let token = RegenToken::decode(&mut &world.token.encode()[..]).expect("own encoding");
    assert!(regenerate(GENESIS, &token, 3, &world.mask(3)).is_ok());
}

#[test]
fn regenerate_refuses_what_does_not_fit() {
    for algorithm in [Algorithm::Sr25519, Algorithm::EcdsaP256, Algorithm::Aes256Gcm] {
        let world = World::new(algorithm, flat(2, 3));
        let path = leaf_path(&world.token.tree, 1).expect("a leaf");
        let mismatch = Some(ShareError::Mismatch { leaf: path.clone() });
        let with = |token: &RegenToken, leaf: usize, mask: usize| {
            regenerate(GENESIS, token, leaf, &world.mask(mask)).err()
        };
        // Another leaf's mask; a leaf that does not exist.
        assert_eq!(with(&world.token, 1, 0), mismatch);
        assert_eq!(with(&world.token, 3, 0), Some(ShareError::NoSuchLeaf { found: 3, leaves: 3 }));
        // A leaf that was absent, a correction that is no scalar, another correction.
        let changed = |correction: Option<[u8; 32]>| {
            let mut token = world.token.clone();
            if let Some(slot) = token.corrections.as_mut().get_mut(1) {
                *slot = correction;
            }
            token
        };
        assert_eq!(with(&changed(None), 1, 1), Some(ShareError::AbsentLeaf { leaf: path.clone() }));
        assert_eq!(
            with(&changed(Some([0xff; 32])), 1, 1),
            Some(ShareError::NotCanonical { group: algorithm.group() })
        );
        assert_eq!(with(&changed(Some([0; 32])), 1, 1), mismatch);
    }
}

#[test]
fn regenerate_refuses_a_mask_of_another_group() {
    let world = World::new(Algorithm::Sr25519, flat(2, 3));
    let other = World::new(Algorithm::Ed25519, flat(2, 3));
    let error = regenerate(GENESIS, &world.token, 0, &other.mask(0)).err();
    let expected = ShareError::Group { found: Group::Ed25519, expected: Group::Ristretto255 };
    assert_eq!(error, Some(expected));
}

#[test]
fn seed_commitments_are_bound_to_chain_epoch_and_leaf() {
    let world = World::new(Algorithm::MlDsa65, flat(2, 3));
    let check = |genesis: H256, change: &dyn Fn(&mut RegenToken), leaf: usize| {
        let mut token = world.token.clone();
        change(&mut token);
        verify_leaf(genesis, &token, leaf, &world.share(0)).is_ok()
    };
    assert!(check(GENESIS, &|_| (), 0));
    assert!(!check(GENESIS, &|_| (), 1));
    assert!(!check(H256([0xee; 32]), &|_| (), 0));
    assert!(!check(GENESIS, &|token| token.epoch = 1, 0));
    assert!(!check(GENESIS, &|token| token.key_id = Default::default(), 0));
    assert!(!check(GENESIS, &|token| token.enrolment_id = Default::default(), 0));
}

#[test]
fn corrupt_shares_do_not_verify() {
    for algorithm in Algorithm::ALL {
        let world = World::new(algorithm, flat(2, 3));
        assert!(verify_leaf(GENESIS, &world.token, 0, &corrupt(&world.share(0))).is_err());
    }
}

#[test]
fn zero_is_no_share_of_a_native_leaf() {
    let world = World::new(Algorithm::EcdsaSecp256k1, flat(2, 3));
    let zero = Share::from_sealed_body(Group::Secp256k1, &[0; 32]).expect("canonical");
    assert!(verify_leaf(GENESIS, &world.token, 0, &zero).is_err());
}

#[test]
fn sealed_bodies_of_a_wrong_form_are_refused() {
    let read = |group, body: &[u8]| Share::from_sealed_body(group, body).err();
    assert_eq!(read(Group::P256, &[1; 31]), Some(ShareError::Length { found: 31 }));
    assert_eq!(read(Group::P256, &[1; 64]), Some(ShareError::Length { found: 64 }));
    for group in [Group::Ristretto255, Group::Ed25519, Group::Secp256k1, Group::P256] {
        assert_eq!(read(group, &[0xff; 32]), Some(ShareError::NotCanonical { group }));
    }
}

/// Whoever reads the chain learns nothing of a share from its error.
#[test]
fn errors_hold_no_secret() {
    let world = World::new(Algorithm::Sr25519, flat(2, 3));
    let share = corrupt(&world.share(0));
    let error = verify_leaf(GENESIS, &world.token, 0, &share).expect_err("corrupt");
    let text = format!("{error} {error:?}");
    assert!(!text.contains(&hex::encode(share.as_sealed_body())));
    assert!(text.contains("leaf 1"), "{text}");
}

/// A seed token publishes no group element.
#[test]
fn seed_tokens_hold_no_group_element() {
    let world = World::new(Algorithm::Aes256Gcm, flat(2, 3));
    let Commitments::Seed { leaves, .. } = &world.token.commitments else { panic!("a seed token") };
    let encoded = world.token.encode();
    for leaf in 0..3 {
        let scalar = crate::groups::Ristretto255::scalar_from_bytes(world.share(leaf).as_bytes());
        let image = crate::groups::Ristretto255::image(&scalar.expect("canonical"));
        let image = image.expect("not zero");
        assert!(!encoded.windows(32).any(|window| window == image.as_slice()));
        assert_ne!(leaves[leaf].as_bytes(), image.as_slice());
    }
    let _: &BoundedVec<_, _> = leaves;
}
