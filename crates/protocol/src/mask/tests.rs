use std::collections::BTreeSet;

use regent_primitives::BoundedVec;

use super::*;
use crate::{
    testing::{flat, nested, rng, World, GENESIS},
    DeviceRoot, Label,
};

fn path(numbers: &[u16]) -> LeafPath {
    LeafPath(BoundedVec::truncate_from(numbers.to_vec()))
}

const KEY: KeyId = KeyId(H256([1; 32]));
const ENROLMENT: EnrolmentId = EnrolmentId(H256([2; 32]));

/// The mask as one agent with one root derives it.
fn derive(
    genesis: H256,
    key: KeyId,
    epoch: Epoch,
    enrolment: EnrolmentId,
    leaf: &[u16],
    group: Group,
) -> Vec<u8> {
    let root = DeviceRoot::generate(&mut rng(5)).expect("random bytes");
    let label = Label::derive(genesis, 3, key, epoch, enrolment);
    let seed = root.evaluate(&label).expect("fresh root");
    let leaf = path(leaf);
    let context = MaskContext { genesis, key, epoch, enrolment, leaf: &leaf, group };
    Mask::derive(&seed, &context).scalar.to_vec()
}

#[test]
fn masks_of_one_root_never_repeat() {
    let other = H256([9; 32]);
    let masks = [
        derive(GENESIS, KEY, 0, ENROLMENT, &[1], Group::Ristretto255),
        // The same agent at two leaves, one of them below another gate.
        derive(GENESIS, KEY, 0, ENROLMENT, &[2], Group::Ristretto255),
        derive(GENESIS, KEY, 0, ENROLMENT, &[1, 1], Group::Ristretto255),
        // Every other group, also the one with the same scalars.
        derive(GENESIS, KEY, 0, ENROLMENT, &[1], Group::Ed25519),
        derive(GENESIS, KEY, 0, ENROLMENT, &[1], Group::Secp256k1),
        derive(GENESIS, KEY, 0, ENROLMENT, &[1], Group::P256),
        // Another epoch, key or enrolment.
        derive(GENESIS, KEY, 1, ENROLMENT, &[1], Group::Ristretto255),
        derive(GENESIS, KeyId(other), 0, ENROLMENT, &[1], Group::Ristretto255),
        derive(GENESIS, KEY, 0, EnrolmentId(other), &[1], Group::Ristretto255),
        // A chain restored from the same state is another chain.
        derive(other, KEY, 0, ENROLMENT, &[1], Group::Ristretto255),
    ];
    let distinct: BTreeSet<_> = masks.iter().collect();
    assert_eq!(distinct.len(), masks.len());
}

/// Two enrolments whose 96-bit labels collide get one seed from the root, and still no common mask.
#[test]
fn masks_under_a_colliding_label_differ() {
    let root = DeviceRoot::generate(&mut rng(6)).expect("random bytes");
    let seed = root.evaluate(&Label::from_bytes([7; 16])).expect("fresh root");
    let leaf = path(&[1]);
    let of = |enrolment| {
        let context = MaskContext {
            genesis: GENESIS,
            key: KEY,
            epoch: 0,
            enrolment,
            leaf: &leaf,
            group: Group::P256,
        };
        Mask::derive(&seed, &context).scalar.to_vec()
    };
    assert_ne!(of(ENROLMENT), of(EnrolmentId(H256([8; 32]))));
    assert_eq!(of(ENROLMENT), of(ENROLMENT));
}

/// A replayed enrolment gives the session the same masks again: that is why chain and participants
/// refuse a label they have seen. Another request or session makes another enrolment.
#[test]
fn only_an_identical_enrolment_repeats_a_mask() {
    use regent_primitives::{RequestId, SessionId};
    let id = |request: u8, session: u8, kem: &[u8], signing: u8| {
        let (request, session) = (RequestId(H256([request; 32])), SessionId(H256([session; 32])));
        EnrolmentId::derive(GENESIS, request, session, kem, &[signing; 32])
    };
    let replayed = id(1, 2, b"kem", 3);
    assert_eq!(replayed, id(1, 2, b"kem", 3));
    for other in
        [id(9, 2, b"kem", 3), id(1, 9, b"kem", 3), id(1, 2, b"other", 3), id(1, 2, b"kem", 9)]
    {
        assert_ne!(
            derive(GENESIS, KEY, 0, replayed, &[1], Group::Ed25519),
            derive(GENESIS, KEY, 0, other, &[1], Group::Ed25519)
        );
    }
}

/// No two corrections of a token are made with one mask, even where an agent holds two leaves.
#[test]
fn masks_within_a_token_differ() {
    for tree in [nested(), flat(3, 5)] {
        let world = World::new(regent_primitives::Algorithm::Ed25519, tree);
        let masks: BTreeSet<_> =
            (0..world.leaves()).map(|leaf| world.mask(leaf).scalar.to_vec()).collect();
        assert_eq!(masks.len(), world.leaves());
    }
}
