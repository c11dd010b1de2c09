//! What a payload does: transactions parsed into recipient, asset and amount.
//!
//! Agents and the enclave never sign what they cannot read: they parse the payload themselves, and
//! what it does must equal, transfer by transfer and to the last unit of fee, what was declared on
//! chain and approved (`docs/protocol.md`, section 7). From the same parse come the inputs to be
//! signed, so that nothing from outside is ever signed as a digest.
//!
//! The way of a payload through this crate:
//! 1. a client builds it ([`ethereum::eip1559_transfer`], [`bitcoin_tx::taproot_psbt`]) or brings
//!    its own, and declares the effect that [`parse`] returns;
//! 2. agents and enclave call [`check`] with the declared effect and get what is to be signed;
//! 3. the client calls [`assemble`] with the signatures and gets bytes to broadcast.
//!
//! Parsing is strict: what is not understood is refused, not skipped.
#![forbid(unsafe_code)]

pub mod bitcoin_tx;
mod effect;
mod error;
pub mod ethereum;
pub mod raw;
mod secp;
pub mod units;

pub use effect::EffectDifference;
pub use error::{BitcoinError, EthereumError, PayloadError};

use regent_primitives::{
    bounds::MAX_PAYLOAD_BYTES, payload::SigningInput, Algorithm, BitcoinNetwork, Effect,
    PayloadFormat,
};

/// What a payload does, and what of it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedPayload {
    /// Transfers and fee.
    pub effect: Effect,
    /// One item for each signature the payload needs, in the payload's order; empty for an ML-KEM
    /// ciphertext and for an enrolment. A decryption takes the payload itself instead.
    pub signing: Vec<SigningInput>,
}

/// Reads a payload that is to be used with this key.
///
/// `network` is the Bitcoin network the payload is meant for: a PSBT does not say. It is ignored by
/// the other formats.
///
/// # Errors
/// [`PayloadError`] names the first rule the payload breaks, or says that algorithm or key do not
/// fit the format.
pub fn parse(
    format: PayloadFormat,
    payload: &[u8],
    algorithm: Algorithm,
    public_key: &[u8],
    network: Option<BitcoinNetwork>,
) -> Result<ParsedPayload, PayloadError> {
    check_length(payload)?;
    match format {
        PayloadFormat::Raw => raw::parse(payload, algorithm, public_key),
        PayloadFormat::EthereumTransaction => ethereum::parse(payload, algorithm, public_key),
        PayloadFormat::BitcoinPsbt => {
            let network = network.ok_or(BitcoinError::NetworkMissing)?;
            bitcoin_tx::parse(payload, algorithm, public_key, network)
        }
        PayloadFormat::Empty => raw::parse_empty(payload),
    }
}

/// Reads a payload and compares what it does with what was declared and approved; returns what is
/// to be signed (section 7).
///
/// # Errors
/// As [`parse`], and [`PayloadError::Effect`] where the payload does anything else than declared.
pub fn check(
    format: PayloadFormat,
    payload: &[u8],
    algorithm: Algorithm,
    public_key: &[u8],
    declared: &Effect,
) -> Result<Vec<SigningInput>, PayloadError> {
    let network = effect::bitcoin_network(declared);
    let parsed = parse(format, payload, algorithm, public_key, network)?;
    effect::compare(&parsed.effect, declared)?;
    Ok(parsed.signing)
}

/// Puts signatures into a payload: the raw signed transaction for Ethereum, the finalised
/// transaction for a PSBT (both to be broadcast as they are), the signature itself for a raw
/// payload. The payload is parsed again and every signature is verified first, so that what is
/// returned is valid for this key; only of what an AES key sealed nobody can verify more than the
/// length.
///
/// `signatures` are in the order of [`ParsedPayload::signing`], in the encoding of the operations:
/// `r ‖ s ‖ v` (65 bytes, low s, `v` 0 or 1) for ECDSA over secp256k1, 64 bytes for BIP-340.
///
/// # Errors
/// As [`parse`]; [`PayloadError::SignatureCount`], [`PayloadError::SignatureLength`] and
/// [`PayloadError::SignatureInvalid`] for the signatures; [`PayloadError::NothingToAssemble`] for
/// payloads that ask for no signature.
pub fn assemble(
    format: PayloadFormat,
    payload: &[u8],
    algorithm: Algorithm,
    public_key: &[u8],
    signatures: &[Vec<u8>],
) -> Result<Vec<u8>, PayloadError> {
    check_length(payload)?;
    match format {
        PayloadFormat::Raw => raw::assemble(payload, algorithm, public_key, signatures),
        PayloadFormat::EthereumTransaction => {
            ethereum::assemble(payload, algorithm, public_key, signatures)
        }
        PayloadFormat::BitcoinPsbt => {
            bitcoin_tx::assemble(payload, algorithm, public_key, signatures)
        }
        PayloadFormat::Empty => Err(PayloadError::NothingToAssemble),
    }
}

fn check_length(payload: &[u8]) -> Result<(), PayloadError> {
    let maximum = MAX_PAYLOAD_BYTES as usize;
    if payload.len() > maximum {
        return Err(PayloadError::TooLong { found: payload.len(), maximum });
    }
    Ok(())
}

/// The one signature of a payload that asks for one.
fn single(signatures: &[Vec<u8>]) -> Result<&[u8], PayloadError> {
    match signatures {
        [signature] => Ok(signature),
        _ => Err(PayloadError::SignatureCount { found: signatures.len(), expected: 1 }),
    }
}
