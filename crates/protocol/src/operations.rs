//! What a phantom key does while it exists: one file an algorithm (sections 1 and 8).
//!
//! | algorithm | `sign` takes | gives | `decrypt` takes | gives |
//! |---|---|---|---|---|
//! | sr25519, Ed25519 | message | 64 bytes | – | |
//! | ECDSA secp256k1 | message (SHA-256) or digest | `r ‖ s ‖ v`, 65 bytes, low `s` | – | |
//! | BIP-340 | message, or taproot key path | 64 bytes | – | |
//! | ECDSA P-256 | message (SHA-256) or digest | `r ‖ s`, 64 bytes, low `s` | – | |
//! | ML-DSA-65 | message | 3,309 bytes | – | |
//! | AES-256-GCM | message: *seals* it | `nonce 12 ‖ ciphertext ‖ tag 16` | the same | plaintext |
//! | ML-KEM-768 | – | | ciphertext, 1,088 bytes | shared secret, 32 bytes |
//!
//! The key of an AES token never leaves an enclave, so that sealing is an operation too: it is the
//! `Sign` of that algorithm.
//!
//! Every signature is verified before it is returned: a fault during signing would leak the key.

mod aes256gcm;
mod bip340;
mod ecdsa_p256;
mod ecdsa_secp256k1;
mod ed25519;
mod ml_dsa65;
mod ml_kem768;
mod sr25519;

use rand_core::CryptoRngCore;
use regent_primitives::{
    hashing::{preimage, Tag},
    payload::{payload_hash, SigningInput},
    token::PublicKey,
    Algorithm, KeyId, PayloadFormat, RegenToken, H256,
};
use zeroize::Zeroizing;

use crate::{
    fresh::{Fresh, RandomnessError},
    kdf::{head, Extract},
};

/// Why an operation gives no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// The algorithm does not sign this.
    #[error("{algorithm:?} does not sign {found}: expected {expected}")]
    Input {
        /// The algorithm.
        algorithm: Algorithm,
        /// What was to be signed.
        found: &'static str,
        /// What the algorithm signs.
        expected: &'static str,
    },
    /// The algorithm does not decrypt.
    #[error("{0:?} does not decrypt: use an aes-256-gcm or ml-kem-768 key")]
    NotDecrypting(Algorithm),
    /// The ciphertext has an impossible length.
    #[error("ciphertext of {found} bytes, expected {expected}")]
    Length {
        /// Bytes found.
        found: usize,
        /// What the algorithm takes.
        expected: &'static str,
    },
    /// The ciphertext was not made under this key, or was changed.
    #[error("the ciphertext does not authenticate under this key")]
    Authentication,
    /// There were no random bytes.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The library refused the key or message: for a taproot tweak, nonce or signature out of range,
    /// which happens once in 2^128 inputs.
    #[error("{0:?} cannot sign this input: sign another")]
    Refused(Algorithm),
    /// The signature just made does not verify: a fault. It was not returned.
    #[error("the signature of {0:?} did not verify and was withheld: check the machine")]
    Fault(Algorithm),
}

/// A key that exists for the time of one operation. Wiped when dropped; neither shown nor copied.
pub struct PhantomKey {
    genesis: H256,
    id: KeyId,
    algorithm: Algorithm,
    public: PublicKey,
    /// The scalar of a native key, or the algorithm's key material.
    secret: Zeroizing<Vec<u8>>,
}

impl PhantomKey {
    /// `secret` was checked against the token.
    pub(crate) fn new(genesis: H256, token: &RegenToken, secret: &[u8]) -> Self {
        Self {
            genesis,
            id: token.key_id,
            algorithm: token.algorithm,
            public: token.public_key.clone(),
            secret: Zeroizing::new(secret.to_vec()),
        }
    }

    /// What it is for.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its public key, in its algorithm's encoding; empty for AES.
    pub fn public_key(&self) -> &[u8] {
        &self.public
    }

