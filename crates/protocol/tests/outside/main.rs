//! What strangers hand to the protocol: the checks that `fuzz/` runs, on its seeds, on changed seeds
//! and on arbitrary bytes.

mod bodies;
mod ciphertext;
#[path = "../../../primitives/tests/outside/kept_seeds.rs"]
mod kept_seeds;
mod sealed;
#[path = "../../../primitives/tests/outside/seeds.rs"]
mod seeds;
mod state;
mod token;
mod world;

use codec::Encode;
use proptest::prelude::*;
use regent_primitives::{Algorithm, Commitments, EnrolmentId, RegenToken, H256};

use kept_seeds::changed_of as changed;
use world::World;

/// Bodies at and around the order of each group.
fn made_bodies() -> Vec<(&'static str, Vec<u8>)> {
    let mut made = vec![
        ("zero", [&[0][..], &[0; 32]].concat()),
        ("short", vec![1; 32]),
        ("contribution", [&[3][..], &[1; 64]].concat()),
    ];
    for (which, name) in (0u8..).zip(["ristretto255", "ed25519", "secp256k1", "p256"]) {
        let order = bodies::order(bodies::GROUPS[usize::from(which)]);
        made.push((name, [&[which], &order[..]].concat()));
    }
    made
}

/// The token of each algorithm, and some that are almost one.
fn made_tokens() -> Vec<(&'static str, Vec<u8>)> {
    let mut made: Vec<_> = Algorithm::ALL
        .into_iter()
        .map(|algorithm| (algorithm.name(), World::of(algorithm).token.clone()))
        .collect();
    let token = |algorithm| World::of(algorithm).token.clone();
    let reshared = RegenToken {
        epoch: 1,
        enrolment_id: EnrolmentId(H256::repeat_byte(9)),
        ..token(Algorithm::Ed25519)
    };
    let mut absent = token(Algorithm::Sr25519);
    if let Some(correction) = absent.corrections.get_mut(1) {
        *correction = None;
    }
    let mut swapped = token(Algorithm::EcdsaP256);
    if let Commitments::Native { leaves, .. } = &mut swapped.commitments {
        leaves.iter_mut().for_each(|leaf| leaf[0] ^= 1);
    }
    made.extend([("reshared", reshared), ("absent", absent), ("swapped", swapped)]);
    made.into_iter().map(|(name, token)| (name, token.encode())).collect()
}

#[test]
fn seeds_hold() {
    seeds::hold(&[
        ("bodies", bodies::check, made_bodies()),
        ("ciphertext", ciphertext::check, ciphertext::made()),
        ("envelope", state::check_envelope, state::made_envelopes()),
        ("root", state::check_root, state::made_roots()),
        ("sealed", sealed::check, sealed::made()),
        ("token", token::check, made_tokens()),
    ]);
}

/// What is made anew at random each time is not compared.
#[test]
fn seeds_are_of_this_version() {
    kept_seeds::are_of_this_version(&[
        ("token", token::check, made_tokens()),
        ("ciphertext", ciphertext::check, ciphertext::made()),
    ]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn changed_bodies_hold(bytes in changed("bodies")) {
        bodies::check(&bytes);
    }

    /// Scalars close to the order, where one too many bits would be accepted.
    #[test]
    fn scalars_around_the_order_hold(which in 0..4u8, distance in -300..300i32, entropy: [u8; 32]) {
        let of = bodies::GROUPS[usize::from(which)];
        let mut scalar = bodies::order(of);
        // Big-endian from here.
        if of.2 {
            scalar.reverse();
        }
        let mut carry = distance;
        for byte in scalar.iter_mut().rev() {
            let sum = i32::from(*byte) + carry;
            *byte = sum.rem_euclid(256) as u8;
            carry = sum.div_euclid(256);
        }
        if of.2 {
            scalar.reverse();
        }
        bodies::check(&[&[which], &scalar[..]].concat());
        bodies::check(&[&[which], &scalar[..], &entropy].concat());
    }

    #[test]
    fn changed_ciphertexts_hold(bytes in changed("ciphertext")) {
        ciphertext::check(&bytes);
    }

    #[test]
    fn changed_envelopes_hold(bytes in changed("envelope")) {
        state::check_envelope(&bytes);
    }

    #[test]
    fn changed_roots_hold(bytes in changed("root")) {
        state::check_root(&bytes);
    }

    #[test]
    fn changed_sealed_bytes_hold(bytes in changed("sealed")) {
        sealed::check(&bytes);
    }

    #[test]
    fn changed_tokens_hold(bytes in changed("token")) {
        token::check(&bytes);
    }

    #[test]
    fn arbitrary_bytes_hold(which in 0..4u8, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let chosen = [&[which], &bytes[..]].concat();
        bodies::check(&chosen);
        ciphertext::check(&chosen);
        sealed::check(&chosen);
        state::check_envelope(&bytes);
        state::check_root(&bytes);
        token::check(&bytes);
    }
}
