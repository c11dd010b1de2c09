//! ML-KEM-768, FIPS 203, expanded from a seed. The implementation is released and not audited.

use ml_kem::{Decapsulate, DecapsulationKey768, KeyExport, Seed};
use zeroize::{Zeroize, Zeroizing};

use super::{OperationError, PhantomKey};

/// Bytes of the key's seed `d ‖ z`.
pub(super) const SEED_BYTES: usize = 64;

/// 1,184 bytes.
pub(super) fn public_key(seed: &[u8; SEED_BYTES]) -> Vec<u8> {
    secret_key(seed).encapsulation_key().to_bytes().to_vec()
}

/// From a ciphertext of 1,088 bytes the shared secret of 32.
pub(super) fn decapsulate(
    key: &PhantomKey,
    payload: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OperationError> {
    let length = OperationError::Length { found: payload.len(), expected: "1,088" };
    let ciphertext = payload.try_into().map_err(|_| length)?;
    let mut shared = secret_key(key.secret()?).decapsulate(ciphertext);
    let secret = Zeroizing::new(shared.to_vec());
    shared.as_mut_slice().zeroize();
    Ok(secret)
}

fn secret_key(seed: &[u8; SEED_BYTES]) -> DecapsulationKey768 {
    // The key keeps and wipes its own copy.
    DecapsulationKey768::from_seed(Seed::from(*seed))
}
