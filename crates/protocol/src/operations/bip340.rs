//! BIP-340 Schnorr over secp256k1, and the BIP-341 key path.

use k256::{
    schnorr::{Signature, SigningKey},
    Scalar,
};
use regent_primitives::payload::SigningInput;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{OperationError, PhantomKey};
use crate::{
    fresh::Fresh,
    groups::{PrimeGroup, Secp256k1},
};

/// 64 bytes. A message is signed as it is, whatever its length.
pub(super) fn sign(
    key: &PhantomKey,
    input: &SigningInput,
    fresh: Fresh,
) -> Result<Vec<u8>, OperationError> {
    let signature = match input {
        SigningInput::Message(message) => {
            sign_verified(key, &untweaked(key)?, message, fresh.as_bytes())?
        }
        SigningInput::TaprootKeyPath { sighash, merkle_root } => {
            let secret = tweaked(key, merkle_root.as_ref())?;
            sign_verified(key, &secret, sighash, fresh.as_bytes())?
        }
        SigningInput::Digest(_) => {
            return Err(key.refuse_input(input, "a message or a taproot key path"))
        }
    };
    Ok(signature.to_bytes().to_vec())
}

/// The key itself, negated where its public key has an odd `y`.
fn untweaked(key: &PhantomKey) -> Result<SigningKey, OperationError> {
    SigningKey::from_bytes(key.secret::<32>()?).map_err(|_| key.refused())
}

/// `taproot_tweak_seckey` of BIP-341: `d + int(H_TapTweak(x(P) ‖ merkle_root))`, where `d` is the
/// key with an even `y`.
pub(super) fn tweaked(
    key: &PhantomKey,
    merkle_root: Option<&[u8; 32]>,
) -> Result<SigningKey, OperationError> {
    let internal = untweaked(key)?;
    let mut tweak = tagged_hash(b"TapTweak").chain_update(internal.verifying_key().to_bytes());
    if let Some(root) = merkle_root {
        tweak.update(root);
    }
    let tweak: [u8; 32] = tweak.finalize().into();
    let tweak = Secp256k1::scalar_from_bytes(&tweak).ok_or_else(|| key.refused())?;
    let even: &Scalar = internal.as_nonzero_scalar();
    let sum = Zeroizing::new(*even + tweak);
    let bytes = Zeroizing::new(Secp256k1::scalar_to_bytes(&sum));
    SigningKey::from_bytes(bytes.as_slice()).map_err(|_| key.refused())
}

fn sign_verified(
    key: &PhantomKey,
    secret: &SigningKey,
    message: &[u8],
    auxiliary: &[u8; 32],
) -> Result<Signature, OperationError> {
    let signature = secret.sign_raw(message, auxiliary).map_err(|_| key.refused())?;
    secret.verifying_key().verify_raw(message, &signature).map_err(|_| key.fault())?;
    Ok(signature)
}

/// `SHA-256` of BIP-340 with a tag.
fn tagged_hash(tag: &[u8]) -> Sha256 {
    let tag = Sha256::digest(tag);
    Sha256::new().chain_update(tag).chain_update(tag)
}
