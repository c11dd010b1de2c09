//! The outputs a PSBT spends: all the key's own, and what is signed to spend each.

use std::collections::BTreeSet;

use bitcoin::{
    hashes::Hash,
    psbt::Input,
    secp256k1::{PublicKey, XOnlyPublicKey},
    sighash::{Prevouts, SighashCache},
    EcdsaSighashType, OutPoint, Psbt, TapNodeHash, TapSighashType, Transaction, TxOut,
};

use super::{
    key::{output_key, taproot_script, SpendKey},
    outputs::check_amount,
};
use crate::BitcoinError;

/// Inputs a PSBT may have; each costs a signature.
pub const MAX_INPUTS: usize = 64;

/// How one input is spent.
pub(super) struct Spend {
    /// What is signed.
    pub sighash: [u8; 32],
    /// By which key, into which witness.
    pub how: InputSpend,
}

pub(super) enum InputSpend {
    /// BIP-143.
    P2wpkh { key: PublicKey },
    /// BIP-341.
    KeyPath {
        /// The key that the signature verifies against.
        output_key: XOnlyPublicKey,
        /// Of the script tree that the output also commits to.
        merkle_root: Option<[u8; 32]>,
        /// Whether the witness states `SIGHASH_ALL` instead of leaving the default unsaid.
        commit_all: bool,
    },
}

/// The spent outputs, one an input, checked to be the key's.
pub(super) fn coins(psbt: &Psbt, key: &SpendKey) -> Result<Vec<TxOut>, BitcoinError> {
    let found = psbt.inputs.len();
    if found == 0 || found > MAX_INPUTS {
        return Err(BitcoinError::InputCount { found, maximum: MAX_INPUTS });
    }
    let mut spent = BTreeSet::new();
    let mut coins = Vec::with_capacity(found);
    for (index, (input, tx_input)) in psbt.inputs.iter().zip(&psbt.unsigned_tx.input).enumerate() {
        let outpoint = tx_input.previous_output;
        if outpoint.is_null() {
            return Err(BitcoinError::NullInput { index });
        }
        if !spent.insert(outpoint) {
            return Err(BitcoinError::DuplicateInput { index });
        }
        let coin = coin(index, input, outpoint, key)?;
        check_amount("input", index, coin.value)?;
        check_owner(index, input, &coin, key)?;
        coins.push(coin);
    }
    Ok(coins)
}

/// The spent output of one input.
fn coin(
    index: usize,
    input: &Input,
    outpoint: OutPoint,
    key: &SpendKey,
) -> Result<TxOut, BitcoinError> {
    let Some(previous) = &input.non_witness_utxo else {
        return match key {
            SpendKey::Ecdsa(_) => Err(BitcoinError::NonWitnessUtxoMissing { index }),
            SpendKey::Taproot(_) => {
                input.witness_utxo.clone().ok_or(BitcoinError::WitnessUtxoMissing { index })
            }
        };
    };
    let mismatch = |field| BitcoinError::NonWitnessUtxoMismatch { index, field };
    if previous.compute_txid() != outpoint.txid {
        return Err(mismatch("the spent transaction's id"));
    }
    let coin = usize::try_from(outpoint.vout)
        .ok()
        .and_then(|vout| previous.output.get(vout))
        .ok_or_else(|| mismatch("the spent output's number"))?;
    match &input.witness_utxo {
        Some(stated) if stated != coin => Err(mismatch("PSBT_IN_WITNESS_UTXO")),
        _ => Ok(coin.clone()),
    }
}

