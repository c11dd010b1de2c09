//! Addresses: of a key, and between text and script.

use bitcoin::{address::NetworkUnchecked, Address, CompressedPublicKey, KnownHrp, Network, Script};
use regent_primitives::{Algorithm, BitcoinNetwork};

use super::{key::SpendKey, outputs::is_payment};
use crate::{secp, BitcoinError, PayloadError};

/// The address of a BIP-340 key: P2TR without scripts, bech32m (BIP-86, BIP-350).
///
/// # Errors
/// [`PayloadError::PublicKeyLength`] or [`PayloadError::PublicKeyInvalid`] where the bytes are no
/// SEC1 compressed secp256k1 key.
pub fn taproot_address(public_key: &[u8], network: BitcoinNetwork) -> Result<String, PayloadError> {
    let script = SpendKey::new(Algorithm::Bip340, public_key)?.script()?;
    Ok(address_of_script(script.as_bytes(), network)?)
}

/// The address of an ECDSA key: P2WPKH, bech32 (BIP-173).
///
/// # Errors
/// As [`taproot_address`].
pub fn p2wpkh_address(public_key: &[u8], network: BitcoinNetwork) -> Result<String, PayloadError> {
    let key = secp::public_key(Algorithm::EcdsaSecp256k1, public_key)?;
    let hrp = KnownHrp::from(known(network));
    Ok(Address::p2wpkh(&CompressedPublicKey(key), hrp).to_string())
}

/// The address that a `scriptPubKey` pays.
///
/// # Errors
/// [`BitcoinError::Address`] where it pays none of a kind in use.
pub fn address_of_script(script: &[u8], network: BitcoinNetwork) -> Result<String, BitcoinError> {
    let script = Script::from_bytes(script);
    let refused = |reason: String| BitcoinError::Address { found: script.to_hex_string(), reason };
    if !is_payment(script) {
        return Err(refused("the script pays no address of a kind in use".into()));
    }
    Address::from_script(script, known(network))
        .map(|address| address.to_string())
        .map_err(|error| refused(error.to_string()))
}

/// The `scriptPubKey` that pays an address: the recipient of a transfer.
///
/// # Errors
/// [`BitcoinError::Address`] where the text is no address of this network, or of a kind not in use.
pub fn script_of_address(text: &str, network: BitcoinNetwork) -> Result<Vec<u8>, BitcoinError> {
    let refused = |reason: String| BitcoinError::Address { found: text.into(), reason };
    let script = text
        .parse::<Address<NetworkUnchecked>>()
        .and_then(|address| address.require_network(known(network)))
        .map_err(|error| refused(error.to_string()))?
        .script_pubkey();
    if !is_payment(&script) {
        return Err(refused("it is of a kind not in use".into()));
    }
    Ok(script.into_bytes())
}

const fn known(network: BitcoinNetwork) -> Network {
    match network {
        BitcoinNetwork::Main => Network::Bitcoin,
        BitcoinNetwork::Test => Network::Testnet,
        BitcoinNetwork::Regtest => Network::Regtest,
    }
}
