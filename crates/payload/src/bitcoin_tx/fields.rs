//! Which fields of a PSBT are allowed.
//!
//! Only what is needed to spend by a bare key, and the derivation hints that wallets add, which
//! nothing here reads. Signatures, scripts and preimages are refused: there is nothing to combine,
//! and a field that others might act on must not pass unread. Every struct is taken apart
//! completely, so that a field added by a later version of the library cannot be overlooked.

use bitcoin::{
    psbt::{Input, Output},
    Psbt,
};

use crate::BitcoinError;

pub(super) fn check(psbt: &Psbt) -> Result<(), BitcoinError> {
    // The decoder refuses any version but 0.
    let Psbt { unsigned_tx: _, version: _, xpub: _, proprietary, unknown, inputs, outputs } = psbt;
    let part = "global map";
    refuse([
        (!proprietary.is_empty(), BitcoinError::UnknownField { field: PROPRIETARY, part }),
        (!unknown.is_empty(), BitcoinError::UnknownField { field: UNKNOWN, part }),
    ])?;
    inputs.iter().enumerate().try_for_each(|(index, input)| check_input(index, input))?;
    outputs.iter().try_for_each(check_output)
}

const PROPRIETARY: &str = "PROPRIETARY";
const UNKNOWN: &str = "of a type unknown to BIP-174 version 0";

fn check_input(index: usize, input: &Input) -> Result<(), BitcoinError> {
    let Input {
        non_witness_utxo: _,
        witness_utxo: _,
        partial_sigs,
        sighash_type: _,
        redeem_script,
        witness_script,
        bip32_derivation: _,
        final_script_sig,
        final_script_witness,
        ripemd160_preimages,
        sha256_preimages,
        hash160_preimages,
        hash256_preimages,
        tap_key_sig,
        tap_script_sigs,
        tap_scripts,
        tap_key_origins: _,
        tap_internal_key: _,
        tap_merkle_root: _,
        proprietary,
        unknown,
    } = input;
    refuse(
        [
            (!partial_sigs.is_empty(), "PSBT_IN_PARTIAL_SIG"),
            (redeem_script.is_some(), "PSBT_IN_REDEEM_SCRIPT"),
            (witness_script.is_some(), "PSBT_IN_WITNESS_SCRIPT"),
            (final_script_sig.is_some(), "PSBT_IN_FINAL_SCRIPTSIG"),
            (final_script_witness.is_some(), "PSBT_IN_FINAL_SCRIPTWITNESS"),
            (!ripemd160_preimages.is_empty(), "PSBT_IN_RIPEMD160"),
            (!sha256_preimages.is_empty(), "PSBT_IN_SHA256"),
            (!hash160_preimages.is_empty(), "PSBT_IN_HASH160"),
            (!hash256_preimages.is_empty(), "PSBT_IN_HASH256"),
            (tap_key_sig.is_some(), "PSBT_IN_TAP_KEY_SIG"),
            (!tap_script_sigs.is_empty(), "PSBT_IN_TAP_SCRIPT_SIG"),
            (!tap_scripts.is_empty(), "PSBT_IN_TAP_LEAF_SCRIPT"),
            (!proprietary.is_empty(), PROPRIETARY),
            (!unknown.is_empty(), UNKNOWN),
        ]
        .map(|(present, field)| (present, BitcoinError::InputField { index, field })),
    )
}

fn check_output(output: &Output) -> Result<(), BitcoinError> {
    // What an output's script means to its recipient concerns the recipient only.
    let Output {
        redeem_script: _,
        witness_script: _,
        bip32_derivation: _,
        tap_internal_key: _,
        tap_tree: _,
        tap_key_origins: _,
        proprietary,
        unknown,
    } = output;
    let part = "output maps";
    refuse([
        (!proprietary.is_empty(), BitcoinError::UnknownField { field: PROPRIETARY, part }),
        (!unknown.is_empty(), BitcoinError::UnknownField { field: UNKNOWN, part }),
    ])
}

fn refuse<const N: usize>(rules: [(bool, BitcoinError); N]) -> Result<(), BitcoinError> {
    match rules.into_iter().find(|(broken, _)| *broken) {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}
