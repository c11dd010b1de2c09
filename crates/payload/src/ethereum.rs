//! Unsigned Ethereum transactions: legacy with EIP-155, and EIP-1559, that send ether or make one
//! ERC-20 transfer.
//!
//! The payload is exactly the bytes whose Keccak-256 is signed: `rlp([nonce, gasPrice, gasLimit,
//! to, value, data, chainId, 0, 0])`, or `0x02 ‖ rlp([chainId, nonce, maxPriorityFeePerGas,
//! maxFeePerGas, gasLimit, to, value, data, []])`.

mod address;
mod build;
mod transaction;

pub use address::{address, checksummed, parse_address};
pub use build::{eip1559_transfer, erc20_transfer, legacy_transfer, Gas, LegacyGas};

use alloy_primitives::{keccak256, Signature, U256};
use regent_primitives::{payload::SigningInput, Algorithm, PayloadFormat};

use crate::{secp, ParsedPayload, PayloadError};
use transaction::UnsignedTransaction;

pub(crate) fn parse(
    payload: &[u8],
    algorithm: Algorithm,
    public_key: &[u8],
) -> Result<ParsedPayload, PayloadError> {
    check_algorithm(algorithm)?;
    secp::public_key(algorithm, public_key)?;
    let effect = UnsignedTransaction::decode(payload)?.effect()?;
    Ok(ParsedPayload { effect, signing: vec![SigningInput::Digest(keccak256(payload).0)] })
}

pub(crate) fn assemble(
    payload: &[u8],
    algorithm: Algorithm,
    public_key: &[u8],
    signatures: &[Vec<u8>],
) -> Result<Vec<u8>, PayloadError> {
    check_algorithm(algorithm)?;
    let key = secp::public_key(algorithm, public_key)?;
    let transaction = UnsignedTransaction::decode(payload)?;
    // Also what is not worth signing is not worth assembling.
    transaction.effect()?;
    let signature = crate::single(signatures)?;
    let verified = secp::verify_ecdsa(0, &key, keccak256(payload).0, signature)?;
    Ok(transaction.into_signed(Signature::new(
        U256::from_be_bytes(verified.r),
        U256::from_be_bytes(verified.s),
        verified.y_parity,
    )))
}

fn check_algorithm(found: Algorithm) -> Result<(), PayloadError> {
    if found == Algorithm::EcdsaSecp256k1 {
        return Ok(());
    }
    let format = PayloadFormat::EthereumTransaction;
    Err(PayloadError::AlgorithmMismatch { format, found, expected: "ecdsa-secp256k1" })
}
