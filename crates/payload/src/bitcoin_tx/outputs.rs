//! What a transaction pays, and what it costs.

use bitcoin::{Address, AddressType, Amount, Network, Script, ScriptBuf, Transaction, TxOut};
use regent_primitives::{bounds::MAX_TRANSFERS, Asset, Recipient, Transfer, U256};

use super::key::SpendKey;
use crate::BitcoinError;

/// Outputs to others a PSBT may have.
pub(super) const MAX_PAYMENTS: usize = MAX_TRANSFERS as usize;

/// An output to somebody else.
pub(super) struct Payment {
    index: usize,
    script: ScriptBuf,
    satoshi: u64,
}

impl Payment {
    /// As a transfer of the asset.
    pub(super) fn of(self, asset: Asset) -> Result<Transfer, BitcoinError> {
        let recipient = Recipient::try_from(self.script.to_bytes()).map_err(|_| {
            let found = self.script.to_hex_string();
            BitcoinError::UnknownOutputScript { index: self.index, found }
        })?;
        Ok(Transfer { recipient, asset, amount: U256::from(self.satoshi) })
    }
}

/// The outputs that are not change, in their order.
///
/// Change is what the key alone can spend again. An output to the key with a script tree is none:
/// whoever wrote the scripts might spend it.
pub(super) fn transfers(
    transaction: &Transaction,
    key: &SpendKey,
) -> Result<Vec<Payment>, BitcoinError> {
    if transaction.output.is_empty() {
        return Err(BitcoinError::NoOutputs);
    }
    let own = key.script()?;
    let mut payments = Vec::new();
    for (index, output) in transaction.output.iter().enumerate() {
        check_amount("output", index, output.value)?;
        if output.script_pubkey == own {
            continue;
        }
        if !is_payment(&output.script_pubkey) {
            let found = output.script_pubkey.to_hex_string();
            return Err(BitcoinError::UnknownOutputScript { index, found });
        }
        let (script, satoshi) = (output.script_pubkey.clone(), output.value.to_sat());
        payments.push(Payment { index, script, satoshi });
    }
    if payments.len() > MAX_PAYMENTS {
        let found = payments.len();
        return Err(BitcoinError::TransferCount { found, maximum: MAX_PAYMENTS });
    }
    Ok(payments)
}

/// Inputs minus outputs, in satoshi.
pub(super) fn fee(transaction: &Transaction, coins: &[TxOut]) -> Result<u64, BitcoinError> {
    let inputs = sum("inputs", coins)?;
    let outputs = sum("outputs", &transaction.output)?;
    inputs.checked_sub(outputs).ok_or(BitcoinError::OutputsExceedInputs { inputs, outputs })
}

fn sum(part: &'static str, outputs: &[TxOut]) -> Result<u64, BitcoinError> {
    outputs
        .iter()
        .try_fold(0u64, |sum, output| sum.checked_add(output.value.to_sat()))
        .ok_or(BitcoinError::SumOverflow { part })
}

/// Refuses amounts that cannot exist: consensus would refuse them too.
pub(super) fn check_amount(
    part: &'static str,
    index: usize,
    amount: Amount,
) -> Result<(), BitcoinError> {
    if amount > Amount::MAX_MONEY {
        let found = amount.to_sat();
        return Err(BitcoinError::AmountOutOfRange { part, index, found });
    }
    Ok(())
}

/// Whether a script pays an address of a kind in use. Scripts that anyone can spend (pay-to-anchor,
/// witness versions without a meaning yet) and those that nobody can are refused.
pub(super) fn is_payment(script: &Script) -> bool {
    // The kind of a script's address is the same on all networks.
    let kind = Address::from_script(script, Network::Bitcoin).ok().and_then(|a| a.address_type());
    matches!(
        kind,
        Some(
            AddressType::P2pkh
                | AddressType::P2sh
                | AddressType::P2wpkh
                | AddressType::P2wsh
                | AddressType::P2tr
        )
    )
}
