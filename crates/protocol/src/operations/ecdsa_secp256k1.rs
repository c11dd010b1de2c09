//! ECDSA over secp256k1: low `s`, with the recovery id that Ethereum needs.

use k256::{
    ecdsa::{
        hazmat::{SignPrimitive, VerifyPrimitive},
        RecoveryId, Signature,
    },
    FieldBytes, PublicKey, SecretKey,
};
use regent_primitives::payload::SigningInput;
use sha2::{Digest, Sha256};

use super::{OperationError, PhantomKey};
use crate::fresh::Fresh;

/// `r 32 ‖ s 32 ‖ v 1`, `v` being 0 to 3 (2 and 3 only if `r` overflowed, which no one has seen).
pub(super) fn sign(
    key: &PhantomKey,
    input: &SigningInput,
    fresh: Fresh,
) -> Result<Vec<u8>, OperationError> {
    let digest = match input {
        SigningInput::Message(message) => Sha256::digest(message).into(),
        SigningInput::Digest(digest) => *digest,
        SigningInput::TaprootKeyPath { .. } => {
            return Err(key.refuse_input(input, "a message or a digest"))
        }
    };
    let (signature, recovery_id) = sign_digest(key, &digest, fresh.as_bytes())?;
    Ok([signature.to_bytes().as_slice(), &[recovery_id.to_byte()]].concat())
}

/// The nonce is that of RFC 6979, section 3.6, with the additional data as `k'`.
pub(super) fn sign_digest(
    key: &PhantomKey,
    digest: &[u8; 32],
    additional_data: &[u8],
) -> Result<(Signature, RecoveryId), OperationError> {
    let secret = SecretKey::from_slice(key.secret::<32>()?).map_err(|_| key.refused())?;
    let public = PublicKey::from_sec1_bytes(key.public_key()).map_err(|_| key.refused())?;
    let digest = FieldBytes::from(*digest);
    let (signature, recovery_id) = secret
        .to_nonzero_scalar()
        .try_sign_prehashed_rfc6979::<Sha256>(&digest, additional_data)
        .map_err(|_| key.refused())?;
    public.as_affine().verify_prehashed(&digest, &signature).map_err(|_| key.fault())?;
    Ok((signature, recovery_id.ok_or_else(|| key.refused())?))
}
