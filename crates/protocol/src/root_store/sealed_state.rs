//! The envelope of a sealed state, and the one cipher all providers use.

use chacha20poly1305::{
    aead::{Aead, KeyInit, Payload},
    ChaCha20Poly1305,
};
use codec::{Decode, Encode};
use hkdf::Hkdf;
use rand_core::{OsRng, RngCore};
use regent_primitives::hashing::Tag;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::RootStoreError;

/// Format of the envelope and of the state within.
const VERSION: u8 = 1;

/// A sealed [`super::RootState`]: ChaCha20-Poly1305 under a key derived from the provider's, with
/// everything else of the envelope as associated data. Not secret.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SealedState {
    version: u8,
    provider: Vec<u8>,
    parameters: Vec<u8>,
    generation: u64,
    nonce: [u8; 12],
    ciphertext: Vec<u8>,
}

impl SealedState {
    /// Seals under a provider's key of 256 random bits. `parameters` is what the provider needs to
    /// find the key again; it is authenticated, not hidden.
    ///
    /// # Errors
    /// [`RootStoreError::Provider`] if the operating system gives no randomness.
    pub fn seal(
        key: &[u8; 32],
        provider: &'static str,
        parameters: Vec<u8>,
        generation: u64,
        state: &[u8],
    ) -> Result<Self, RootStoreError> {
        let mut sealed = Self {
            version: VERSION,
            provider: provider.as_bytes().to_vec(),
            parameters,
            generation,
            nonce: [0; 12],
            ciphertext: Vec::new(),
        };
        OsRng
            .try_fill_bytes(&mut sealed.nonce)
            .map_err(|error| RootStoreError::Provider(error.to_string()))?;
        let payload = Payload { msg: state, aad: &sealed.associated_data() };
        sealed.ciphertext = sealed
            .cipher(key)?
            .encrypt(&sealed.nonce.into(), payload)
            .map_err(|_| RootStoreError::Damaged("state is too long to be sealed"))?;
        Ok(sealed)
    }

    /// Opens with a provider's key.
    ///
    /// # Errors
    /// [`RootStoreError::Version`], [`RootStoreError::OtherProvider`], or
    /// [`RootStoreError::NotOpened`] for any other key, generation, parameters or bytes.
    pub fn open(
        &self,
        key: &[u8; 32],
        provider: &'static str,
    ) -> Result<Zeroizing<Vec<u8>>, RootStoreError> {
        self.check_header(provider)?;
        let payload = Payload { msg: &self.ciphertext, aad: &self.associated_data() };
        self.cipher(key)?
            .decrypt(&self.nonce.into(), payload)
            .map(Zeroizing::new)
            .map_err(|_| RootStoreError::NotOpened)
    }

    /// The generation it was sealed as.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// What its provider needs to find the key.
    pub fn parameters(&self) -> &[u8] {
        &self.parameters
    }

    /// Whether this software, with this provider, can read it at all.
    ///
    /// # Errors
    /// [`RootStoreError::Version`] or [`RootStoreError::OtherProvider`].
    pub fn check_header(&self, provider: &'static str) -> Result<(), RootStoreError> {
        if self.version != VERSION {
            return Err(RootStoreError::Version { found: self.version, expected: VERSION });
        }
        if self.provider != provider.as_bytes() {
            let found = String::from_utf8_lossy(&self.provider).into_owned();
            return Err(RootStoreError::OtherProvider { found, expected: provider });
        }
        Ok(())
    }

    /// A key for each generation, so that no pair of key and nonce is ever near its limit.
    fn cipher(&self, key: &[u8; 32]) -> Result<ChaCha20Poly1305, RootStoreError> {
        let mut derived = Zeroizing::new([0u8; 32]);
        Hkdf::<Sha256>::from_prk(key)
            .ok()
            .and_then(|hkdf| {
                let info = (Tag::RootSeal.as_str(), self.generation).encode();
                hkdf.expand(&info, derived.as_mut_slice()).ok()
            })
            .ok_or(RootStoreError::Damaged("key derivation refused its own sizes"))?;
        Ok(ChaCha20Poly1305::new(derived.as_slice().into()))
    }

    fn associated_data(&self) -> Vec<u8> {
        let Self { version, provider, parameters, generation, .. } = self;
        (Tag::RootSeal.as_str(), version, provider, parameters, generation).encode()
    }
}
