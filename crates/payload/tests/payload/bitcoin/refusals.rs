//! Inputs, outputs and amounts that are refused.

use bitcoin::hashes::Hash;
use bitcoin::{Amount, OutPoint, ScriptBuf, TapNodeHash};
use regent_payload::bitcoin_tx::MAX_INPUTS;
use regent_primitives::bounds::MAX_TRANSFERS;

use super::*;

#[test]
fn what_is_no_psbt_is_refused() {
    let payload = taproot().serialize();
    let decode = |payload: &[u8]| {
        assert!(matches!(refused_bytes(payload, Algorithm::Bip340), BitcoinError::Decode(_)));
    };
    decode(&[]);
    decode(b"psbt");
    decode(&[b"psbu", &payload[4..]].concat());
    for length in 0..payload.len() {
        decode(&payload[..length]);
    }
}

#[test]
fn trailing_bytes_are_refused() {
    for found in [1, 40] {
        let payload = [taproot().serialize(), vec![0; found]].concat();
        let error = refused_bytes(&payload, Algorithm::Bip340);
        assert_eq!(error, BitcoinError::TrailingBytes { found });
    }
}

#[test]
fn input_counts_out_of_bounds_are_refused() {
    let public = key().public();
    let payload = |count| taproot_psbt(&public, &coins(count), &[pay(1)]).unwrap();
    let parse = |payload: &[u8]| parse(FORMAT, payload, Algorithm::Bip340, &public, Some(NETWORK));
    for found in [0, MAX_INPUTS + 1] {
        let expected = BitcoinError::InputCount { found, maximum: MAX_INPUTS };
        assert_eq!(refused_bytes(&payload(found), Algorithm::Bip340), expected);
    }
    assert_eq!(parse(&payload(MAX_INPUTS)).unwrap().signing.len(), MAX_INPUTS);
}

#[test]
fn output_counts_out_of_bounds_are_refused() {
    let public = key().public();
    let payload = |payments: &[Payment]| taproot_psbt(&public, &coins(1), payments).unwrap();
    assert_eq!(refused_bytes(&payload(&[]), Algorithm::Bip340), BitcoinError::NoOutputs);
    let maximum = MAX_TRANSFERS as usize;
    let error = refused_bytes(&payload(&vec![pay(1); maximum + 1]), Algorithm::Bip340);
    assert_eq!(error, BitcoinError::TransferCount { found: maximum + 1, maximum });
    // Change does not count.
    let mut payments = vec![pay(1); maximum];
    payments.push(Payment { script: own_script(Algorithm::Bip340), satoshi: 1 });
    let payload = payload(&payments);
    let parsed = parse(FORMAT, &payload, Algorithm::Bip340, &public, Some(NETWORK)).unwrap();
    assert_eq!(parsed.effect.transfers.len(), maximum);
}

#[test]
fn inputs_that_spend_nothing_or_twice_are_refused() {
    let error =
        taproot_refused(|psbt| psbt.unsigned_tx.input[1].previous_output = OutPoint::null());
    assert_eq!(error, BitcoinError::NullInput { index: 1 });
    let error = taproot_refused(|psbt| {
        psbt.unsigned_tx.input[1].previous_output = psbt.unsigned_tx.input[0].previous_output;
    });
    assert_eq!(error, BitcoinError::DuplicateInput { index: 1 });
}

#[test]
fn missing_amounts_are_refused() {
    let error = taproot_refused(|psbt| psbt.inputs[1].witness_utxo = None);
    assert_eq!(error, BitcoinError::WitnessUtxoMissing { index: 1 });
    // The fee attack: an amount that nothing proves.
    let error = p2wpkh_refused(|psbt| psbt.inputs[0].non_witness_utxo = None);
    assert_eq!(error, BitcoinError::NonWitnessUtxoMissing { index: 0 });
}

#[test]
fn the_whole_transaction_alone_proves_the_amount() {
    let mut psbt = p2wpkh();
    psbt.inputs[0].witness_utxo = None;
    let algorithm = Algorithm::EcdsaSecp256k1;
    let payload = psbt.serialize();
    assert!(parse(FORMAT, &payload, algorithm, &key().public(), Some(NETWORK)).is_ok());
}

