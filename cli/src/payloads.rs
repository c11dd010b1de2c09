//! Payloads from the command line, and results to it.

use std::{io::Read, path::Path};

use base64::Engine as _;
use regent_payload::{bitcoin_tx, ethereum};
use regent_primitives::{
    bounds::MAX_PAYLOAD_BYTES, Algorithm, BitcoinNetwork, Effect, PayloadFormat, RegenToken,
};

use crate::{error::CliError, units};

/// A payload with what it does.
#[derive(Clone, Debug)]
pub struct Payload {
    /// How it is read.
    pub format: PayloadFormat,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it does.
    pub effect: Effect,
}

impl Payload {
    /// Parses bytes for a key.
    pub fn parse(
        format: PayloadFormat,
        bytes: Vec<u8>,
        token: &RegenToken,
        network: Option<BitcoinNetwork>,
    ) -> Result<Self, CliError> {
        let parsed =
            regent_payload::parse(format, &bytes, token.algorithm, &token.public_key, network)?;
        Ok(Self { format, bytes, effect: parsed.effect })
    }
}

/// Reads bytes from a file, or from standard input for `-`; text that is all hexadecimal with `0x`
/// in front, or base64 of a PSBT, is decoded.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    let limit = u64::from(MAX_PAYLOAD_BYTES) * 4;
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| CliError::file(path, error))?;
    let text = std::str::from_utf8(&bytes).map(str::trim).unwrap_or_default();
    if let Some(digits) = text.strip_prefix("0x") {
        return hex::decode(digits)
            .map_err(|error| CliError::input("--file", format!("{}: {error}", path.display())));
    }
    // "psbt" and its separator in base64.
    if text.starts_with("cHNidP") {
        return base64::engine::general_purpose::STANDARD
            .decode(text)
            .map_err(|error| CliError::input("--file", format!("{}: {error}", path.display())));
    }
    Ok(bytes)
}

/// The key's address where its algorithm has one: Ethereum, or Bitcoin on each network.
pub fn addresses(token: &RegenToken) -> Vec<(String, String)> {
    let networks = [BitcoinNetwork::Main, BitcoinNetwork::Test, BitcoinNetwork::Regtest];
    match token.algorithm {
        Algorithm::EcdsaSecp256k1 => ethereum::address(&token.public_key)
            .map(|address| vec![("ethereum".to_owned(), ethereum::checksummed(address))])
            .unwrap_or_default(),
        Algorithm::Bip340 => networks
            .into_iter()
            .filter_map(|network| {
                let address = bitcoin_tx::taproot_address(&token.public_key, network).ok()?;
                Some((format!("bitcoin:{}", units::show_network(network)), address))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// What is to be broadcast or handed on: the signed transaction, or the signature.
pub fn assemble(
    format: PayloadFormat,
    payload: &[u8],
    token: &RegenToken,
    signatures: &[Vec<u8>],
) -> Result<Vec<u8>, CliError> {
    let (algorithm, key) = (token.algorithm, &token.public_key);
    Ok(regent_payload::assemble(format, payload, algorithm, key, signatures)?)
}

/// The name of a format on the command line.
pub const fn format_name(format: PayloadFormat) -> &'static str {
    match format {
        PayloadFormat::Raw => "raw",
        PayloadFormat::EthereumTransaction => "ethereum",
        PayloadFormat::BitcoinPsbt => "bitcoin",
        PayloadFormat::Empty => "empty",
    }
}
