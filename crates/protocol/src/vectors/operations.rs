//! `operations.json`: every algorithm's result, with the fresh bytes it was made with.

use regent_primitives::{
    hashing::{preimage, Tag},
    payload::{payload_hash, SigningInput},
    Algorithm, PayloadFormat,
};
use serde_json::{json, Value};
use zeroize::Zeroizing;

use super::{check, counting, hex, scalar, Counting, GENESIS};
use crate::{
    fresh::Fresh,
    operations::{material_bytes, PhantomKey},
    testing::{flat, World},
    Imported,
};

const MESSAGE: &[u8] = b"a message";

#[test]
fn vectors_operations() {
    let cases: Vec<_> = Algorithm::ALL.into_iter().map(case).collect();
    let vectors = json!({
        "about": "Operations, sections 1 and 8. Every key is imported: a native one is its scalar, in \
                  its group's byte order. 'fresh' are the 32 bytes drawn: k' of RFC 6979 section 3.6 \
                  for ECDSA, the auxiliary bytes of BIP-340, rnd of ML-DSA, the salt of \
                  HKDF-SHA-512(salt = fresh, ikm = key, info = hedge_info) for the others. The hedged \
                  bytes are Ed25519's prefix, the nonce half of an expanded sr25519 key, and (12 of \
                  them) the nonce of AES-256-GCM; sr25519 draws the fresh bytes as its transcript's \
                  randomness too.",
        "genesis": hex(GENESIS),
        "cases": cases,
    });
    check("operations.json", &vectors);
}

fn case(algorithm: Algorithm) -> Value {
    let secret = match material_bytes(algorithm) {
        Some(bytes) => counting::<64>(1)[..bytes].to_vec(),
        None => scalar().to_vec(),
    };
    let imported = match material_bytes(algorithm) {
        Some(_) => Imported::Material(Zeroizing::new(secret.clone())),
        None => Imported::Scalar(Zeroizing::new(secret.clone().try_into().expect("32 bytes"))),
    };
    let world = World::with_import(algorithm, flat(2, 3), Some(imported));
    let key = world.combined().key;
    let payload = payload_hash(GENESIS, PayloadFormat::Raw, MESSAGE);
    let fresh = counting::<32>(0x90);
    let hedged = key.hedge(&Fresh::draw(&mut Counting(0x90)).expect("counts"), MESSAGE);
    let info = (world.token.key_id, algorithm, payload);
    json!({
        "algorithm": algorithm.name(),
        "key_id": hex(world.token.key_id.0),
        "secret": hex(&secret),
        "public_key": hex(key.public_key()),
        "message": hex(MESSAGE),
        "fresh": hex(fresh),
        "hedge_info": hex(preimage(Tag::SignatureNonce, GENESIS, &info)),
        "hedged": hex(hedged.as_slice()),
        "results": results(algorithm, &key),
    })
}

fn results(algorithm: Algorithm, key: &PhantomKey) -> Value {
    let sign = |input: SigningInput| {
        hex(key.sign(&input, &mut Counting(0x90)).expect("the algorithm signs it"))
    };
    let message = || sign(SigningInput::Message(MESSAGE.to_vec()));
    match algorithm {
        Algorithm::Sr25519 | Algorithm::Ed25519 | Algorithm::MlDsa65 => {
            json!({ "message": message() })
        }
        Algorithm::EcdsaSecp256k1 | Algorithm::EcdsaP256 => {
            let digest = [0xd1; 32];
            json!({
                "message": message(),
                "digest": { "digest": hex(digest), "signature": sign(SigningInput::Digest(digest)) },
            })
        }
        Algorithm::Bip340 => {
            let taproot = |merkle_root: Option<[u8; 32]>| {
                let sighash = [0xd2; 32];
                let signature = sign(SigningInput::TaprootKeyPath { sighash, merkle_root });
                json!({
                    "sighash": hex(sighash),
                    "merkle_root": merkle_root.map(hex),
                    "signature": signature,
                })
            };
            json!({ "message": message(), "taproot": [taproot(None), taproot(Some([0xd3; 32]))] })
        }
        Algorithm::Aes256Gcm => {
            let sealed = message();
            let opened = key.decrypt(&hex::decode(&sealed).expect("hex")).expect("opens");
            json!({ "sealed": sealed, "opened": hex(opened.as_slice()) })
        }
        Algorithm::MlKem768 => {
            // Any 1,088 bytes are a ciphertext: this one is rejected implicitly.
            let rejected = counting::<1_088>(0);
            json!({
                "ciphertext": hex(rejected),
                "shared_secret": hex(key.decrypt(&rejected).expect("1,088 bytes").as_slice()),
                "encapsulated": encapsulated(key),
            })
        }
    }
}

/// A ciphertext made by FIPS 203's deterministic encapsulation with `m` = the fresh bytes.
fn encapsulated(key: &PhantomKey) -> Value {
    use ml_kem::{kem::Encapsulate, EncapsulationKey768};
    let public = EncapsulationKey768::new(key.public_key().try_into().expect("1,184 bytes"));
    let fresh = Fresh::draw(&mut Counting(0x90)).expect("counts").into_rng();
    let (ciphertext, shared) = public
        .expect("a key")
        .encapsulate_with_rng(&mut ml_dsa::signature::rand_core::UnwrapErr(fresh));
    assert_eq!(key.decrypt(&ciphertext).expect("1,088 bytes").as_slice(), shared.as_slice());
    json!({ "m": hex(counting::<32>(0x90)), "ciphertext": hex(ciphertext), "shared_secret": hex(shared) })
}
