//! sr25519 identities: of an agent, and of an enclave session (sections 5 and 7).

use rand_core::CryptoRngCore;
use regent_primitives::{release::RawSignature, H256};
use sp_core::{sr25519, Pair as _};
use zeroize::Zeroizing;

use crate::fresh::{Fresh, RandomnessError};

/// An sr25519 secret that signs hashes, in the context `substrate`, in which `sp_core` verifies.
/// Wiped when dropped.
pub struct SigningIdentity {
    seed: Zeroizing<[u8; 32]>,
    pair: sr25519::Pair,
}

impl SigningIdentity {
    /// A fresh identity. Use the operating system's generator.
    ///
    /// # Errors
    /// [`RandomnessError`] if there are no random bytes.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Result<Self, RandomnessError> {
        Ok(Self::from_seed(Fresh::draw(rng)?.as_bytes()))
    }

    /// The identity of a 32-byte seed, expanded as Substrate's accounts are.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self { seed: Zeroizing::new(*seed), pair: sr25519::Pair::from_seed(seed) }
    }

    /// The seed, to be sealed and nothing else.
    pub fn to_seed(&self) -> Zeroizing<[u8; 32]> {
        self.seed.clone()
    }

    /// The public key.
    pub fn public(&self) -> H256 {
        H256(self.pair.public().0)
    }

    /// Signs a hash, with a nonce drawn from key, message and fresh bytes.
    pub fn sign(&self, message: H256) -> RawSignature {
        self.pair.sign(message.as_bytes())
    }
}
