//! Sealing to a session (section 7) and sealing a secret result to its requester (section 8).
//!
//! HPKE (RFC 9180) in base mode, single shot: X-Wing (X25519 and ML-KEM-768), HKDF-SHA-256,
//! ChaCha20-Poly1305. `info` is the SCALE encoding of `(tag, genesis, purpose)`, the associated data
//! is the 32-byte hash of what the sealed bytes are for: they open for exactly that and nothing else.
//! X-Wing has no authenticated mode, so whoever seals signs outside. The KEM is a draft: envelopes
//! carry a version.

#[cfg(test)]
mod tests;

use codec::{Decode, DecodeAll, Encode};
use hpke::{
    aead::ChaCha20Poly1305, kdf::HkdfSha256, kem::XWing, Deserializable, Kem, OpModeR, OpModeS,
    Serializable,
};
use rand_core::OsRng;
use regent_primitives::{
    bounds::{XWING_ENCAPSULATED_BYTES, XWING_PUBLIC_KEY_BYTES},
    hashing::{preimage, Tag},
    BoundedVec, SealedShare, H256,
};
use zeroize::Zeroizing;

use crate::fresh::{Fresh, RandomnessError};

/// Format of both envelopes.
const VERSION: u8 = 1;
/// Bytes of an X-Wing secret key: the seed of both of its parts.
const SECRET_KEY_BYTES: usize = 32;

type PrivateKey = <XWing as Kem>::PrivateKey;
type PublicKey = <XWing as Kem>::PublicKey;
type EncappedKey = <XWing as Kem>::EncappedKey;

/// Why bytes could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Not an X-Wing public key.
    #[error("X-Wing public key of {found} bytes is invalid, expected {XWING_PUBLIC_KEY_BYTES} canonical bytes")]
    PublicKey {
        /// Bytes found.
        found: usize,
    },
    /// Not an X-Wing encapsulated key.
    #[error("encapsulated key has {found} bytes, expected {XWING_ENCAPSULATED_BYTES}")]
    Encapsulated {
        /// Bytes found.
        found: usize,
    },
    /// Sealed in another format.
    #[error(
        "sealed bytes have format {found}, expected {VERSION}: use the version that sealed them"
    )]
    Version {
        /// The format's number.
        found: u8,
    },
    /// Longer than a sealed share may be.
    #[error("body of {found} bytes is too long for a share: a share has 32, a contribution 64")]
    TooLong {
        /// Bytes found.
        found: usize,
    },
    /// Sealed results have a fixed form.
    #[error("sealed result cannot be read: it is damaged or incomplete")]
    Envelope,
    /// The cipher refused to seal.
    #[error("sealing failed")]
    Sealing,
    /// Another key, other associated data, another chain, or changed bytes.
    #[error("sealed bytes do not open: they were sealed to another key or for another purpose, or changed")]
    NotOpened,
}

/// What is sealed: one never opens as the other.
#[derive(Clone, Copy)]
enum Purpose {
    Share,
    Result,
}

impl Purpose {
    fn info(self, genesis: H256) -> Vec<u8> {
        let name = match self {
            Self::Share => "share",
            Self::Result => "result",
        };
        preimage(Tag::SealInfo, genesis, &name)
    }
}

/// The secret half of an X-Wing key pair: an enclave session's, or a requester's for one result.
/// Wiped when dropped, neither shown nor copied.
pub struct SessionKem(Box<PrivateKey>);

impl SessionKem {
    /// A fresh pair from the operating system's randomness, with the 1,216 bytes of its public key.
    ///
    /// # Errors
    /// [`RandomnessError`] if the operating system has no randomness to give.
    pub fn generate() -> Result<(Self, Vec<u8>), RandomnessError> {
        let secret = Fresh::draw(&mut OsRng)?;
        let (private, public) = XWing::derive_keypair(secret.as_bytes());
        Ok((Self(Box::new(private)), public.to_bytes().to_vec()))
    }

    /// The pair with these 32 secret bytes, as [`SessionKem::secret_bytes`] gave them.
    pub fn from_secret(secret: &[u8; SECRET_KEY_BYTES]) -> Option<(Self, Vec<u8>)> {
        let private = Box::new(PrivateKey::from_bytes(secret).ok()?);
        let public = XWing::sk_to_pk(&private).to_bytes().to_vec();
        Some((Self(private), public))
    }

    /// The 32 secret bytes, for a requester that must keep its key until the result is there.
    pub fn secret_bytes(&self) -> Zeroizing<[u8; SECRET_KEY_BYTES]> {
        let mut secret = Zeroizing::new([0u8; SECRET_KEY_BYTES]);
        self.0.write_exact(secret.as_mut_slice());
        secret
    }

