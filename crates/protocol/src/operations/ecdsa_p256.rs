//! ECDSA over P-256, FIPS 186-5. `s` is low: any verifier takes it, strict ones ask for it.

// `p256` does not name these traits of the `ecdsa` crate; `k256` does.
use k256::ecdsa::hazmat::{SignPrimitive, VerifyPrimitive};
use p256::{ecdsa::Signature, FieldBytes, PublicKey, SecretKey};
use regent_primitives::payload::SigningInput;
use sha2::{Digest, Sha256};

use super::{OperationError, PhantomKey};
use crate::fresh::Fresh;

/// `r 32 ‖ s 32`.
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
    Ok(sign_digest(key, &digest, fresh.as_bytes())?.to_bytes().to_vec())
}

/// The nonce is that of RFC 6979, section 3.6, with the additional data as `k'`.
pub(super) fn sign_digest(
    key: &PhantomKey,
    digest: &[u8; 32],
    additional_data: &[u8],
) -> Result<Signature, OperationError> {
    let secret = SecretKey::from_slice(key.secret::<32>()?).map_err(|_| key.refused())?;
    let public = PublicKey::from_sec1_bytes(key.public_key()).map_err(|_| key.refused())?;
    let digest = FieldBytes::from(*digest);
    let (signature, _) = secret
        .to_nonzero_scalar()
        .try_sign_prehashed_rfc6979::<Sha256>(&digest, additional_data)
        .map_err(|_| key.refused())?;
    let signature = signature.normalize_s().unwrap_or(signature);
    public.as_affine().verify_prehashed(&digest, &signature).map_err(|_| key.fault())?;
    Ok(signature)
}
