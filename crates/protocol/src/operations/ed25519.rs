//! Ed25519, RFC 8032, with a hedged prefix: a phantom key is a scalar and has none of its own.

use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{
    hazmat::{raw_sign, ExpandedSecretKey},
    VerifyingKey,
};
use regent_primitives::payload::SigningInput;
use sha2::Sha512;

use super::{OperationError, PhantomKey};
use crate::fresh::Fresh;

/// 64 bytes.
pub(super) fn sign(
    key: &PhantomKey,
    input: &SigningInput,
    fresh: Fresh,
) -> Result<Vec<u8>, OperationError> {
    let message = key.message_of(input)?;
    let prefix = key.hedge(&fresh, message);
    sign_with_prefix(key, message, &prefix)
}

/// The nonce is `SHA-512(prefix ‖ message)`, as in RFC 8032, section 5.1.6, step 2.
pub(super) fn sign_with_prefix(
    key: &PhantomKey,
    message: &[u8],
    prefix: &[u8; 32],
) -> Result<Vec<u8>, OperationError> {
    let scalar = Option::<Scalar>::from(Scalar::from_canonical_bytes(*key.secret::<32>()?))
        .ok_or_else(|| key.refused())?;
    let secret = ExpandedSecretKey { scalar, hash_prefix: *prefix };
    let public = key.public_key().first_chunk::<32>().ok_or_else(|| key.refused())?;
    let public = VerifyingKey::from_bytes(public).map_err(|_| key.refused())?;
    let signature = raw_sign::<Sha512>(&secret, message, &public);
    public.verify_strict(message, &signature).map_err(|_| key.fault())?;
    Ok(signature.to_bytes().to_vec())
}
