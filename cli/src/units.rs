//! Assets, amounts, recipients and payload formats as people write them.

use regent_payload::{bitcoin_tx, ethereum};
use regent_primitives::{cash_api::CashTerms, Asset, BitcoinNetwork, Recipient, H256, U256};

pub use regent_payload::units::{show_amount, show_recipient};

/// Reads `ether:CHAIN`, `erc20:CHAIN:CONTRACT` or `bitcoin:NETWORK`.
///
/// # Errors
/// Says what was expected.
pub fn parse_asset(text: &str) -> Result<Asset, String> {
    let expected = || {
        format!("asset {text:?} is none of ether:CHAIN-ID, erc20:CHAIN-ID:0xCONTRACT, bitcoin:main, bitcoin:test, bitcoin:regtest")
    };
    let chain = |text: &str| text.parse::<u64>().map_err(|_| expected());
    match text.split(':').collect::<Vec<_>>().as_slice() {
        ["ether", id] => Ok(Asset::Ether { chain_id: chain(id)? }),
        ["erc20", id, contract] => Ok(Asset::Erc20 {
            chain_id: chain(id)?,
            contract: ethereum::parse_address(contract).map_err(|error| error.to_string())?,
        }),
        ["bitcoin", network] => Ok(Asset::Bitcoin { network: parse_network(network)? }),
        _ => Err(expected()),
    }
}

/// As [`parse_asset`] reads it.
pub fn show_asset(asset: &Asset) -> String {
    match asset {
        Asset::Ether { chain_id } => format!("ether:{chain_id}"),
        Asset::Erc20 { chain_id, contract } => {
            format!("erc20:{chain_id}:{}", ethereum::checksummed(*contract))
        }
        Asset::Bitcoin { network } => format!("bitcoin:{}", show_network(*network)),
    }
}

/// Reads `main`, `test` or `regtest`.
///
/// # Errors
/// Says what was expected.
pub fn parse_network(text: &str) -> Result<BitcoinNetwork, String> {
    match text {
        "main" => Ok(BitcoinNetwork::Main),
        "test" => Ok(BitcoinNetwork::Test),
        "regtest" => Ok(BitcoinNetwork::Regtest),
        _ => Err(format!("Bitcoin network {text:?} is none of main, test, regtest")),
    }
}

/// As [`parse_network`] reads it.
pub const fn show_network(network: BitcoinNetwork) -> &'static str {
    match network {
        BitcoinNetwork::Main => "main",
        BitcoinNetwork::Test => "test",
        BitcoinNetwork::Regtest => "regtest",
    }
}

/// Units people write amounts in, with the power of ten of the smallest unit.
const UNITS: [(&str, u32); 6] =
    [("ether", 18), ("gwei", 9), ("wei", 0), ("btc", 8), ("satoshi", 0), ("sat", 0)];

/// Reads an amount: a whole number of the smallest unit, or a decimal number with `ether`, `gwei`,
/// `wei`, `btc` or `sat` behind it. Never rounds.
///
/// # Errors
/// Says what is wrong with it.
pub fn parse_amount(text: &str) -> Result<U256, String> {
    let trimmed = text.trim();
    let (number, power) = UNITS
        .iter()
        .find_map(|(unit, power)| {
            trimmed.strip_suffix(unit).map(|number| (number.trim_end(), *power))
        })
        .unwrap_or((trimmed, 0));
    scaled(text, number, power)
}

/// Reads a decimal number of units of which the smallest is 10 to the power of minus `power`. `text` is
/// what was written.
fn scaled(text: &str, number: &str, power: u32) -> Result<U256, String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || number.ends_with('.') {
        return Err(format!(
            "amount {text:?} is no number such as 1500, 12.50, \"0.5 ether\", \"30 gwei\", \"0.001 btc\""
        ));
    }
    let fraction = fraction.trim_end_matches('0');
    let power = usize::try_from(power).unwrap_or_default();
    if fraction.len() > power {
        return Err(format!("amount {text:?} is smaller than the smallest unit of its asset"));
    }
    let padded = format!("{whole}{fraction:0<power$}");
    U256::from_dec_str(&padded).map_err(|_| format!("amount {text:?} exceeds 256 bits"))
}

/// Reads an amount of cash: a decimal number, with the asset's name behind it or not. Never rounds.
///
/// # Errors
/// Says what is wrong with it.
pub fn parse_cash(terms: &CashTerms, text: &str) -> Result<u128, String> {
    let name = String::from_utf8_lossy(&terms.name);
    let trimmed = text.trim();
    let number = trimmed.strip_suffix(&*name).unwrap_or(trimmed).trim_end();
    let amount = scaled(text, number, terms.decimals.into())?;
    u128::try_from(amount).map_err(|_| format!("amount {text:?} exceeds 128 bits"))
}