    /// Signs, or seals with an AES key; see the table of this module. `rng` hedges the nonces: use
    /// the operating system's generator.
    ///
    /// # Errors
    /// [`OperationError::Input`] if the algorithm does not sign this kind of input.
    pub fn sign(
        &self,
        input: &SigningInput,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, OperationError> {
        let fresh = Fresh::draw(rng)?;
        match self.algorithm {
            Algorithm::Sr25519 => sr25519::sign(self, input, fresh),
            Algorithm::Ed25519 => ed25519::sign(self, input, fresh),
            Algorithm::EcdsaSecp256k1 => ecdsa_secp256k1::sign(self, input, fresh),
            Algorithm::Bip340 => bip340::sign(self, input, fresh),
            Algorithm::EcdsaP256 => ecdsa_p256::sign(self, input, fresh),
            Algorithm::Aes256Gcm => aes256gcm::seal(self, input, fresh),
            Algorithm::MlDsa65 => ml_dsa65::sign(self, input, fresh),
            Algorithm::MlKem768 => Err(self.refuse_input(input, "nothing: it decapsulates")),
        }
    }

    /// Decrypts or decapsulates; see the table of this module.
    ///
    /// # Errors
    /// [`OperationError::NotDecrypting`], [`OperationError::Length`],
    /// [`OperationError::Authentication`]. A wrong ML-KEM ciphertext is no error: it yields another
    /// secret (FIPS 203, implicit rejection).
    pub fn decrypt(&self, payload: &[u8]) -> Result<Zeroizing<Vec<u8>>, OperationError> {
        match self.algorithm {
            Algorithm::Aes256Gcm => aes256gcm::open(self, payload),
            Algorithm::MlKem768 => ml_kem768::decapsulate(self, payload),
            other => Err(OperationError::NotDecrypting(other)),
        }
    }

    /// The first `N` bytes of the secret.
    fn secret<const N: usize>(&self) -> Result<&[u8; N], OperationError> {
        self.secret.first_chunk::<N>().ok_or_else(|| self.refused())
    }

    /// `HKDF(k, 32 fresh bytes, payload_hash)` of section 1: unpredictable while either the
    /// generator or the key is.
    pub(crate) fn hedge(&self, fresh: &Fresh, message: &[u8]) -> Zeroizing<[u8; 32]> {
        let payload = payload_hash(self.genesis, PayloadFormat::Raw, message);
        let context = (self.id, self.algorithm, payload);
        let info = preimage(Tag::SignatureNonce, self.genesis, &context);
        head(&Extract::new(fresh.as_bytes()).update(&self.secret).finish().expand(&info))
    }

    /// The message, for algorithms that sign nothing else.
    fn message_of<'a>(&self, input: &'a SigningInput) -> Result<&'a [u8], OperationError> {
        match input {
            SigningInput::Message(message) => Ok(message),
            _ => Err(self.refuse_input(input, "a message")),
        }
    }

    fn refuse_input(&self, input: &SigningInput, expected: &'static str) -> OperationError {
        let found = match input {
            SigningInput::Message(_) => "a message",
            SigningInput::Digest(_) => "a digest",
            SigningInput::TaprootKeyPath { .. } => "a taproot key path",
        };
        OperationError::Input { algorithm: self.algorithm, found, expected }
    }

    fn refused(&self) -> OperationError {
        OperationError::Refused(self.algorithm)
    }

    fn fault(&self) -> OperationError {
        OperationError::Fault(self.algorithm)
    }
}

/// Bytes of a seed algorithm's key material; `None` for native keys.
pub(crate) fn material_bytes(algorithm: Algorithm) -> Option<usize> {
    match algorithm {
        Algorithm::Aes256Gcm => Some(aes256gcm::KEY_BYTES),
        Algorithm::MlKem768 => Some(ml_kem768::SEED_BYTES),
        Algorithm::MlDsa65 => Some(ml_dsa65::SEED_BYTES),
        _ => None,
    }
}

/// The public key of a seed algorithm's key material; `None` for native keys or too few bytes.
pub(crate) fn public_key(algorithm: Algorithm, material: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        Algorithm::Aes256Gcm => Some(Vec::new()),
        Algorithm::MlKem768 => Some(ml_kem768::public_key(material.first_chunk()?)),
        Algorithm::MlDsa65 => Some(ml_dsa65::public_key(material.first_chunk()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
