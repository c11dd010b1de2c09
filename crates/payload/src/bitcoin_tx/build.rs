//! PSBTs from simple arguments.

use std::str::FromStr;

use bitcoin::{
    absolute::LockTime, consensus, hashes::Hash, psbt, transaction::Version, Amount, OutPoint,
    Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
};
use regent_primitives::Algorithm;

use super::key::SpendKey;
use crate::{BitcoinError, PayloadError};

/// An output of the key's own script, to be spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coin {
    /// Id of the transaction that made it, in the order in which it is displayed.
    pub txid: [u8; 32],
    /// Which of its outputs, from 0.
    pub output: u32,
    /// How much it is worth, in satoshi.
    pub satoshi: u64,
}

/// An output to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The `scriptPubKey`, as [`super::script_of_address`] returns it; the key's own is change.
    pub script: Vec<u8>,
    /// How much, in satoshi.
    pub satoshi: u64,
}

impl FromStr for Coin {
    type Err = BitcoinError;

    /// Reads `TXID:OUTPUT:SATOSHI`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || BitcoinError::Coin { found: text.into() };
        let (outpoint, satoshi) = text.rsplit_once(':').ok_or_else(invalid)?;
        let outpoint: OutPoint = outpoint.parse().map_err(|_| invalid())?;
        let satoshi = satoshi.parse().map_err(|_| invalid())?;
        let mut txid = outpoint.txid.to_byte_array();
        txid.reverse();
        Ok(Self { txid, output: outpoint.vout, satoshi })
    }
}

/// A PSBT that spends taproot coins of a BIP-340 key by its key path.
///
/// What inputs leave over is the fee: add a payment to the key's own script for change.
///
/// # Errors
/// Where the public key is none. Whether the payment makes sense is for [`crate::parse`] to say.
pub fn taproot_psbt(
    public_key: &[u8],
    coins: &[Coin],
    payments: &[Payment],
) -> Result<Vec<u8>, PayloadError> {
    let key = SpendKey::new(Algorithm::Bip340, public_key)?;
    let own = key.script()?;
    let outpoints = coins.iter().map(|coin| {
        let mut txid = coin.txid;
        txid.reverse();
        OutPoint::new(Txid::from_byte_array(txid), coin.output)
    });
    let mut psbt = unsigned(outpoints, payments)?;
    let internal = match key {
        SpendKey::Taproot(internal) => Some(internal),
        SpendKey::Ecdsa(_) => None,
    };
    for (input, coin) in psbt.inputs.iter_mut().zip(coins) {
        input.witness_utxo =
            Some(TxOut { value: Amount::from_sat(coin.satoshi), script_pubkey: own.clone() });
        input.tap_internal_key = internal;
    }
    for (map, output) in psbt.outputs.iter_mut().zip(&psbt.unsigned_tx.output) {
        if output.script_pubkey == own {
            map.tap_internal_key = internal;
        }
    }
    Ok(psbt.serialize())
}

/// A PSBT that spends P2WPKH coins of an ECDSA key: each the numbered output of a whole transaction
/// in consensus encoding.
///
/// # Errors
/// Where the public key is none, or a transaction does not decode.
pub fn p2wpkh_psbt(
    public_key: &[u8],
    coins: &[(Vec<u8>, u32)],
    payments: &[Payment],
) -> Result<Vec<u8>, PayloadError> {
    SpendKey::new(Algorithm::EcdsaSecp256k1, public_key)?;
    let previous: Vec<(Transaction, u32)> = coins
        .iter()
        .map(|(bytes, output)| Ok((consensus::deserialize(bytes)?, *output)))
        .collect::<Result<_, consensus::encode::Error>>()
        .map_err(|error| BitcoinError::Decode(error.to_string()))?;
    let outpoints = previous.iter().map(|(tx, output)| OutPoint::new(tx.compute_txid(), *output));
    let mut psbt = unsigned(outpoints, payments)?;
    for (input, (transaction, output)) in psbt.inputs.iter_mut().zip(previous) {
        let spent = usize::try_from(output).ok().and_then(|at| transaction.output.get(at));
        *input = psbt::Input { witness_utxo: spent.cloned(), ..Default::default() };
        input.non_witness_utxo = Some(transaction);
    }
    Ok(psbt.serialize())
}

fn unsigned(
    outpoints: impl Iterator<Item = OutPoint>,
    payments: &[Payment],
) -> Result<Psbt, BitcoinError> {
    let input = outpoints
        .map(|previous_output| TxIn {
            previous_output,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
            witness: Witness::new(),
        })
        .collect();
    let output = payments
        .iter()
        .map(|payment| TxOut {
            value: Amount::from_sat(payment.satoshi),
            script_pubkey: ScriptBuf::from_bytes(payment.script.clone()),
        })
        .collect();
    let transaction =
        Transaction { version: Version::TWO, lock_time: LockTime::ZERO, input, output };
    Psbt::from_unsigned_tx(transaction).map_err(|error| BitcoinError::Decode(error.to_string()))
}
