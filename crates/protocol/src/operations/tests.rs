//! Published vectors, and verification by others' code: libsecp256k1 (through `bitcoin`), `sp_core`,
//! `ed25519-dalek`, and the RustCrypto verifiers.

use bitcoin::{
    hashes::Hash as _,
    key::{TapTweak, UntweakedPublicKey},
    secp256k1::{
        self,
        ecdsa::{RecoverableSignature, RecoveryId},
        schnorr, Message, Secp256k1 as Library,
    },
    TapNodeHash,
};
use ml_dsa::Verifier as _;
use ml_kem::KeyExport as _;
use rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha256, Sha512};
use sp_core::Pair as _;

use super::*;
use crate::testing::{flat, rng, World};

mod post_quantum;
mod published;

/// A generator that gives these bytes, again and again.
struct Fixed([u8; 32]);

impl CryptoRng for Fixed {}

impl RngCore for Fixed {
    fn next_u32(&mut self) -> u32 {
        0
    }

    fn next_u64(&mut self) -> u64 {
        0
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        for (to, from) in out.iter_mut().zip(self.0.iter().cycle()) {
            *to = *from;
        }
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(out);
        Ok(())
    }
}

/// A generator without bytes.
struct Empty;

impl CryptoRng for Empty {}

impl RngCore for Empty {
    fn next_u32(&mut self) -> u32 {
        0
    }

    fn next_u64(&mut self) -> u64 {
        0
    }

    fn fill_bytes(&mut self, _: &mut [u8]) {
        panic!("the fallible way is taken")
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), rand_core::Error> {
        Err(rand_core::Error::new(RandomnessError))
    }
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).expect("hex").try_into().expect("the right length")
}

fn key(algorithm: Algorithm) -> PhantomKey {
    World::new(algorithm, flat(2, 3)).combined().key
}

/// The key of this secret, enrolled and combined again.
fn imported(algorithm: Algorithm, secret: &[u8]) -> PhantomKey {
    let imported = match material_bytes(algorithm) {
        Some(_) => crate::Imported::Material(Zeroizing::new(secret.to_vec())),
        None => crate::Imported::Scalar(Zeroizing::new(secret.try_into().expect("32 bytes"))),
    };
    World::with_import(algorithm, flat(2, 3), Some(imported)).combined().key
}

fn message(text: &[u8]) -> SigningInput {
    SigningInput::Message(text.to_vec())
}

const MESSAGES: [&[u8]; 3] = [b"", b"regent", &[0xa5; 1_000]];

#[test]
fn sr25519_verifies_with_sp_core() {
    let key = key(Algorithm::Sr25519);
    let public = sp_core::sr25519::Public::from_raw(bytes(&hex::encode(key.public_key())));
    for text in MESSAGES {
        let signature = key.sign(&message(text), &mut rng(1)).expect("signed");
        let signature = sp_core::sr25519::Signature::from_raw(signature.try_into().expect("64"));
        assert!(sp_core::sr25519::Pair::verify(&signature, text, &public));
        assert!(!sp_core::sr25519::Pair::verify(&signature, b"another", &public));
    }
}

#[test]
fn ed25519_verifies_with_sp_core() {
    let key = key(Algorithm::Ed25519);
    let public = sp_core::ed25519::Public::from_raw(bytes(&hex::encode(key.public_key())));
    for text in MESSAGES {
        let signature = key.sign(&message(text), &mut rng(1)).expect("signed");
        let signature = sp_core::ed25519::Signature::from_raw(signature.try_into().expect("64"));
        assert!(sp_core::ed25519::Pair::verify(&signature, text, &public));
    }
}

#[test]
fn ecdsa_secp256k1_is_low_and_recovers_with_libsecp256k1() {
    let key = key(Algorithm::EcdsaSecp256k1);
    let library = Library::new();
    for round in 0..32u8 {
        let digest: [u8; 32] = Sha256::digest([round]).into();
        let signature = key.sign(&SigningInput::Digest(digest), &mut rng(round)).expect("signed");
        let (compact, v) = (&signature[..64], signature[64]);
        let id = RecoveryId::from_i32(v.into()).expect("an id");
        let recoverable = RecoverableSignature::from_compact(compact, id).expect("a signature");
        let recovered =
            library.recover_ecdsa(&Message::from_digest(digest), &recoverable).expect("recovers");
        assert_eq!(recovered.serialize().as_slice(), key.public_key());
        let standard = recoverable.to_standard();
        let mut low = standard;
        low.normalize_s();
        assert_eq!(standard, low);
        assert!(v < 2);
    }
    // A message is its SHA-256.
    let digest: [u8; 32] = Sha256::digest(b"regent").into();
    assert_eq!(
        key.sign(&message(b"regent"), &mut rng(1)),
        key.sign(&SigningInput::Digest(digest), &mut rng(1))
    );
}

