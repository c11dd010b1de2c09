//! Addresses, and their text with a checksum (EIP-55).

use alloy_primitives::{keccak256, Address};
use regent_primitives::Algorithm;

use crate::{secp, EthereumError, PayloadError};

/// The address of a key: the last 20 bytes of the Keccak-256 of its point's coordinates.
///
/// # Errors
/// [`PayloadError::PublicKeyLength`] or [`PayloadError::PublicKeyInvalid`] where the bytes are no
/// SEC1 compressed secp256k1 key.
pub fn address(public_key: &[u8]) -> Result<[u8; 20], PayloadError> {
    let key = secp::public_key(Algorithm::EcdsaSecp256k1, public_key)?.serialize_uncompressed();
    // The first byte says that the key is uncompressed.
    let coordinates = key.split_first().map_or(&[][..], |(_, coordinates)| coordinates);
    Ok(Address::from_word(keccak256(coordinates)).0 .0)
}

/// `0x` and 40 hexadecimal digits whose case is the checksum of EIP-55.
pub fn checksummed(address: [u8; 20]) -> String {
    Address::from(address).to_checksum(None)
}

/// Reads `0x` and 40 hexadecimal digits; mixed case must be the checksum of EIP-55.
///
/// # Errors
/// [`EthereumError::Address`] for anything else.
pub fn parse_address(text: &str) -> Result<[u8; 20], EthereumError> {
    let invalid = || EthereumError::Address { found: text.into() };
    let digits = text.strip_prefix("0x").ok_or_else(invalid)?;
    let address: Address = digits.parse().map_err(|_| invalid())?;
    let one_case = !digits.bytes().any(|digit| digit.is_ascii_lowercase())
        || !digits.bytes().any(|digit| digit.is_ascii_uppercase());
    if digits.len() != 40 || !(one_case || checksummed(address.0 .0) == text) {
        return Err(invalid());
    }
    Ok(address.0 .0)
}
