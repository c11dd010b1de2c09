//! Payloads that nobody parses, and the empty one.

use crate::keys::{malleate, TestKey};
use p256::ecdsa::signature::Signer;
use regent_payload::{assemble, check, parse, raw::verify, EffectDifference, PayloadError};
use regent_primitives::{
    payload::SigningInput, Algorithm, Asset, Effect, Fee, PayloadFormat, U256,
};
use sp_core::Pair;

const MESSAGE: &[u8] = b"a message of no particular length";

/// A public key, and a signature over [`MESSAGE`], of each algorithm that signs.
fn signed() -> Vec<(Algorithm, Vec<u8>, Vec<u8>)> {
    let sr25519 = sp_core::sr25519::Pair::from_seed(&[1; 32]);
    let ed25519 = sp_core::ed25519::Pair::from_seed(&[2; 32]);
    let digest = bitcoin::hashes::Hash::to_byte_array(
        <bitcoin::hashes::sha256::Hash as bitcoin::hashes::Hash>::hash(MESSAGE),
    );
    let ecdsa = TestKey::new([3; 32]);
    let bip340 = k256::schnorr::SigningKey::from_bytes(&[4; 32]).unwrap();
    let bip340_public = [&[3][..], &bip340.verifying_key().to_bytes()].concat();
    let p256 = p256::ecdsa::SigningKey::from_slice(&[5; 32]).unwrap();
    let p256_signature: p256::ecdsa::Signature = p256.sign(MESSAGE);
    let p256_public = p256.verifying_key().to_encoded_point(true).as_bytes().to_vec();
    let ml_dsa = ml_dsa::SigningKey::<ml_dsa::MlDsa65>::from_seed(&[6; 32].into());
    let ml_dsa_public = ml_dsa::Keypair::verifying_key(&ml_dsa).encode().to_vec();
    let ml_dsa_signature: ml_dsa::Signature<ml_dsa::MlDsa65> =
        ml_dsa::Signer::sign(&ml_dsa, MESSAGE);
    vec![
        (Algorithm::Sr25519, sr25519.public().0.to_vec(), sr25519.sign(MESSAGE).0.to_vec()),
        (Algorithm::Ed25519, ed25519.public().0.to_vec(), ed25519.sign(MESSAGE).0.to_vec()),
        (Algorithm::EcdsaSecp256k1, ecdsa.public(), ecdsa.sign(&SigningInput::Digest(digest))),
        (
            Algorithm::Bip340,
            bip340_public,
            bip340.sign_raw(MESSAGE, &[0; 32]).unwrap().to_bytes().to_vec(),
        ),
        (Algorithm::EcdsaP256, p256_public, p256_signature.to_bytes().to_vec()),
        (Algorithm::MlDsa65, ml_dsa_public, ml_dsa_signature.encode().to_vec()),
    ]
}

#[test]
fn raw_payloads_are_signed_as_messages() {
    for (algorithm, public, signature) in signed() {
        let parsed = parse(PayloadFormat::Raw, MESSAGE, algorithm, &public, None).unwrap();
        assert_eq!(parsed.effect, Effect::default());
        assert_eq!(parsed.signing, [SigningInput::Message(MESSAGE.to_vec())]);
        let signatures = [signature.clone()];
        assert_eq!(
            assemble(PayloadFormat::Raw, MESSAGE, algorithm, &public, &signatures),
            Ok(signature)
        );
    }
}

#[test]
fn raw_signatures_are_verified() {
    for (algorithm, public, signature) in signed() {
        let invalid = Err(PayloadError::SignatureInvalid { algorithm, index: 0 });
        verify(algorithm, &public, MESSAGE, &signature).unwrap();
        assert_eq!(verify(algorithm, &public, b"another", &signature), invalid, "{algorithm:?}");
        for at in [0, 31, 32, signature.len() / 2, 63] {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert_eq!(verify(algorithm, &public, MESSAGE, &changed), invalid, "{algorithm:?}");
        }
        for found in [0, signature.len() - 1, signature.len() + 1] {
            let expected = signature.len();
            assert_eq!(
                verify(algorithm, &public, MESSAGE, &vec![1; found]),
                Err(PayloadError::SignatureLength { algorithm, index: 0, found, expected })
            );
        }
        let expected = public.len();
        for found in [0, expected - 1, expected + 1] {
            assert_eq!(
                verify(algorithm, &vec![2; found], MESSAGE, &signature),
                Err(PayloadError::PublicKeyLength { algorithm, found, expected })
            );
        }
        for byte in [0, 0xff] {
            assert!(verify(algorithm, &vec![byte; expected], MESSAGE, &signature).is_err());
        }
        for signatures in [vec![], vec![signature.clone(); 2]] {
            let found = signatures.len();
            assert_eq!(
                assemble(PayloadFormat::Raw, MESSAGE, algorithm, &public, &signatures),
                Err(PayloadError::SignatureCount { found, expected: 1 })
            );
        }
    }
}

