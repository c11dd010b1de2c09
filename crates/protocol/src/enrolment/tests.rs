use proptest::prelude::*;
use rand_core::{CryptoRng, RngCore};

use super::*;
use crate::{
    combine, regenerate,
    share::ShareError,
    testing::{
        contributions, flat, mask, nested, params, rng, roots, trees::any_tree, World, GENESIS,
    },
};

/// A generator that always gives the same byte, or nothing.
struct Stuck(Option<u8>);

impl CryptoRng for Stuck {}

impl RngCore for Stuck {
    fn next_u32(&mut self) -> u32 {
        0
    }

    fn next_u64(&mut self) -> u64 {
        0
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        out.fill(self.0.expect("try_fill_bytes is used"));
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), rand_core::Error> {
        let byte = self.0.ok_or_else(|| rand_core::Error::new(crate::RandomnessError))?;
        out.fill(byte);
        Ok(())
    }
}

fn contribution(entropy: u8, group: Group) -> Contribution {
    let mut scalar = [0; 32];
    scalar[16] = 1;
    let mask = Mask { group, scalar: Zeroizing::new(scalar) };
    Contribution::new(mask, [entropy; 32])
}

use crate::Mask;

fn enrol_with(
    algorithm: Algorithm,
    tree: AccessTree,
    leaves: &[usize],
) -> Result<RegenToken, EnrolmentError> {
    let group = algorithm.group();
    let contributions = leaves.iter().map(|leaf| (*leaf, contribution(*leaf as u8, group)));
    enrol(&params(algorithm, tree), contributions.collect(), None, &mut rng(3))
}

#[test]
fn enrolment_works_for_every_algorithm() {
    for algorithm in Algorithm::ALL {
        for tree in [flat(1, 1), flat(1, 3), flat(3, 3), nested()] {
            let world = World::new(algorithm, tree);
            assert_eq!(world.token.check_shape(), Ok(()));
            let combined = world.combined();
            assert_eq!(combined.key.public_key(), world.token.public_key.as_slice());
            assert_eq!(combined.key.algorithm(), algorithm);
        }
    }
}

#[test]
fn contributions_count_by_leaf_whatever_their_order() {
    let forwards = enrol_with(Algorithm::Ed25519, flat(2, 4), &[0, 1, 2, 3]);
    assert_eq!(forwards, enrol_with(Algorithm::Ed25519, flat(2, 4), &[3, 1, 0, 2]));
}

#[test]
fn duplicate_contributions_count_once() {
    // Three contributions of one leaf are one.
    assert_eq!(
        enrol_with(Algorithm::Ed25519, flat(2, 4), &[0, 0, 0]),
        Err(EnrolmentError::TooFewContributions { present: 1, leaves: 4 })
    );
    // Of several of one leaf the first counts.
    let tree = flat(2, 3);
    let group = Group::Ed25519;
    let with = |list: Vec<(usize, u8)>| {
        let list = list.into_iter().map(|(leaf, entropy)| (leaf, contribution(entropy, group)));
        enrol(&params(Algorithm::Ed25519, tree.clone()), list.collect(), None, &mut rng(3))
    };
    assert_eq!(with(vec![(0, 1), (1, 2), (2, 3), (0, 9)]), with(vec![(0, 1), (1, 2), (2, 3)]));
    assert_ne!(with(vec![(0, 9), (0, 1), (1, 2), (2, 3)]), with(vec![(0, 1), (1, 2), (2, 3)]));
}

#[test]
fn absent_leaves_get_no_correction() {
    let token = enrol_with(Algorithm::Bip340, flat(2, 5), &[0, 2, 4]).expect("one to spare");
    let present: Vec<_> = token.corrections.iter().map(Option::is_some).collect();
    assert_eq!(present, [true, false, true, false, true]);
    assert_eq!(token.check_shape(), Ok(()));
    let error = regenerate(GENESIS, &token, 1, &contribution(0, Group::Secp256k1).mask).err();
    assert!(matches!(error, Some(ShareError::AbsentLeaf { .. })));
}

#[test]
fn enrolment_needs_one_leaf_to_spare() {
    assert_eq!(
        enrol_with(Algorithm::Sr25519, flat(2, 5), &[0, 2]),
        Err(EnrolmentError::TooFewContributions { present: 2, leaves: 5 })
    );
    // Where a gate needs all, all are enough.
    assert!(enrol_with(Algorithm::Sr25519, flat(3, 3), &[0, 1, 2]).is_ok());
    assert!(enrol_with(Algorithm::Sr25519, flat(3, 3), &[0, 1]).is_err());
    assert!(enrol_with(Algorithm::Sr25519, nested(), &[0, 1, 2, 3]).is_err());
}