    /// Opens a share or a contribution sealed by [`seal`] for this chain and associated data.
    ///
    /// # Errors
    /// [`SealError::NotOpened`] for any difference; [`SealError::Version`] for another format.
    pub fn open(
        &self,
        genesis: H256,
        aad: H256,
        sealed: &SealedShare,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        check_version(sealed.version)?;
        let info = Purpose::Share.info(genesis);
        open_bytes(&self.0, &info, aad.as_bytes(), &sealed.encapsulated, &sealed.ciphertext)
    }

    /// Opens a result sealed by [`seal_result`] for this chain and associated data.
    ///
    /// # Errors
    /// [`SealError::Envelope`] if the bytes are not one sealed result; otherwise as
    /// [`SessionKem::open`].
    pub fn open_result(
        &self,
        genesis: H256,
        aad: H256,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let mut input = sealed;
        let sealed = SealedResult::decode_all(&mut input).map_err(|_| SealError::Envelope)?;
        check_version(sealed.version)?;
        let info = Purpose::Result.info(genesis);
        open_bytes(&self.0, &info, aad.as_bytes(), &sealed.encapsulated, &sealed.ciphertext)
    }
}

/// A sealed result on its way to the requester.
#[derive(Encode, Decode)]
struct SealedResult {
    version: u8,
    encapsulated: Vec<u8>,
    ciphertext: Vec<u8>,
}

/// Seals a share (32 bytes) or a contribution (64) to a session, with the hash of section 7 as
/// associated data.
///
/// # Errors
/// [`SealError::PublicKey`] if `kem_public` is not 1,216 bytes of an X-Wing key;
/// [`SealError::TooLong`] for more than 64 bytes.
pub fn seal(
    kem_public: &[u8],
    genesis: H256,
    aad: H256,
    body: &[u8],
) -> Result<SealedShare, SealError> {
    let info = Purpose::Share.info(genesis);
    let (encapsulated, ciphertext) = seal_bytes(kem_public, &info, aad.as_bytes(), body)?;
    Ok(SealedShare {
        version: VERSION,
        encapsulated: BoundedVec::try_from(encapsulated).map_err(|_| SealError::Sealing)?,
        ciphertext: BoundedVec::try_from(ciphertext)
            .map_err(|_| SealError::TooLong { found: body.len() })?,
    })
}

/// Seals a secret result of any length to the key fixed in the approved request: SCALE of
/// `{ version: u8, encapsulated: Vec<u8>, ciphertext: Vec<u8> }`.
///
/// # Errors
/// [`SealError::PublicKey`] if `result_key` is not 1,216 bytes of an X-Wing key.
pub fn seal_result(
    result_key: &[u8],
    genesis: H256,
    aad: H256,
    body: &[u8],
) -> Result<Vec<u8>, SealError> {
    let info = Purpose::Result.info(genesis);
    let (encapsulated, ciphertext) = seal_bytes(result_key, &info, aad.as_bytes(), body)?;
    Ok(SealedResult { version: VERSION, encapsulated, ciphertext }.encode())
}

/// Whether these are the bytes of an X-Wing public key.
///
/// # Errors
/// [`SealError::PublicKey`].
pub fn check_public_key(kem_public: &[u8]) -> Result<(), SealError> {
    public_key(kem_public).map(|_| ())
}

const fn check_version(found: u8) -> Result<(), SealError> {
    if found == VERSION {
        Ok(())
    } else {
        Err(SealError::Version { found })
    }
}

fn public_key(bytes: &[u8]) -> Result<PublicKey, SealError> {
    PublicKey::from_bytes(bytes).map_err(|_| SealError::PublicKey { found: bytes.len() })
}

fn seal_bytes(
    public: &[u8],
    info: &[u8],
    aad: &[u8],
    body: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), SealError> {
    let (encapsulated, ciphertext) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        &public_key(public)?,
        info,
        body,
        aad,
    )
    .map_err(|_| SealError::Sealing)?;
    Ok((encapsulated.to_bytes().to_vec(), ciphertext))
}

fn open_bytes(
    private: &PrivateKey,
    info: &[u8],
    aad: &[u8],
    encapsulated: &[u8],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let encapsulated = EncappedKey::from_bytes(encapsulated)
        .map_err(|_| SealError::Encapsulated { found: encapsulated.len() })?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        private,
        &encapsulated,
        info,
        ciphertext,
        aad,
    )
    .map(Zeroizing::new)
    .map_err(|_| SealError::NotOpened)
}