#[test]
fn bip340_verifies_with_libsecp256k1() {
    let key = key(Algorithm::Bip340);
    let library = Library::verification_only();
    let public = secp256k1::PublicKey::from_slice(key.public_key()).expect("a point");
    for round in 0..16u8 {
        let digest: [u8; 32] = Sha256::digest([round]).into();
        let signature = key.sign(&message(&digest), &mut rng(round)).expect("signed");
        let signature = schnorr::Signature::from_slice(&signature).expect("64 bytes");
        library
            .verify_schnorr(
                &signature,
                &Message::from_digest(digest),
                &public.x_only_public_key().0,
            )
            .expect("verifies");
    }
}

/// Keys of either parity sign for the output key that `bitcoin` computes.
#[test]
fn taproot_key_path_verifies_with_libsecp256k1() {
    let library = Library::verification_only();
    let mut parities = std::collections::BTreeSet::new();
    for number in 1..12u8 {
        let mut scalar = [0; 32];
        scalar[31] = number;
        let key = imported(Algorithm::Bip340, &scalar);
        parities.insert(key.public_key()[0]);
        let public = secp256k1::PublicKey::from_slice(key.public_key()).expect("a point");
        let internal: UntweakedPublicKey = public.x_only_public_key().0;
        for merkle_root in [None, Some([number; 32])] {
            let sighash = [0x5c; 32];
            let input = SigningInput::TaprootKeyPath { sighash, merkle_root };
            let signature = key.sign(&input, &mut rng(number)).expect("signed");
            let root = merkle_root.map(TapNodeHash::from_byte_array);
            let (output, _) = internal.tap_tweak(&library, root);
            library
                .verify_schnorr(
                    &schnorr::Signature::from_slice(&signature).expect("64 bytes"),
                    &Message::from_digest(sighash),
                    &output.to_x_only_public_key(),
                )
                .expect("verifies under the output key");
        }
    }
    assert_eq!(parities.into_iter().collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn ecdsa_p256_is_low_and_verifies() {
    use p256::ecdsa::{signature::Verifier, Signature, VerifyingKey};
    let key = key(Algorithm::EcdsaP256);
    let public = VerifyingKey::from_sec1_bytes(key.public_key()).expect("a point");
    for round in 0..16u8 {
        let text = [round; 40];
        let signature = key.sign(&message(&text), &mut rng(round)).expect("signed");
        let signature = Signature::from_slice(&signature).expect("64 bytes");
        public.verify(&text, &signature).expect("verifies");
        assert_eq!(signature.normalize_s(), None);
    }
}

#[test]
fn ml_dsa_65_verifies() {
    let key = key(Algorithm::MlDsa65);
    assert_eq!(key.public_key().len(), 1_952);
    let encoded = ml_dsa::EncodedVerifyingKey::<ml_dsa::MlDsa65>::try_from(key.public_key());
    let public = ml_dsa::VerifyingKey::<ml_dsa::MlDsa65>::decode(&encoded.expect("1,952 bytes"));
    for text in MESSAGES {
        let signature = key.sign(&message(text), &mut rng(1)).expect("signed");
        assert_eq!(signature.len(), 3_309);
        let signature = ml_dsa::Signature::try_from(signature.as_slice()).expect("a signature");
        public.verify(text, &signature).expect("verifies");
        assert!(public.verify(b"another", &signature).is_err());
    }
}

#[test]
fn ml_kem_768_decapsulates() {
    use ml_kem::{kem::Encapsulate, EncapsulationKey768};
    let key = key(Algorithm::MlKem768);
    let encoded = key.public_key().try_into().expect("1,184 bytes");
    let public = EncapsulationKey768::new(encoded).expect("a key");
    assert_eq!(public.to_bytes().as_slice(), key.public_key());
    let fresh = Fresh::draw(&mut rng(1)).expect("random bytes");
    let (ciphertext, shared) = public.encapsulate_with_rng(&mut infallible(fresh));
    assert_eq!(key.decrypt(&ciphertext).expect("1,088 bytes").as_slice(), shared.as_slice());
    // Implicit rejection: another secret and no error.
    let mut changed = ciphertext.to_vec();
    changed[7] ^= 1;
    assert_ne!(key.decrypt(&changed).expect("1,088 bytes").as_slice(), shared.as_slice());
    assert!(matches!(key.decrypt(&changed[1..]), Err(OperationError::Length { found: 1_087, .. })));
}

fn infallible(fresh: Fresh) -> impl ml_dsa::signature::rand_core::CryptoRng {
    ml_dsa::signature::rand_core::UnwrapErr(fresh.into_rng())
}

#[test]
fn aes_256_gcm_opens_what_it_sealed() {
    let key = key(Algorithm::Aes256Gcm);
    for text in MESSAGES {
        let sealed = key.sign(&message(text), &mut rng(1)).expect("sealed");
        assert_eq!(sealed.len(), 12 + text.len() + 16);
        assert_eq!(key.decrypt(&sealed).expect("opens").as_slice(), text);
        for at in [0, 12, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.decrypt(&changed), Err(OperationError::Authentication));
        }
    }
    for short in [0, 27] {
        assert!(matches!(
            key.decrypt(&vec![0; short]),
            Err(OperationError::Length { found, .. }) if found == short
        ));
    }
    let sealed = key.sign(&message(b"regent"), &mut rng(1)).expect("sealed");
    let other = imported(Algorithm::Aes256Gcm, &[1; 32]);
    assert_eq!(other.decrypt(&sealed), Err(OperationError::Authentication));
}

/// With a generator that repeats itself, nonces still differ by message.
#[test]
fn a_stuck_generator_repeats_no_nonce() {
    for algorithm in Algorithm::ALL.into_iter().filter(|a| *a != Algorithm::MlKem768) {
        let key = key(algorithm);
        let start = |text: &[u8]| {
            let result = key.sign(&message(text), &mut Fixed([7; 32])).expect("signed");
            // `R`, `r`, or the nonce; of ML-DSA its commitment hash.
            result[..12].to_vec()
        };
        assert_ne!(start(b"one"), start(b"two"), "{algorithm:?}");
        assert_eq!(start(b"one"), start(b"one"), "{algorithm:?}");
    }
}

/// With another draw of the generator, signatures of one message differ.
#[test]
fn nonces_are_fresh() {
    for algorithm in Algorithm::ALL.into_iter().filter(|a| *a != Algorithm::MlKem768) {
        let key = key(algorithm);
        let sign = |seed| key.sign(&message(b"one"), &mut rng(seed)).expect("signed");
        assert_ne!(sign(1), sign(2), "{algorithm:?}");
    }
}

#[test]
fn without_randomness_nothing_is_signed() {
    for algorithm in Algorithm::ALL {
        let result = key(algorithm).sign(&message(b"one"), &mut Empty);
        assert_eq!(result, Err(OperationError::Randomness(RandomnessError)));
    }
}

#[test]
fn inputs_an_algorithm_does_not_sign_are_refused() {
    let digest = SigningInput::Digest([1; 32]);
    let taproot = SigningInput::TaprootKeyPath { sighash: [1; 32], merkle_root: None };
    let accepted = |algorithm: Algorithm, input: &SigningInput| match input {
        SigningInput::Message(_) => algorithm != Algorithm::MlKem768,
        SigningInput::Digest(_) => {
            matches!(algorithm, Algorithm::EcdsaSecp256k1 | Algorithm::EcdsaP256)
        }
        SigningInput::TaprootKeyPath { .. } => algorithm == Algorithm::Bip340,
    };
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        for input in [message(b"one"), digest.clone(), taproot.clone()] {
            let result = key.sign(&input, &mut rng(1));
            assert_eq!(result.is_ok(), accepted(algorithm, &input), "{algorithm:?} {input:?}");
            if let Err(error) = result {
                assert!(matches!(error, OperationError::Input { .. }));
            }
        }
        if material_bytes(algorithm).is_none() || algorithm == Algorithm::MlDsa65 {
            assert_eq!(key.decrypt(&[0; 64]), Err(OperationError::NotDecrypting(algorithm)));
        }
    }
}

/// A key whose public key is not its own, as after a fault: the signature is withheld.
#[test]
fn signatures_that_do_not_verify_are_withheld() {
    for algorithm in
        [Algorithm::Sr25519, Algorithm::Ed25519, Algorithm::EcdsaSecp256k1, Algorithm::EcdsaP256]
    {
        let mut wrong = key(algorithm);
        let mut scalar = [0; 32];
        scalar[9] = 1;
        wrong.public = imported(algorithm, &scalar).public.clone();
        let result = wrong.sign(&message(b"one"), &mut rng(1));
        assert_eq!(result, Err(OperationError::Fault(algorithm)));
    }
}