#[test]
fn strangers_are_refused() {
    assert_eq!(
        enrol_with(Algorithm::Sr25519, flat(2, 3), &[0, 1, 2, 3]),
        Err(EnrolmentError::NoSuchLeaf { found: 3, leaves: 3 })
    );
    let contributions =
        (0..3).map(|leaf| (leaf, contribution(0, Group::Ed25519))).collect::<Vec<_>>();
    assert_eq!(
        enrol(&params(Algorithm::Sr25519, flat(2, 3)), contributions, None, &mut rng(3)),
        Err(EnrolmentError::MaskGroup {
            leaf: 0,
            found: Group::Ed25519,
            expected: Group::Ristretto255
        })
    );
}

/// One source of entropy that is not known is enough: an agent's, or the enclave's own.
#[test]
fn any_source_of_entropy_changes_the_key() {
    let key = |own: u8, entropy: [u8; 3]| {
        let list = entropy.iter().enumerate();
        let list = list.map(|(leaf, byte)| (leaf, contribution(*byte, Group::P256))).collect();
        let params = params(Algorithm::EcdsaP256, flat(2, 3));
        enrol(&params, list, None, &mut Stuck(Some(own))).expect("enough leaves").public_key
    };
    let keys = [
        key(0, [0, 0, 0]),
        key(1, [0, 0, 0]),
        key(0, [1, 0, 0]),
        key(0, [0, 1, 0]),
        key(0, [0, 0, 1]),
    ];
    for (at, key) in keys.iter().enumerate() {
        assert!(!keys[..at].contains(key));
    }
    assert_eq!(keys[0], key(0, [0, 0, 0]));
}

/// Another enrolment of the same entropy, as after a restore, is another key and another sharing.
#[test]
fn every_part_of_the_context_changes_the_key() {
    let key = |change: &dyn Fn(&mut EnrolmentParams)| {
        let mut params = params(Algorithm::Sr25519, flat(2, 3));
        change(&mut params);
        let list = (0..3).map(|leaf| (leaf, contribution(0, params.algorithm.group()))).collect();
        enrol(&params, list, None, &mut Stuck(Some(0))).expect("enough leaves").public_key
    };
    let keys = [
        key(&|_| ()),
        key(&|params| params.genesis = H256([0xee; 32])),
        key(&|params| params.key_id = KeyId::default()),
        key(&|params| params.epoch = 1),
        key(&|params| params.enrolment_id = EnrolmentId::default()),
        key(&|params| params.algorithm = Algorithm::Ed25519),
    ];
    for (at, key) in keys.iter().enumerate() {
        assert!(!keys[..at].contains(key));
    }
}

#[test]
fn without_randomness_there_is_no_key() {
    let list = (0..3).map(|leaf| (leaf, contribution(0, Group::P256))).collect();
    let params = params(Algorithm::EcdsaP256, flat(2, 3));
    assert_eq!(enrol(&params, list, None, &mut Stuck(None)), Err(EnrolmentError::Randomness));
}

#[test]
fn imported_native_keys_keep_their_public_key() {
    for algorithm in Algorithm::ALL.into_iter().filter(|a| a.kind() == KeyKind::Native) {
        let mut scalar = [0; 32];
        scalar[5] = 0x5a;
        let public = with_group!(algorithm.group(), G => {
            G::image(&G::scalar_from_bytes(&scalar).expect("canonical")).expect("not zero")
        });
        let imported = Imported::Scalar(Zeroizing::new(scalar));
        let world = World::with_import(algorithm, nested(), Some(imported));
        assert_eq!(world.token.public_key.as_slice(), public.as_slice());
        assert_eq!(world.combined().key.public_key(), public.as_slice());
    }
}