fn check_owner(
    index: usize,
    input: &Input,
    coin: &TxOut,
    key: &SpendKey,
) -> Result<(), BitcoinError> {
    let expected = match key {
        SpendKey::Ecdsa(_) => {
            let taproot = [
                (input.tap_internal_key.is_some(), "PSBT_IN_TAP_INTERNAL_KEY"),
                (input.tap_merkle_root.is_some(), "PSBT_IN_TAP_MERKLE_ROOT"),
            ];
            if let Some((_, field)) = taproot.into_iter().find(|(present, _)| *present) {
                return Err(BitcoinError::InputField { index, field });
            }
            key.script()?
        }
        SpendKey::Taproot(internal) => {
            if input.tap_internal_key.is_some_and(|stated| stated != *internal) {
                return Err(BitcoinError::InternalKeyMismatch { index });
            }
            taproot_script(output_key(internal, input.tap_merkle_root)?)
        }
    };
    if coin.script_pubkey != expected {
        return Err(BitcoinError::ForeignInput {
            index,
            found: coin.script_pubkey.to_hex_string(),
            expected: expected.to_hex_string(),
        });
    }
    Ok(())
}

/// What is signed for each input.
pub(super) fn spends(
    psbt: &Psbt,
    key: &SpendKey,
    coins: &[TxOut],
) -> Result<Vec<Spend>, BitcoinError> {
    let mut cache = SighashCache::new(&psbt.unsigned_tx);
    let all = Prevouts::All(coins);
    let mut spends = Vec::with_capacity(coins.len());
    for (index, (input, coin)) in psbt.inputs.iter().zip(coins).enumerate() {
        let spend = match key {
            SpendKey::Ecdsa(key) => {
                let sighash_type = ecdsa_sighash_type(index, input)?;
                let sighash = ecdsa_sighash(&mut cache, index, coin, sighash_type)?;
                Spend { sighash, how: InputSpend::P2wpkh { key: *key } }
            }
            SpendKey::Taproot(internal) => {
                let sighash_type = taproot_sighash_type(index, input)?;
                let sighash = taproot_sighash(&mut cache, index, &all, sighash_type)?;
                let how = InputSpend::KeyPath {
                    output_key: output_key(internal, input.tap_merkle_root)?,
                    merkle_root: input.tap_merkle_root.map(TapNodeHash::to_byte_array),
                    commit_all: sighash_type == TapSighashType::All,
                };
                Spend { sighash, how }
            }
        };
        spends.push(spend);
    }
    Ok(spends)
}

/// Of a P2WPKH spend (BIP-143).
pub(super) fn ecdsa_sighash(
    cache: &mut SighashCache<&Transaction>,
    index: usize,
    coin: &TxOut,
    sighash_type: EcdsaSighashType,
) -> Result<[u8; 32], BitcoinError> {
    cache
        .p2wpkh_signature_hash(index, &coin.script_pubkey, coin.value, sighash_type)
        .map(Hash::to_byte_array)
        .map_err(|error| BitcoinError::Decode(error.to_string()))
}

/// Of a key-path spend (BIP-341): commits to all spent outputs.
pub(super) fn taproot_sighash(
    cache: &mut SighashCache<&Transaction>,
    index: usize,
    coins: &Prevouts<TxOut>,
    sighash_type: TapSighashType,
) -> Result<[u8; 32], BitcoinError> {
    cache
        .taproot_key_spend_signature_hash(index, coins, sighash_type)
        .map(Hash::to_byte_array)
        .map_err(|error| BitcoinError::Decode(error.to_string()))
}

fn ecdsa_sighash_type(index: usize, input: &Input) -> Result<EcdsaSighashType, BitcoinError> {
    match input.sighash_type.map(|stated| stated.to_u32()) {
        None | Some(1) => Ok(EcdsaSighashType::All),
        Some(found) => Err(BitcoinError::SighashType { index, found, expected: "ALL (0x1)" }),
    }
}

fn taproot_sighash_type(index: usize, input: &Input) -> Result<TapSighashType, BitcoinError> {
    match input.sighash_type.map(|stated| stated.to_u32()) {
        None | Some(0) => Ok(TapSighashType::Default),
        Some(1) => Ok(TapSighashType::All),
        Some(found) => {
            let expected = "DEFAULT (0x0) and ALL (0x1)";
            Err(BitcoinError::SighashType { index, found, expected })
        }
    }
}
