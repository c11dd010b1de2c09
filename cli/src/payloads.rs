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

/// Reads bytes from the file that an option names, or from standard input for `-`; text that is all
/// hexadecimal with `0x` in front, or base64 of a PSBT, is decoded.
///
/// # Errors
/// Names the option, and what is wrong with the file.
pub fn read_bytes(option: &'static str, path: &Path) -> Result<Vec<u8>, CliError> {
    let wrong = |reason: &str| CliError::input(option, format!("{}: {reason}", path.display()));
    let limit = u64::from(MAX_PAYLOAD_BYTES) * 4;
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| wrong(&format!("{error}; name a file with the payload")))?;
    let text = std::str::from_utf8(&bytes).map(str::trim).unwrap_or_default();
    if let Some(digits) = text.strip_prefix("0x") {
        return hex::decode(digits)
            .map_err(|error| wrong(&format!("begins with 0x and is no hexadecimal: {error}")));
    }
    // "psbt" and its separator in base64.
    if text.starts_with("cHNidP") {
        return base64::engine::general_purpose::STANDARD
            .decode(text)
            .map_err(|error| wrong(&format!("begins as a PSBT and is no base64: {error}")));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_file_is_told_with_its_option() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("payload");
        for option in ["--file", "--file-raw", "--ethereum", "--psbt", "--decrypt"] {
            let refused = |reason: &str| {
                let error = read_bytes(option, &path).expect_err("refused");
                let said = error.to_string();
                let named = format!("{option}: {}: ", path.display());
                assert!(said.starts_with(&named) && said.contains(reason), "{said}");
                assert_eq!(error.exit_code(), 2, "{said}");
            };
            refused("name a file with the payload");
            for (text, reason) in [("0x0g", "no hexadecimal"), ("cHNidP!", "no base64")] {
                std::fs::write(&path, text).expect("written");
                refused(reason);
            }
            std::fs::remove_file(&path).expect("removed");
        }
    }

    #[test]
    fn bytes_are_read_as_they_are_or_from_text() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("payload");
        let cases: [(&[u8], &[u8]); 3] =
            [(b"0x00ff\n", b"\x00\xff"), (b"cHNidP8=\n", b"psbt\xff"), (b"\xff0x00", b"\xff0x00")];
        for (text, bytes) in cases {
            std::fs::write(&path, text).expect("written");
            assert_eq!(read_bytes("--file", &path).expect("read"), bytes);
        }
    }
}