#[test]
fn high_s_is_refused_in_raw_signatures_too() {
    let (algorithm, public, signature) =
        signed().into_iter().find(|(a, _, _)| *a == Algorithm::EcdsaSecp256k1).unwrap();
    assert_eq!(
        verify(algorithm, &public, MESSAGE, &malleate(&signature)),
        Err(PayloadError::SignatureInvalid { algorithm, index: 0 })
    );
}

#[test]
fn a_ml_kem_ciphertext_asks_for_no_signature() {
    let algorithm = Algorithm::MlKem768;
    let (public, payload) = (vec![7; 1_184], vec![9; 1_088]);
    let parsed = parse(PayloadFormat::Raw, &payload, algorithm, &public, None).unwrap();
    assert!(parsed.signing.is_empty());
    assert_eq!(
        assemble(PayloadFormat::Raw, &payload, algorithm, &public, &[]),
        Err(PayloadError::NothingToAssemble)
    );
    for found in [0, 1_087, 1_089] {
        assert_eq!(
            parse(PayloadFormat::Raw, &vec![9; found], algorithm, &public, None),
            Err(PayloadError::CiphertextLength { algorithm, found, expected: 1_088 })
        );
    }
}

#[test]
fn an_aes_key_seals_a_message() {
    let algorithm = Algorithm::Aes256Gcm;
    let parsed = parse(PayloadFormat::Raw, MESSAGE, algorithm, &[], None).unwrap();
    assert_eq!(parsed.signing, [SigningInput::Message(MESSAGE.to_vec())]);
    let assemble = |sealed: Vec<u8>| {
        assemble(PayloadFormat::Raw, MESSAGE, algorithm, &[], std::slice::from_ref(&sealed))
    };
    let expected = MESSAGE.len() + 28;
    assert_eq!(assemble(vec![1; expected]), Ok(vec![1; expected]));
    for found in [0, expected - 1, expected + 1] {
        let error = PayloadError::SignatureLength { algorithm, index: 0, found, expected };
        assert_eq!(assemble(vec![1; found]), Err(error));
    }
}

#[test]
fn algorithms_that_do_not_sign_verify_nothing() {
    for algorithm in [Algorithm::Aes256Gcm, Algorithm::MlKem768] {
        let public = vec![7; algorithm.public_key_bytes()];
        assert!(matches!(
            verify(algorithm, &public, MESSAGE, &[0; 64]),
            Err(PayloadError::AlgorithmMismatch { .. })
        ));
    }
}

#[test]
fn a_raw_payload_declares_no_effect() {
    let (algorithm, public, _) = signed().remove(0);
    let check =
        |declared: &Effect| check(PayloadFormat::Raw, MESSAGE, algorithm, &public, declared);
    assert_eq!(check(&Effect::default()).unwrap().len(), 1);
    let fee = Some(Fee { asset: Asset::Ether { chain_id: 1 }, amount: U256::one() });
    let declared = Effect { fee, ..Effect::default() };
    let difference = EffectDifference::Fee { found: None, declared: fee };
    assert_eq!(check(&declared), Err(PayloadError::Effect(Box::new(difference))));
}

#[test]
fn an_enrolment_has_no_payload() {
    for algorithm in Algorithm::ALL {
        let parsed = parse(PayloadFormat::Empty, &[], algorithm, &[], None).unwrap();
        assert!(parsed.signing.is_empty() && parsed.effect == Effect::default());
        assert_eq!(
            parse(PayloadFormat::Empty, &[0], algorithm, &[], None),
            Err(PayloadError::NotEmpty { found: 1 })
        );
        assert_eq!(
            assemble(PayloadFormat::Empty, &[], algorithm, &[], &[]),
            Err(PayloadError::NothingToAssemble)
        );
    }
}
