//! What a person adds to what the TPM holds.

use codec::Encode;
use regent_primitives::hashing::Tag;
use regent_protocol::root_store::{Passphrase, RootStoreError};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{connection::DeviceId, slot::expand};

/// Authorisation of a TPM's owner hierarchy: for making and removing an NV index.
pub struct OwnerAuth(Zeroizing<Vec<u8>>);

impl OwnerAuth {
    /// Takes the bytes over.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A passphrase, stretched for one index of one TPM.
pub(crate) struct Secret {
    authorisation: Box<Zeroizing<[u8; 32]>>,
    mixed: Box<Zeroizing<[u8; 32]>>,
}

impl Secret {
    /// About 0.2 s and 64 MiB. The salt is no secret and has to be found again without a state: it is
    /// another for every index of every TPM.
    pub(crate) fn stretch(
        passphrase: &Passphrase,
        device: &DeviceId,
        index: u32,
    ) -> Result<Self, RootStoreError> {
        let digest = Sha256::digest((Tag::RootSeal.as_str(), "tpm-salt", device, index).encode());
        let mut salt = [0; 16];
        for (to, from) in salt.iter_mut().zip(digest) {
            *to = from;
        }
        let stretched = passphrase.stretch(&salt)?;
        let part = |purpose: &str| {
            expand(stretched.as_slice(), &(Tag::RootSeal.as_str(), purpose).encode())
        };
        Ok(Self { authorisation: part("tpm-authorisation")?, mixed: part("tpm-mixed")? })
    }

    /// Authorisation of the NV index.
    pub(crate) fn authorisation(&self) -> &[u8] {
        self.authorisation.as_slice()
    }

    /// What is mixed into the key of every generation.
    pub(crate) fn mixed(&self) -> &[u8] {
        self.mixed.as_slice()
    }
}
