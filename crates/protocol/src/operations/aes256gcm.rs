//! AES-256-GCM, expanded from a seed: `nonce 12 ‖ ciphertext ‖ tag 16`, no associated data.

use aes_gcm::{
    aead::{AeadInPlace, KeyInit},
    Aes256Gcm, Key, Nonce, Tag,
};
use regent_primitives::payload::SigningInput;
use zeroize::Zeroizing;

use super::{OperationError, PhantomKey};
use crate::fresh::Fresh;

/// Bytes of a key.
pub(super) const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// Seals a message, under a nonce derived from key, message and fresh bytes: it repeats for two
/// messages only by chance (NIST SP 800-38D allows 2^32 random nonces a key).
pub(super) fn seal(
    key: &PhantomKey,
    input: &SigningInput,
    fresh: Fresh,
) -> Result<Vec<u8>, OperationError> {
    let message = key.message_of(input)?;
    let hedged = key.hedge(&fresh, message);
    let nonce = hedged.first_chunk::<NONCE_BYTES>().ok_or_else(|| key.refused())?;
    // Room for all of it from the start, so that no copy of the plaintext is left behind.
    let mut sealed = Vec::with_capacity(NONCE_BYTES + message.len() + TAG_BYTES);
    sealed.extend_from_slice(nonce);
    sealed.extend_from_slice(message);
    let body = sealed.get_mut(NONCE_BYTES..).ok_or_else(|| key.refused())?;
    let tag = cipher(key)?
        .encrypt_in_place_detached(&Nonce::from(*nonce), &[], body)
        .map_err(|_| key.refused())?;
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Opens what [`seal`], or any other AES-256-GCM, sealed.
pub(super) fn open(key: &PhantomKey, payload: &[u8]) -> Result<Zeroizing<Vec<u8>>, OperationError> {
    let length = OperationError::Length {
        found: payload.len(),
        expected: "at least 28: a nonce of 12, the ciphertext, a tag of 16",
    };
    let (nonce, rest) = payload.split_first_chunk::<NONCE_BYTES>().ok_or(length)?;
    let (body, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(length)?;
    let mut plaintext = Zeroizing::new(body.to_vec());
    cipher(key)?
        .decrypt_in_place_detached(&Nonce::from(*nonce), &[], &mut plaintext, &Tag::from(*tag))
        .map_err(|_| OperationError::Authentication)?;
    Ok(plaintext)
}

fn cipher(key: &PhantomKey) -> Result<Aes256Gcm, OperationError> {
    Ok(Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(key.secret::<KEY_BYTES>()?)))
}
