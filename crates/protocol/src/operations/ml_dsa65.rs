//! ML-DSA-65, FIPS 204, hedged, empty context, expanded from a seed. The implementation is released
//! and not audited.

use ml_dsa::{ExpandedSigningKey, KeyExport, MlDsa65, Seed, SignatureEncoding, Verifier};
use regent_primitives::payload::SigningInput;
use zeroize::Zeroize;

use super::{OperationError, PhantomKey};
use crate::fresh::Fresh;

/// Bytes of the key's seed `ξ`.
pub(super) const SEED_BYTES: usize = 32;

/// 1,952 bytes.
pub(super) fn public_key(seed: &[u8; SEED_BYTES]) -> Vec<u8> {
    signing_key(seed).verifying_key().to_bytes().to_vec()
}

/// 3,309 bytes; `rnd` of FIPS 204, algorithm 2, are the fresh bytes.
pub(super) fn sign(
    key: &PhantomKey,
    input: &SigningInput,
    fresh: Fresh,
) -> Result<Vec<u8>, OperationError> {
    let message = key.message_of(input)?;
    let secret = signing_key(key.secret()?);
    let signature =
        secret.sign_randomized(message, &[], &mut fresh.into_rng()).map_err(|_| key.refused())?;
    secret.verifying_key().verify(message, &signature).map_err(|_| key.fault())?;
    Ok(signature.to_bytes().to_vec())
}

fn signing_key(seed: &[u8; SEED_BYTES]) -> ExpandedSigningKey<MlDsa65> {
    let mut seed = Seed::from(*seed);
    let key = ExpandedSigningKey::from_seed(&seed);
    seed.as_mut_slice().zeroize();
    key
}