#[test]
fn imported_material_is_wrapped() {
    for algorithm in Algorithm::ALL.into_iter().filter(|a| a.kind() == KeyKind::Seed) {
        let bytes = operations::material_bytes(algorithm).expect("a seed algorithm");
        let material = vec![0x6b; bytes];
        let imported = Imported::Material(Zeroizing::new(material.clone()));
        let world = World::with_import(algorithm, flat(2, 3), Some(imported));
        let wrapped = world.token.wrapped.as_ref().expect("wrapped");
        assert_eq!(wrapped.len(), 12 + bytes + 16);
        assert!(!wrapped.windows(16).any(|window| window == &material[..16]));
        let expected = operations::public_key(algorithm, &material).expect("enough bytes");
        assert_eq!(world.token.public_key.as_slice(), expected.as_slice());
        assert_eq!(world.combined().key.public_key(), expected.as_slice());

        // A ciphertext that was changed opens no more, and no key comes of it.
        let mut token = world.token.clone();
        if let Some(wrapped) = &mut token.wrapped {
            wrapped.as_mut()[14] ^= 1;
        }
        let error = combine(GENESIS, &token, world.shares(&[0, 1, 2])).err();
        assert_eq!(error, Some(crate::CombineError::InconsistentToken));
    }
}

#[test]
fn imports_of_the_wrong_kind_are_refused() {
    let refused = |algorithm: Algorithm, imported: Imported| {
        let params = params(algorithm, flat(2, 3));
        let list = (0..3).map(|leaf| (leaf, contribution(0, algorithm.group()))).collect();
        matches!(
            enrol(&params, list, Some(imported), &mut rng(3)),
            Err(EnrolmentError::Imported { .. })
        )
    };
    let scalar = |byte: u8| Imported::Scalar(Zeroizing::new([byte; 32]));
    let material = |bytes: usize| Imported::Material(Zeroizing::new(vec![7; bytes]));
    // Not below the order, zero, of the other kind, of another length.
    for algorithm in
        [Algorithm::Sr25519, Algorithm::Ed25519, Algorithm::Bip340, Algorithm::EcdsaP256]
    {
        assert!(refused(algorithm, scalar(0xff)));
        assert!(refused(algorithm, scalar(0)));
        assert!(refused(algorithm, material(32)));
    }
    assert!(refused(Algorithm::Aes256Gcm, scalar(1)));
    assert!(refused(Algorithm::Aes256Gcm, material(16)));
    assert!(refused(Algorithm::MlKem768, material(32)));
    assert!(refused(Algorithm::MlDsa65, material(64)));
}

#[test]
fn contributions_survive_their_encoding() {
    let params = params(Algorithm::EcdsaSecp256k1, flat(2, 3));
    let roots = roots(&params.tree, &mut rng(4));
    let contribution = Contribution::new(mask(&params, &roots, 1), [9; 32]);
    let body = contribution.encode();
    assert_eq!(body.len(), CONTRIBUTION_BYTES);
    let again = Contribution::decode(Group::Secp256k1, body.as_slice()).expect("own encoding");
    assert_eq!(again.encode(), body);

    let refused = |body: &[u8]| Contribution::decode(Group::Secp256k1, body).err();
    assert_eq!(refused(&body[..63]), Some(ShareError::Length { found: 63 }));
    assert_eq!(refused(&[0; 65]), Some(ShareError::Length { found: 65 }));
    assert_eq!(refused(&[0xff; 64]), Some(ShareError::NotCanonical { group: Group::Secp256k1 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever the tree and whoever is absent: there is a token exactly when the tree is satisfied
    /// with one to spare, and the leaves that are present then make the key.
    #[test]
    fn enrolment_over_random_trees(
        tree in any_tree(),
        absent in prop::collection::btree_set(0usize..40, 0..6),
        algorithm in prop::sample::select(vec![Algorithm::Sr25519, Algorithm::Bip340, Algorithm::Aes256Gcm]),
    ) {
        let params = params(algorithm, tree.clone());
        let mut rng = rng(8);
        let roots = roots(&tree, &mut rng);
        let mut list = contributions(&params, &roots, &mut rng);
        list.retain(|(leaf, _)| !absent.contains(leaf));
        let token = enrol(&params, list, None, &mut rng);
        let is_present = |leaf: usize| leaf < tree.leaf_count() && !absent.contains(&leaf);
        prop_assert_eq!(token.is_ok(), tree.satisfied_with_spare(1, is_present));
        if let Ok(token) = token {
            let world = World { params, roots, token };
            let present: Vec<_> = (0..tree.leaf_count()).filter(|leaf| is_present(*leaf)).collect();
            let combined = combine(GENESIS, &world.token, world.shares(&present));
            prop_assert!(combined.is_ok());
        }
    }
}
