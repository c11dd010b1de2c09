//! Bitcoin transactions as PSBTs of version 0 (BIP-174) all of whose inputs are the key's own:
//! taproot key-path spends (BIP-341) of a BIP-340 key, or P2WPKH spends (BIP-143) of an ECDSA key.
//!
//! Amounts are never taken on trust. A taproot signature commits to the amounts and scripts of all
//! inputs, so that a false `PSBT_IN_WITNESS_UTXO` yields a worthless signature. A segwit-v0
//! signature commits to its own input's amount only: asked twice with different false amounts, a
//! signer would give away two halves of a transaction whose real fee it never saw. So
//! `PSBT_IN_NON_WITNESS_UTXO` is required there, and its hash must be the spent transaction's id.
//!
//! Outputs to the key's own bare script are change and no transfers; every other output is one.
//! Fee is inputs minus outputs, in satoshi.

mod address;
mod build;
mod fields;
mod inputs;
mod key;
mod outputs;
#[cfg(test)]
mod tests;

pub use address::{address_of_script, p2wpkh_address, script_of_address, taproot_address};
pub use build::{p2wpkh_psbt, taproot_psbt, Coin, Payment};
pub use inputs::MAX_INPUTS;

use bitcoin::{consensus, ecdsa, taproot, EcdsaSighashType, Psbt, TapSighashType, Witness};
use regent_primitives::{
    payload::SigningInput, Asset, BitcoinNetwork, BoundedVec, Effect, Fee, U256,
};

use crate::{secp, BitcoinError, ParsedPayload, PayloadError};
use inputs::{InputSpend, Spend};
use key::SpendKey;

pub(crate) fn parse(
    payload: &[u8],
    algorithm: regent_primitives::Algorithm,
    public_key: &[u8],
    network: BitcoinNetwork,
) -> Result<ParsedPayload, PayloadError> {
    let inspected = inspect(payload, &SpendKey::new(algorithm, public_key)?)?;
    let asset = Asset::Bitcoin { network };
    let transfers: Vec<_> = inspected
        .transfers
        .into_iter()
        .map(|transfer| transfer.of(asset))
        .collect::<Result<_, _>>()?;
    let found = transfers.len();
    let transfers = BoundedVec::try_from(transfers)
        .map_err(|_| BitcoinError::TransferCount { found, maximum: outputs::MAX_PAYMENTS })?;
    let fee = Some(Fee { asset, amount: U256::from(inspected.fee) });
    let signing = inspected.spends.iter().map(Spend::signing_input).collect();
    Ok(ParsedPayload { effect: Effect { transfers, fee }, signing })
}

pub(crate) fn assemble(
    payload: &[u8],
    algorithm: regent_primitives::Algorithm,
    public_key: &[u8],
    signatures: &[Vec<u8>],
) -> Result<Vec<u8>, PayloadError> {
    let key = SpendKey::new(algorithm, public_key)?;
    let Inspected { psbt, spends, .. } = inspect(payload, &key)?;
    if signatures.len() != spends.len() {
        let (found, expected) = (signatures.len(), spends.len());
        return Err(PayloadError::SignatureCount { found, expected });
    }
    let mut transaction = psbt.unsigned_tx;
    let inputs = transaction.input.iter_mut().zip(&spends).zip(signatures).enumerate();
    for (index, ((input, spend), signature)) in inputs {
        input.witness = witness(index, spend, signature)?;
    }
    Ok(consensus::serialize(&transaction))
}

/// Verifies one signature and wraps it in its input's witness.
fn witness(index: usize, spend: &Spend, signature: &[u8]) -> Result<Witness, PayloadError> {
    match &spend.how {
        InputSpend::P2wpkh { key } => {
            let verified = secp::verify_ecdsa(index, key, spend.sighash, signature)?;
            let sighash_type = EcdsaSighashType::All;
            let signature = ecdsa::Signature { signature: verified.signature, sighash_type };
            Ok(Witness::p2wpkh(&signature, key))
        }
        InputSpend::KeyPath { output_key, commit_all, .. } => {
            let signature = secp::verify_schnorr(index, output_key, spend.sighash, signature)?;
            let sighash_type =
                if *commit_all { TapSighashType::All } else { TapSighashType::Default };
            Ok(Witness::p2tr_key_spend(&taproot::Signature { signature, sighash_type }))
        }
    }
}

/// A PSBT that broke no rule.
struct Inspected {
    psbt: Psbt,
    spends: Vec<Spend>,
    transfers: Vec<outputs::Payment>,
    /// Satoshi.
    fee: u64,
}

fn inspect(payload: &[u8], key: &SpendKey) -> Result<Inspected, BitcoinError> {
    let psbt = decode(payload)?;
    fields::check(&psbt)?;
    let coins = inputs::coins(&psbt, key)?;
    let spends = inputs::spends(&psbt, key, &coins)?;
    let transfers = outputs::transfers(&psbt.unsigned_tx, key)?;
    let fee = outputs::fee(&psbt.unsigned_tx, &coins)?;
    Ok(Inspected { psbt, spends, transfers, fee })
}

fn decode(payload: &[u8]) -> Result<Psbt, BitcoinError> {
    let mut rest = payload;
    let psbt = Psbt::deserialize_from_reader(&mut rest)
        .map_err(|error| BitcoinError::Decode(error.to_string()))?;
    if !rest.is_empty() {
        return Err(BitcoinError::TrailingBytes { found: rest.len() });
    }
    Ok(psbt)
}

impl Spend {
    fn signing_input(&self) -> SigningInput {
        match self.how {
            InputSpend::P2wpkh { .. } => SigningInput::Digest(self.sighash),
            InputSpend::KeyPath { merkle_root, .. } => {
                SigningInput::TaprootKeyPath { sighash: self.sighash, merkle_root }
            }
        }
    }
}
