//! sr25519: Schnorr over ristretto255 as `schnorrkel` defines it, in the context `substrate`.

use regent_primitives::payload::SigningInput;
use schnorrkel::{context::attach_rng, signing_context, PublicKey, SecretKey};
use zeroize::Zeroizing;

use super::{OperationError, PhantomKey};
use crate::fresh::Fresh;

/// The signing context of every signature of Substrate; `sp_core` verifies in it.
const CONTEXT: &[u8] = b"substrate";

/// 64 bytes, marked as `schnorrkel`'s.
pub(super) fn sign(
    key: &PhantomKey,
    input: &SigningInput,
    fresh: Fresh,
) -> Result<Vec<u8>, OperationError> {
    let message = key.message_of(input)?;
    // The expanded form of a secret key: the scalar, and a seed that enters its nonces.
    let mut expanded = Zeroizing::new([0; 64]);
    let (scalar, nonce_seed) = expanded.split_at_mut(32);
    scalar.copy_from_slice(key.secret::<32>()?);
    nonce_seed.copy_from_slice(key.hedge(&fresh, message).as_slice());
    let secret = SecretKey::from_bytes(expanded.as_slice()).map_err(|_| key.refused())?;
    let public = PublicKey::from_bytes(key.public_key()).map_err(|_| key.refused())?;

    let transcript = signing_context(CONTEXT).bytes(message);
    let signature = secret.sign(attach_rng(transcript.clone(), fresh.into_rng()), &public);
    public.verify(transcript, &signature).map_err(|_| key.fault())?;
    Ok(signature.to_bytes().to_vec())
}