/// An amount of cash, with all its decimals and the asset's name.
pub fn show_cash(terms: &CashTerms, amount: u128) -> String {
    let power = usize::from(terms.decimals);
    let digits = format!("{:0>width$}", amount.to_string(), width = power + 1);
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(power));
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{whole}{point}{fraction} {}", String::from_utf8_lossy(&terms.name))
}

/// Reads a recipient: an Ethereum address, a Bitcoin address of any network, or `script:` with a
/// `scriptPubKey` in hexadecimal.
///
/// # Errors
/// Says what was expected.
pub fn parse_recipient(text: &str) -> Result<Recipient, String> {
    let bytes = if let Some(script) = text.strip_prefix("script:") {
        hex::decode(script.trim_start_matches("0x"))
            .map_err(|error| format!("recipient {text:?}: {error}"))?
    } else if text.starts_with("0x") {
        ethereum::parse_address(text).map_err(|error| error.to_string())?.to_vec()
    } else {
        [BitcoinNetwork::Main, BitcoinNetwork::Test, BitcoinNetwork::Regtest]
            .into_iter()
            .find_map(|network| bitcoin_tx::script_of_address(text, network).ok())
            .ok_or_else(|| {
                format!("recipient {text:?} is no Ethereum address, Bitcoin address or script:HEX")
            })?
    };
    Recipient::try_from(bytes).map_err(|_| format!("recipient {text:?} is too long"))
}

/// Reads a hash: 64 hexadecimal digits, with or without `0x`.
///
/// # Errors
/// Says what was expected.
pub fn parse_hash(text: &str) -> Result<H256, String> {
    let mut bytes = [0u8; 32];
    hex::decode_to_slice(text.trim_start_matches("0x"), &mut bytes)
        .map_err(|_| format!("hash {text:?} has not 64 hexadecimal digits, with or without 0x"))?;
    Ok(H256(bytes))
}

/// Bytes with `0x` in front.
pub fn hexadecimal(bytes: impl AsRef<[u8]>) -> String {
    format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_round_trip() {
        for text in
            ["ether:1", "erc20:1:0xdAC17F958D2ee523a2206206994597C13D831ec7", "bitcoin:regtest"]
        {
            assert_eq!(show_asset(&parse_asset(text).expect(text)), text);
        }
        assert!(parse_asset("gold").expect_err("unknown").contains("ether:CHAIN-ID"));
    }

    #[test]
    fn hashes_are_whole() {
        let digits = "ab".repeat(32);
        assert_eq!(parse_hash(&digits), Ok(H256::repeat_byte(0xab)));
        assert_eq!(parse_hash(&format!("0x{digits}")), Ok(H256::repeat_byte(0xab)));
        for wrong in ["", "0x", &digits[1..], &format!("{digits}0")] {
            assert!(parse_hash(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn amounts_are_exact() {
        let ok = |text| parse_amount(text).expect(text);
        assert_eq!(ok("1500"), U256::from(1500));
        assert_eq!(ok("0.5 ether"), U256::from(500_000_000_000_000_000u64));
        assert_eq!(ok("30gwei"), U256::from(30_000_000_000u64));
        assert_eq!(ok("0.00000001 btc"), U256::one());
        assert_eq!(ok("1.50 ether"), ok("1.5ether"));
        for wrong in ["", "1.", ".5", "-1", "1,5", "0.000000001 btc", "1.5", "1e3"] {
            assert!(parse_amount(wrong).is_err(), "{wrong}");
        }
    }

    fn euros(decimals: u8) -> CashTerms {
        let name = regent_primitives::cash_api::CashName::truncate_from(b"EUR".to_vec());
        CashTerms { issuer: 0, ceiling: 0, name, decimals }
    }

    #[test]
    fn cash_is_exact_and_shown_as_it_is_read() {
        for (text, units) in [("12.50 EUR", 1_250), ("0.05 EUR", 5), ("3.00 EUR", 300)] {
            assert_eq!(parse_cash(&euros(2), text), Ok(units), "{text}");
            assert_eq!(show_cash(&euros(2), units), text);
        }
        assert_eq!(parse_cash(&euros(2), "12.5"), Ok(1_250));
        assert_eq!(parse_cash(&euros(0), "12EUR"), Ok(12));
        assert_eq!(show_cash(&euros(0), 12), "12 EUR");
        let most = u128::MAX.to_string();
        assert_eq!(parse_cash(&euros(0), &most), Ok(u128::MAX));
        for wrong in ["0.005", "12.50 USD", "-1", "", most.as_str()] {
            assert!(parse_cash(&euros(2), wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn amounts_are_shown_as_they_are_read() {
        let ether = Asset::Ether { chain_id: 1 };
        for text in ["0 ether", "1 ether", "1.5 ether", "0.000000000000000001 ether"] {
            assert_eq!(show_amount(&ether, parse_amount(text).expect(text)), text);
        }
    }
}
