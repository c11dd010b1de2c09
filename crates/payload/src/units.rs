//! Amounts and recipients as people read them.

use alloy_primitives::hex;
use regent_primitives::{Asset, U256};

use crate::{bitcoin_tx, ethereum};

/// An amount in the unit people use for its asset; the smallest unit for tokens.
pub fn show_amount(asset: &Asset, amount: U256) -> String {
    let (unit, power) = match asset {
        Asset::Ether { .. } => ("ether", 18usize),
        Asset::Bitcoin { .. } => ("btc", 8),
        Asset::Erc20 { .. } => return format!("{amount} units"),
    };
    let digits = format!("{:0>width$}", amount.to_string(), width = power + 1);
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(power));
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        format!("{whole} {unit}")
    } else {
        format!("{whole}.{fraction} {unit}")
    }
}

/// A recipient, in the world of its asset: an address, or what is paid to in hexadecimal.
pub fn show_recipient(asset: &Asset, recipient: &[u8]) -> String {
    match asset {
        Asset::Ether { .. } | Asset::Erc20 { .. } => match <[u8; 20]>::try_from(recipient) {
            Ok(address) => ethereum::checksummed(address),
            Err(_) => format!("0x{}", hex::encode(recipient)),
        },
        Asset::Bitcoin { network } => bitcoin_tx::address_of_script(recipient, *network)
            .unwrap_or_else(|_| format!("script:{}", hex::encode(recipient))),
    }
}
