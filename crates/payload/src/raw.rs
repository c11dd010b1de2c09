//! Payloads that nobody parses: any bytes to sign, seal or decrypt, and the empty payload of an
//! enrolment. The policy decides whether they are allowed at all.

use bitcoin::hashes::Hash;
use p256::ecdsa::signature::Verifier;
use regent_primitives::{payload::SigningInput, Algorithm, Effect, PayloadFormat};
use sp_core::Pair;

use crate::{secp, ParsedPayload, PayloadError};

/// Bytes that AES-256-GCM puts around a plaintext: nonce and tag.
pub const AES_GCM_OVERHEAD_BYTES: usize = 12 + 16;
/// Bytes of an ML-KEM-768 ciphertext (FIPS 203, table 3).
pub const ML_KEM_CIPHERTEXT_BYTES: usize = 1_088;
/// Bytes of an ML-DSA-65 signature (FIPS 204, table 2).
pub const ML_DSA_SIGNATURE_BYTES: usize = 3_309;

pub(crate) fn parse(
    payload: &[u8],
    algorithm: Algorithm,
    public_key: &[u8],
) -> Result<ParsedPayload, PayloadError> {
    secp::check_key_length(algorithm, public_key)?;
    let signing = match algorithm {
        // A ciphertext: decapsulated as it is, nothing is signed.
        Algorithm::MlKem768 => {
            let (found, expected) = (payload.len(), ML_KEM_CIPHERTEXT_BYTES);
            if found != expected {
                return Err(PayloadError::CiphertextLength { algorithm, found, expected });
            }
            Vec::new()
        }
        // AES seals a message where others sign it. To be opened it is read from the payload.
        _ => vec![SigningInput::Message(payload.to_vec())],
    };
    Ok(ParsedPayload { effect: Effect::default(), signing })
}

pub(crate) fn parse_empty(payload: &[u8]) -> Result<ParsedPayload, PayloadError> {
    if !payload.is_empty() {
        return Err(PayloadError::NotEmpty { found: payload.len() });
    }
    Ok(ParsedPayload { effect: Effect::default(), signing: Vec::new() })
}

pub(crate) fn assemble(
    payload: &[u8],
    algorithm: Algorithm,
    public_key: &[u8],
    signatures: &[Vec<u8>],
) -> Result<Vec<u8>, PayloadError> {
    if parse(payload, algorithm, public_key)?.signing.is_empty() {
        return Err(PayloadError::NothingToAssemble);
    }
    let result = crate::single(signatures)?;
    if algorithm == Algorithm::Aes256Gcm {
        // Nobody without the key can verify what was sealed: only its length says something.
        let (found, expected) = (result.len(), payload.len() + AES_GCM_OVERHEAD_BYTES);
        if found != expected {
            return Err(PayloadError::SignatureLength { algorithm, index: 0, found, expected });
        }
    } else {
        verify(algorithm, public_key, payload, result)?;
    }
    Ok(result.to_vec())
}

/// Verifies a signature over a raw payload, hashed as [`SigningInput::Message`] says.
///
/// # Errors
/// Says whether the key, the signature's length or the signature itself is wrong;
/// [`PayloadError::AlgorithmMismatch`] for an algorithm that does not sign.
pub fn verify(
    algorithm: Algorithm,
    public_key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), PayloadError> {
    secp::check_key_length(algorithm, public_key)?;
    let bad_key = PayloadError::PublicKeyInvalid { algorithm };
    let valid = match algorithm {
        Algorithm::Sr25519 => {
            let key = sized(public_key).ok_or(bad_key)?;
            let signature = sp_core::sr25519::Signature::from_raw(fixed(algorithm, signature)?);
            let key = sp_core::sr25519::Public::from_raw(key);
            sp_core::sr25519::Pair::verify(&signature, message, &key)
        }
        Algorithm::Ed25519 => {
            let key = sized(public_key).ok_or(bad_key)?;
            let signature = sp_core::ed25519::Signature::from_raw(fixed(algorithm, signature)?);
            let key = sp_core::ed25519::Public::from_raw(key);
            sp_core::ed25519::Pair::verify(&signature, message, &key)
        }
        Algorithm::EcdsaSecp256k1 => {
            let key = secp::public_key(algorithm, public_key)?;
            let digest = bitcoin::hashes::sha256::Hash::hash(message).to_byte_array();
            return secp::verify_ecdsa(0, &key, digest, signature).map(|_| ());
        }
        Algorithm::Bip340 => {
            // Not libsecp256k1: its binding verifies messages of 32 bytes only.
            let (_, x) = public_key.split_first().ok_or(bad_key.clone())?;
            secp::public_key(algorithm, public_key)?;
            let key = k256::schnorr::VerifyingKey::from_bytes(x).map_err(|_| bad_key)?;
            let bytes: [u8; secp::SCHNORR_BYTES] = fixed(algorithm, signature)?;
            k256::schnorr::Signature::try_from(bytes.as_slice())
                .is_ok_and(|signature| key.verify_raw(message, &signature).is_ok())
        }
        Algorithm::EcdsaP256 => {
            let key =
                p256::ecdsa::VerifyingKey::from_sec1_bytes(public_key).map_err(|_| bad_key)?;
            let bytes: [u8; 64] = fixed(algorithm, signature)?;
            p256::ecdsa::Signature::from_slice(&bytes)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok())
        }
        Algorithm::MlDsa65 => {
            let key = ml_dsa::EncodedVerifyingKey::<ml_dsa::MlDsa65>::try_from(public_key)
                .map_err(|_| bad_key)?;
            let bytes: [u8; ML_DSA_SIGNATURE_BYTES] = fixed(algorithm, signature)?;
            let key = ml_dsa::VerifyingKey::<ml_dsa::MlDsa65>::decode(&key);
            ml_dsa::Signature::<ml_dsa::MlDsa65>::try_from(bytes.as_slice())
                .is_ok_and(|signature| key.verify_with_context(message, &[], &signature))
        }
        Algorithm::Aes256Gcm | Algorithm::MlKem768 => {
            return Err(PayloadError::AlgorithmMismatch {
                format: PayloadFormat::Raw,
                found: algorithm,
                expected: "a signature algorithm",
            })
        }
    };
    if valid {
        Ok(())
    } else {
        Err(PayloadError::SignatureInvalid { algorithm, index: 0 })
    }
}

fn sized<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

fn fixed<const N: usize>(algorithm: Algorithm, signature: &[u8]) -> Result<[u8; N], PayloadError> {
    signature.try_into().map_err(|_| PayloadError::SignatureLength {
        algorithm,
        index: 0,
        found: signature.len(),
        expected: N,
    })
}
