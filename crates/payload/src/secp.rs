//! secp256k1 keys and the two signature schemes over it, as transactions use them.

use std::sync::LazyLock;

use bitcoin::secp256k1::{
    ecdsa, schnorr, Message, PublicKey, Secp256k1, VerifyOnly, XOnlyPublicKey,
};
use regent_primitives::Algorithm;

use crate::PayloadError;

/// Building a context takes longer than a verification: one serves the process.
pub(crate) static SECP: LazyLock<Secp256k1<VerifyOnly>> =
    LazyLock::new(Secp256k1::verification_only);

/// Bytes of `r ‖ s ‖ v`.
const RECOVERABLE_BYTES: usize = 65;
/// Bytes of a BIP-340 signature.
pub(crate) const SCHNORR_BYTES: usize = 64;

/// Reads a SEC1 compressed key, 33 bytes.
pub(crate) fn public_key(algorithm: Algorithm, bytes: &[u8]) -> Result<PublicKey, PayloadError> {
    check_key_length(algorithm, bytes)?;
    PublicKey::from_slice(bytes).map_err(|_| PayloadError::PublicKeyInvalid { algorithm })
}

/// Compares the length of a public key with its algorithm's.
pub(crate) fn check_key_length(algorithm: Algorithm, bytes: &[u8]) -> Result<(), PayloadError> {
    let expected = algorithm.public_key_bytes();
    if bytes.len() != expected {
        return Err(PayloadError::PublicKeyLength { algorithm, found: bytes.len(), expected });
    }
    Ok(())
}

/// A verified ECDSA signature.
pub(crate) struct Verified {
    /// The signature, low s.
    pub signature: ecdsa::Signature,
    /// `r`, big-endian.
    pub r: [u8; 32],
    /// `s`, big-endian.
    pub s: [u8; 32],
    /// Parity of the nonce point's y: the recovery id.
    pub y_parity: bool,
}

/// Verifies `r ‖ s ‖ v` over a digest: the key's signature, with low s (BIP-146, EIP-2), from which
/// `v` (0 or 1) recovers the key.
pub(crate) fn verify_ecdsa(
    index: usize,
    key: &PublicKey,
    digest: [u8; 32],
    bytes: &[u8],
) -> Result<Verified, PayloadError> {
    let algorithm = Algorithm::EcdsaSecp256k1;
    let bytes: [u8; RECOVERABLE_BYTES] = bytes.try_into().map_err(|_| {
        let expected = RECOVERABLE_BYTES;
        PayloadError::SignatureLength { algorithm, index, found: bytes.len(), expected }
    })?;
    let invalid = PayloadError::SignatureInvalid { algorithm, index };
    let (compact, v) = bytes.split_at(64);
    let y_parity = match v {
        [0] => false,
        [1] => true,
        _ => return Err(invalid),
    };
    let signature = ecdsa::Signature::from_compact(compact).map_err(|_| invalid.clone())?;
    // Refuses a high s as well.
    SECP.verify_ecdsa(&Message::from_digest(digest), &signature, key)
        .map_err(|_| invalid.clone())?;
    let recovered = sp_core::ecdsa::Signature::from_raw(bytes).recover_prehashed(&digest);
    if recovered.map(|key| key.0) != Some(key.serialize()) {
        return Err(invalid);
    }
    let (r, s) = compact.split_at(32);
    match (r.try_into(), s.try_into()) {
        (Ok(r), Ok(s)) => Ok(Verified { signature, r, s, y_parity }),
        _ => Err(invalid),
    }
}

/// Verifies a BIP-340 signature over a 32-byte message.
pub(crate) fn verify_schnorr(
    index: usize,
    key: &XOnlyPublicKey,
    digest: [u8; 32],
    bytes: &[u8],
) -> Result<schnorr::Signature, PayloadError> {
    let algorithm = Algorithm::Bip340;
    let signature = schnorr::Signature::from_slice(bytes).map_err(|_| {
        let expected = SCHNORR_BYTES;
        PayloadError::SignatureLength { algorithm, index, found: bytes.len(), expected }
    })?;
    SECP.verify_schnorr(&signature, &Message::from_digest(digest), key)
        .map_err(|_| PayloadError::SignatureInvalid { algorithm, index })?;
    Ok(signature)
}
