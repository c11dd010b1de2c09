//! Ciphertexts that a key is asked to decrypt: only what was sealed opens, whatever the length.

use std::sync::OnceLock;

use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use regent_primitives::{payload::SigningInput, Algorithm};
use regent_protocol::{OperationError, PhantomKey};

use crate::world::World;

const PLAINTEXT: &[u8] = b"attack at dawn";

/// The same in every run: key and nonce come from a fixed generator.
fn sealed() -> &'static [u8] {
    static SEALED: OnceLock<Vec<u8>> = OnceLock::new();
    SEALED.get_or_init(|| {
        let input = SigningInput::Message(PLAINTEXT.to_vec());
        let sealed = key(Algorithm::Aes256Gcm).sign(&input, &mut ChaCha20Rng::from_seed([4; 32]));
        sealed.expect("seals")
    })
}

fn key(algorithm: Algorithm) -> &'static PhantomKey {
    static KEYS: [OnceLock<PhantomKey>; 8] = [const { OnceLock::new() }; 8];
    let at = Algorithm::ALL.iter().position(|known| *known == algorithm).unwrap_or_default();
    KEYS[at].get_or_init(|| World::of(algorithm).combined().key)
}

/// One of each kind, as [`check`] takes them.
pub fn made() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("aes", [&[0], sealed()].concat()),
        ("ml-kem", [&[1][..], &[6; 1_088]].concat()),
        ("ed25519", vec![2, 1, 2, 3]),
    ]
}

/// One byte for the algorithm, then a ciphertext.
pub fn check(bytes: &[u8]) {
    let Some((which, ciphertext)) = bytes.split_first() else { return };
    match which % 3 {
        0 => check_aes(ciphertext),
        1 => check_ml_kem(ciphertext),
        _ => {
            let refused = key(Algorithm::Ed25519).decrypt(ciphertext);
            assert_eq!(refused.err(), Some(OperationError::NotDecrypting(Algorithm::Ed25519)));
        }
    }
}

fn check_aes(ciphertext: &[u8]) {
    let opened = key(Algorithm::Aes256Gcm).decrypt(ciphertext);
    assert_eq!(opened.is_ok(), ciphertext == sealed());
    match opened {
        Ok(plaintext) => assert_eq!(plaintext.as_slice(), PLAINTEXT),
        Err(OperationError::Length { found, .. }) => {
            assert!(found == ciphertext.len() && found < 28);
        }
        Err(error) => assert_eq!(error, OperationError::Authentication),
    }
}

/// Implicit rejection: every ciphertext of the right length yields a secret, always the same.
fn check_ml_kem(ciphertext: &[u8]) {
    let key = key(Algorithm::MlKem768);
    match key.decrypt(ciphertext) {
        Ok(secret) => {
            assert_eq!((ciphertext.len(), secret.len()), (1_088, 32));
            assert_eq!(key.decrypt(ciphertext).as_deref(), Ok(&*secret));
        }
        Err(error) => {
            assert!(
                matches!(error, OperationError::Length { found, .. } if found == ciphertext.len())
            );
            assert_ne!(ciphertext.len(), 1_088);
        }
    }
}