#[test]
fn false_amounts_are_refused() {
    let error = p2wpkh_refused(|psbt| {
        psbt.inputs[0].witness_utxo.as_mut().unwrap().value = Amount::from_sat(49_500);
    });
    let field = "PSBT_IN_WITNESS_UTXO";
    assert_eq!(error, BitcoinError::NonWitnessUtxoMismatch { index: 0, field });

    let error = p2wpkh_refused(|psbt| {
        psbt.inputs[0].witness_utxo = None;
        let previous = psbt.inputs[0].non_witness_utxo.as_mut().unwrap();
        previous.output[0].value = Amount::from_sat(49_500);
    });
    let field = "the spent transaction's id";
    assert_eq!(error, BitcoinError::NonWitnessUtxoMismatch { index: 0, field });

    let error = p2wpkh_refused(|psbt| psbt.unsigned_tx.input[0].previous_output.vout = 1);
    let field = "the spent output's number";
    assert_eq!(error, BitcoinError::NonWitnessUtxoMismatch { index: 0, field });

    // Taproot needs no whole transaction, but one that is there must fit.
    let error =
        taproot_refused(|psbt| psbt.inputs[0].non_witness_utxo = Some(psbt.unsigned_tx.clone()));
    let field = "the spent transaction's id";
    assert_eq!(error, BitcoinError::NonWitnessUtxoMismatch { index: 0, field });
}

#[test]
fn inputs_of_others_are_refused() {
    let foreign = |error, index_expected| match error {
        BitcoinError::ForeignInput { index, .. } => assert_eq!(index, index_expected),
        other => panic!("{other}"),
    };
    let alter = |psbt: &mut Psbt| {
        let script = ScriptBuf::from(pay(0).script);
        psbt.inputs[1].witness_utxo.as_mut().unwrap().script_pubkey = script;
    };
    foreign(taproot_refused(alter), 1);
    // The key's own script without scripts, spent with a merkle root.
    let alter = |psbt: &mut Psbt| psbt.inputs[0].tap_merkle_root = Some(TapNodeHash::all_zeros());
    foreign(taproot_refused(alter), 0);
    // Another key.
    let public = TestKey::new([0x12; 32]).public();
    for (psbt, algorithm) in [(taproot(), Algorithm::Bip340), (p2wpkh(), Algorithm::EcdsaSecp256k1)]
    {
        let mut psbt = psbt;
        psbt.inputs.iter_mut().for_each(|input| input.tap_internal_key = None);
        match parse(FORMAT, &psbt.serialize(), algorithm, &public, Some(NETWORK)) {
            Err(PayloadError::Bitcoin(error)) => foreign(error, 0),
            other => panic!("{other:?}"),
        }
    }
    // The right key of the wrong scheme.
    foreign(refused_bytes(&p2wpkh().serialize(), Algorithm::Bip340), 0);
}

#[test]
fn impossible_amounts_are_refused() {
    let found = Amount::MAX_MONEY.to_sat() + 1;
    let error = taproot_refused(|psbt| {
        psbt.inputs[1].witness_utxo.as_mut().unwrap().value = Amount::from_sat(found);
    });
    assert_eq!(error, BitcoinError::AmountOutOfRange { part: "input", index: 1, found });
    for found in [found, u64::MAX] {
        let error =
            taproot_refused(|psbt| psbt.unsigned_tx.output[1].value = Amount::from_sat(found));
        assert_eq!(error, BitcoinError::AmountOutOfRange { part: "output", index: 1, found });
    }
    let error =
        taproot_refused(|psbt| psbt.unsigned_tx.output[0].value = Amount::from_sat(100_000));
    let expected = BitcoinError::OutputsExceedInputs { inputs: 100_000, outputs: 100_001 };
    assert_eq!(error, expected);
}

#[test]
fn outputs_without_an_address_are_refused() {
    for script in [
        "",
        "6a",
        "6a0568656c6c6f",
        "51",
        // Pay-to-anchor, and a witness version without a meaning: anyone can spend them.
        "51024e73",
        "5210751e76e8199196d454941c45d1b3a323",
        // A bare public key.
        "210279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798ac",
    ] {
        let error = taproot_refused(|psbt| {
            psbt.unsigned_tx.output[1].script_pubkey = ScriptBuf::from_hex(script).unwrap();
        });
        let found = script.to_string();
        assert_eq!(error, BitcoinError::UnknownOutputScript { index: 1, found });
    }
}
