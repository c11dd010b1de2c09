//! What a payload does against what was declared: equal, or refused.

use regent_primitives::{Asset, BitcoinNetwork, Effect, Fee, Transfer};

/// The first thing in which a payload differs from what was declared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EffectDifference {
    /// Other than the declared count of transfers.
    #[error("it makes {found} transfers, {declared} were declared")]
    TransferCount {
        /// Transfers the payload makes.
        found: usize,
        /// Transfers declared.
        declared: usize,
    },
    /// Another recipient.
    #[error("transfer {index} goes to 0x{}, declared was 0x{}", hex(found), hex(declared))]
    Recipient {
        /// Which transfer, from 0.
        index: usize,
        /// To whom the payload transfers.
        found: Vec<u8>,
        /// To whom was declared.
        declared: Vec<u8>,
    },
    /// Another asset.
    #[error("transfer {index} moves {found:?}, declared was {declared:?}")]
    Asset {
        /// Which transfer, from 0.
        index: usize,
        /// What the payload transfers.
        found: Asset,
        /// What was declared.
        declared: Asset,
    },
    /// Another amount.
    #[error("transfer {index} moves {found} units, declared were {declared}")]
    Amount {
        /// Which transfer, from 0.
        index: usize,
        /// How much the payload transfers, in the asset's smallest unit.
        found: regent_primitives::U256,
        /// How much was declared.
        declared: regent_primitives::U256,
    },
    /// Another fee.
    #[error("its fee is {}, declared was {}", fee(found), fee(declared))]
    Fee {
        /// The payload's fee.
        found: Option<Fee>,
        /// The fee declared.
        declared: Option<Fee>,
    },
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn fee(fee: &Option<Fee>) -> String {
    fee.map_or_else(|| "none".into(), |fee| format!("{} of {:?}", fee.amount, fee.asset))
}

/// Compares; the order of transfers counts.
pub(crate) fn compare(found: &Effect, declared: &Effect) -> Result<(), Box<EffectDifference>> {
    if found.transfers.len() != declared.transfers.len() {
        let (found, declared) = (found.transfers.len(), declared.transfers.len());
        return Err(Box::new(EffectDifference::TransferCount { found, declared }));
    }
    for (index, pair) in found.transfers.iter().zip(declared.transfers.iter()).enumerate() {
        compare_transfer(index, pair.0, pair.1)?;
    }
    if found.fee != declared.fee {
        let (found, declared) = (found.fee, declared.fee);
        return Err(Box::new(EffectDifference::Fee { found, declared }));
    }
    Ok(())
}

fn compare_transfer(
    index: usize,
    found: &Transfer,
    declared: &Transfer,
) -> Result<(), Box<EffectDifference>> {
    if found.recipient != declared.recipient {
        let (found, declared) = (found.recipient.to_vec(), declared.recipient.to_vec());
        return Err(Box::new(EffectDifference::Recipient { index, found, declared }));
    }
    if found.asset != declared.asset {
        let (found, declared) = (found.asset, declared.asset);
        return Err(Box::new(EffectDifference::Asset { index, found, declared }));
    }
    if found.amount != declared.amount {
        let (found, declared) = (found.amount, declared.amount);
        return Err(Box::new(EffectDifference::Amount { index, found, declared }));
    }
    Ok(())
}

/// The network of the declared fee: every PSBT has a fee, even one that only moves change.
pub(crate) fn bitcoin_network(declared: &Effect) -> Option<BitcoinNetwork> {
    match declared.fee {
        Some(Fee { asset: Asset::Bitcoin { network }, .. }) => Some(network),
        _ => None,
    }
}
