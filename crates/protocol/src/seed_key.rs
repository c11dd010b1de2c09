//! What a seed key's 32 bytes are expanded to (section 1), and how an imported key is wrapped.
//!
//! `HKDF-SHA-512` without salt, the seed as input keying material. The epoch takes no part: the key
//! stays the same through refresh and reshare.

use aes_gcm::{
    aead::{AeadInPlace, KeyInit},
    Aes256Gcm, Key, Nonce, Tag as AeadTag,
};
use codec::Encode;
use rand_core::CryptoRngCore;
use regent_primitives::{
    hashing::{preimage, Tag},
    Algorithm, KeyId, H256,
};
use zeroize::Zeroizing;

use crate::kdf::{head, Extract, Okm, Prk};

/// Bytes of an AES-GCM nonce.
const NONCE_BYTES: usize = 12;
/// Bytes of an AES-GCM tag.
const TAG_BYTES: usize = 16;

/// What an expansion is for.
#[derive(Encode)]
enum Purpose {
    /// The algorithm's own key.
    #[codec(index = 0)]
    Operation,
    /// The AES-256-GCM key that wraps an imported one.
    #[codec(index = 1)]
    Wrapping,
}

/// A seed with the key it belongs to.
pub(crate) struct Seed {
    prk: Prk,
    genesis: H256,
    key: KeyId,
    algorithm: Algorithm,
}

impl Seed {
    pub(crate) fn new(genesis: H256, key: KeyId, algorithm: Algorithm, seed: &[u8; 32]) -> Self {
        Self { prk: Extract::new(&[]).update(seed).finish(), genesis, key, algorithm }
    }

    /// The algorithm's key material; an algorithm takes as many leading bytes as it needs.
    pub(crate) fn material(&self) -> Okm {
        self.expand(Purpose::Operation)
    }

    /// `HKDF(k, "check")`: what the root is checked against.
    pub(crate) fn check(&self) -> [u8; 32] {
        let info = preimage(Tag::SeedCheck, self.genesis, &(self.key, self.algorithm));
        *head(&self.prk.expand(&info))
    }

    /// Wraps imported key material: `nonce 12 ‖ ciphertext ‖ tag 16`. `None` if there is no
    /// randomness or too much material.
    pub(crate) fn wrap(&self, material: &[u8], rng: &mut impl CryptoRngCore) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        rng.try_fill_bytes(&mut nonce).ok()?;
        // Room for all of it from the start, so that no copy of the plaintext is left behind.
        let mut wrapped = Vec::with_capacity(NONCE_BYTES + material.len() + TAG_BYTES);
        wrapped.extend_from_slice(&nonce);
        wrapped.extend_from_slice(material);
        let body = wrapped.get_mut(NONCE_BYTES..)?;
        let tag = self
            .wrapping_cipher()
            .encrypt_in_place_detached(&Nonce::from(nonce), &self.wrapping_context(), body)
            .ok()?;
        wrapped.extend_from_slice(&tag);
        Some(wrapped)
    }

    /// `None` if the bytes were not wrapped for this key.
    pub(crate) fn unwrap(&self, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, rest) = wrapped.split_first_chunk::<NONCE_BYTES>()?;
        let (body, tag) = rest.split_last_chunk::<TAG_BYTES>()?;
        let mut material = Zeroizing::new(body.to_vec());
        self.wrapping_cipher()
            .decrypt_in_place_detached(
                &Nonce::from(*nonce),
                &self.wrapping_context(),
                &mut material,
                &AeadTag::from(*tag),
            )
            .ok()?;
        Some(material)
    }

    fn wrapping_cipher(&self) -> Aes256Gcm {
        let key = head::<32>(&self.expand(Purpose::Wrapping));
        Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(key.as_slice()))
    }

    /// Associated data: a wrapped key opens for no other key or algorithm.
    fn wrapping_context(&self) -> Vec<u8> {
        self.info(Purpose::Wrapping)
    }

    fn expand(&self, purpose: Purpose) -> Okm {
        self.prk.expand(&self.info(purpose))
    }

    fn info(&self, purpose: Purpose) -> Vec<u8> {
        preimage(Tag::OperationKey, self.genesis, &(self.key, self.algorithm, purpose))
    }
}
