//! Seeds of the tree's nodes and outputs: wiped when dropped, neither shown nor copied.

use rand_core::CryptoRngCore;
use regent_primitives::hashing::Tag;
use sha2::{Digest, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::fresh::RandomnessError;

/// Bytes of a node's seed.
pub(super) const SEED_BYTES: usize = 32;

/// The seed of a node. Boxed, so that a map that moves its entries leaves no copies behind.
pub(super) struct Seed(Box<[u8; SEED_BYTES]>);

impl Seed {
    pub(super) fn random(rng: &mut impl CryptoRngCore) -> Result<Self, RandomnessError> {
        let mut seed = Self::zero();
        rng.try_fill_bytes(seed.0.as_mut_slice()).map_err(|_| RandomnessError)?;
        Ok(seed)
    }

    /// The seed with these bytes; `None` if there are not 32.
    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != SEED_BYTES {
            return None;
        }
        let mut seed = Self::zero();
        seed.0.copy_from_slice(bytes);
        Some(seed)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    fn zero() -> Self {
        Self(Box::new([0; SEED_BYTES]))
    }

    /// Left and right child.
    pub(super) fn children(&self) -> (Self, Self) {
        let mut digest = self.tagged_hash(Tag::DeviceRootInner);
        let (mut left, mut right) = (Self::zero(), Self::zero());
        let (low, high) = digest.split_at(SEED_BYTES);
        left.0.copy_from_slice(low);
        right.0.copy_from_slice(high);
        digest.zeroize();
        (left, right)
    }

    /// The output, if this node is a leaf.
    pub(super) fn output(&self) -> LeafSeed {
        let mut digest = self.tagged_hash(Tag::DeviceRootOutput);
        let mut output = LeafSeed(Box::new([0; 64]));
        output.0.copy_from_slice(&digest);
        digest.zeroize();
        output
    }

    /// `SHA-512(tag ‖ seed)`, the tag with its SCALE length.
    fn tagged_hash(&self, tag: Tag) -> [u8; 64] {
        let mut hasher = Sha512::new();
        hasher.update(codec::Encode::encode(tag.as_str()));
        hasher.update(self.as_bytes());
        hasher.finalize().into()
    }
}

impl Drop for Seed {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Seed {}

/// The value of the function at a label, 64 secret bytes from which masks are derived.
pub struct LeafSeed(Box<[u8; 64]>);

impl LeafSeed {
    /// The bytes, for the derivation of masks only.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl Drop for LeafSeed {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for LeafSeed {}
