//! What the NV index holds: a generation and its key.

use codec::Encode;
use hkdf::Hkdf;
use rand_core::{OsRng, RngCore};
use regent_primitives::hashing::Tag;
use regent_protocol::root_store::RootStoreError;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// Bytes of the index: the generation, big-endian, and the key.
pub(crate) const SLOT_BYTES: u16 = 40;
/// Bytes of a key and of a step.
const KEY_BYTES: usize = 32;

/// Where a generation's key comes from, beside the one before it: public, random.
pub(crate) type Step = [u8; KEY_BYTES];

/// A generation and its key.
pub(crate) struct Slot {
    generation: u64,
    key: Box<Zeroizing<[u8; KEY_BYTES]>>,
}

/// Fresh random bytes.
///
/// # Errors
/// If the operating system has none.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), RootStoreError> {
    OsRng.try_fill_bytes(bytes).map_err(|error| RootStoreError::Provider(error.to_string()))
}

impl Slot {
    /// Generation 0, of which there is no state: its key only leads to the next.
    pub(crate) fn first() -> Result<Self, RootStoreError> {
        let mut key = Box::new(Zeroizing::new([0; KEY_BYTES]));
        random(key.as_mut_slice())?;
        Ok(Self { generation: 0, key })
    }

    /// The next generation.
    pub(crate) fn next(&self, step: &Step) -> Result<Self, RootStoreError> {
        let generation = self.generation.checked_add(1).ok_or(TOO_MANY)?;
        let info = (Tag::RootSeal.as_str(), "tpm-next", step, generation).encode();
        Ok(Self { generation, key: expand(self.key.as_slice(), &info)? })
    }

    /// The key under which the state of this generation is sealed.
    pub(crate) fn sealing_key(
        &self,
        secret: &Secret,
    ) -> Result<Box<Zeroizing<[u8; KEY_BYTES]>>, RootStoreError> {
        let mut both = Zeroizing::new([0u8; 2 * KEY_BYTES]);
        let (ours, stretched) = both.split_at_mut(KEY_BYTES);
        ours.copy_from_slice(self.key.as_slice());
        stretched.copy_from_slice(secret.mixed());
        let info = (Tag::RootSeal.as_str(), "tpm-seal").encode();
        expand(both.as_slice(), &info)
    }

    pub(crate) const fn generation(&self) -> u64 {
        self.generation
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        self.generation == other.generation
            && bool::from(self.key.as_slice().ct_eq(other.key.as_slice()))
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(SLOT_BYTES.into()));
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        bytes.extend_from_slice(self.key.as_slice());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (generation, rest) = bytes.split_first_chunk::<8>()?;
        if rest.len() != KEY_BYTES {
            return None;
        }
        let mut key = Box::new(Zeroizing::new([0; KEY_BYTES]));
        key.copy_from_slice(rest);
        Some(Self { generation: u64::from_be_bytes(*generation), key })
    }
}

const TOO_MANY: RootStoreError = RootStoreError::Damaged("its generation is the last there can be");

/// HKDF-Expand with SHA-256 of a key of at least 256 random bits.
pub(crate) fn expand(
    key: &[u8],
    info: &[u8],
) -> Result<Box<Zeroizing<[u8; KEY_BYTES]>>, RootStoreError> {
    let mut out = Box::new(Zeroizing::new([0; KEY_BYTES]));
    Hkdf::<Sha256>::from_prk(key)
        .ok()
        .and_then(|hkdf| hkdf.expand(info, out.as_mut_slice()).ok())
        .ok_or(RootStoreError::Damaged("key derivation refused its own sizes"))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_comes_back_from_its_bytes() {
        let slot = Slot::first().expect("random").next(&[1; 32]).expect("follows");
        let bytes = slot.to_bytes();
        assert_eq!(bytes.len(), usize::from(SLOT_BYTES));
        assert!(Slot::from_bytes(&bytes).expect("a slot").is(&slot));
        for wrong in [0, 7, 39] {
            assert!(Slot::from_bytes(&bytes[..wrong]).is_none(), "{wrong}");
        }
        assert!(Slot::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_none());
    }

    #[test]
    fn the_next_key_depends_on_the_former_and_on_the_step() {
        let first = Slot::first().expect("random");
        let next = |slot: &Slot, step: u8| slot.next(&[step; 32]).expect("follows");
        assert!(next(&first, 1).is(&next(&first, 1)));
        assert!(!next(&first, 1).is(&next(&first, 2)));
        assert!(!next(&first, 1).is(&next(&Slot::first().expect("random"), 1)));
        assert_eq!(next(&next(&first, 1), 1).generation(), 2);
    }

    #[test]
    fn the_last_generation_has_no_next() {
        let last = [u64::MAX.to_be_bytes().as_slice(), &[7; 32]].concat();
        let last = Slot::from_bytes(&last).expect("a slot");
        assert!(matches!(last.next(&[0; 32]).err(), Some(RootStoreError::Damaged(_))));
    }
}
