//! HKDF-SHA-512 (RFC 5869) for outputs of one block.
//!
//! Nothing in the protocol derives more than 64 bytes at once, so that `HKDF-Expand` is a single
//! HMAC and cannot fail: there is no length to get wrong, and no error path on which a secret would
//! stay all zero.

use hmac::{
    digest::{generic_array::GenericArray, KeyInit},
    Hmac, Mac,
};
use sha2::{Digest, Sha512};
use zeroize::{Zeroize, Zeroizing};

/// Output keying material: users take a prefix of it.
pub(crate) type Okm = Zeroizing<[u8; 64]>;

/// The first `N` bytes of the material.
pub(crate) fn head<const N: usize>(okm: &Okm) -> Zeroizing<[u8; N]> {
    const { assert!(N <= 64) };
    let mut head = Zeroizing::new([0; N]);
    for (to, from) in head.iter_mut().zip(okm.iter()) {
        *to = *from;
    }
    head
}

/// Bytes of a SHA-512 block: an HMAC key is padded to them (RFC 2104).
const BLOCK_BYTES: usize = 128;

/// `HKDF-Extract`, fed piece by piece so that secrets are never concatenated in memory.
pub(crate) struct Extract(Hmac<Sha512>);

impl Extract {
    pub(crate) fn new(salt: &[u8]) -> Self {
        Self(keyed(salt))
    }

    pub(crate) fn update(mut self, ikm: &[u8]) -> Self {
        self.0.update(ikm);
        self
    }

    pub(crate) fn finish(self) -> Prk {
        Prk(finish(self.0))
    }
}

/// A pseudo-random key.
pub(crate) struct Prk(Zeroizing<[u8; 64]>);

impl Prk {
    /// `HKDF-Expand(prk, info, 64)`.
    pub(crate) fn expand(&self, info: &[u8]) -> Okm {
        expand(self.0.as_slice(), info)
    }
}

/// `HKDF-Expand(prk, info, 64)`.
pub(crate) fn expand(prk: &[u8], info: &[u8]) -> Okm {
    let mut mac = keyed(prk);
    mac.update(info);
    mac.update(&[1]);
    finish(mac)
}

fn keyed(key: &[u8]) -> Hmac<Sha512> {
    let mut block = GenericArray::default();
    if key.len() > BLOCK_BYTES {
        for (to, from) in block.iter_mut().zip(Sha512::digest(key)) {
            *to = from;
        }
    } else {
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
    }
    let mac = <Hmac<Sha512> as KeyInit>::new(&block);
    block.as_mut_slice().zeroize();
    mac
}

fn finish(mac: Hmac<Sha512>) -> Okm {
    let mut tag = mac.finalize().into_bytes();
    let mut okm = Zeroizing::new([0; 64]);
    okm.copy_from_slice(&tag);
    tag.as_mut_slice().zeroize();
    okm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_hkdf_crate() {
        for (salt_bytes, ikm_bytes) in [(0, 32), (32, 32), (64, 200), (128, 1), (129, 64)] {
            let (salt, ikm) = (vec![7u8; salt_bytes], vec![9u8; ikm_bytes]);
            let mut expected = [0; 64];
            hkdf::Hkdf::<Sha512>::new(Some(&salt), &ikm)
                .expand(b"info", &mut expected)
                .expect("64 bytes are allowed");
            let (head, tail) = ikm.split_at(ikm_bytes / 3);
            let okm = Extract::new(&salt).update(head).update(tail).finish().expand(b"info");
            assert_eq!(*okm, expected);
        }
        let prk = [3; 64];
        let mut expected = [0; 64];
        hkdf::Hkdf::<Sha512>::from_prk(&prk)
            .expect("64 bytes are enough")
            .expand(b"mask", &mut expected)
            .expect("64 bytes are allowed");
        assert_eq!(*expand(&prk, b"mask"), expected);
    }
}
