//! Bitcoin transactions as PSBTs.

mod addresses;
mod fields;
mod payments;
mod refusals;
mod signatures;

use bitcoin::Psbt;
use regent_payload::{
    assemble,
    bitcoin_tx::{
        p2wpkh_address, p2wpkh_psbt, script_of_address, taproot_address, taproot_psbt, Coin,
        Payment,
    },
    parse, BitcoinError, PayloadError,
};
use regent_primitives::{Algorithm, BitcoinNetwork, PayloadFormat};

use crate::keys::TestKey;

const FORMAT: PayloadFormat = PayloadFormat::BitcoinPsbt;
const NETWORK: BitcoinNetwork = BitcoinNetwork::Regtest;

fn key() -> TestKey {
    TestKey::new([0x11; 32])
}

fn pay(satoshi: u64) -> Payment {
    let script = hex::decode("0014531260aa2a199e228c537dfa42c82bea2c7c1f4d").unwrap();
    Payment { script, satoshi }
}

fn own_script(algorithm: Algorithm) -> Vec<u8> {
    let address = match algorithm {
        Algorithm::Bip340 => taproot_address(&key().public(), NETWORK),
        _ => p2wpkh_address(&key().public(), NETWORK),
    };
    script_of_address(&address.unwrap(), NETWORK).unwrap()
}

fn coins(count: usize) -> Vec<Coin> {
    (0..count)
        .map(|number| Coin { txid: [1; 32], output: number as u32, satoshi: 50_000 })
        .collect()
}

fn taproot() -> Psbt {
    let payload = taproot_psbt(&key().public(), &coins(2), &[pay(60_000), pay(1)]).unwrap();
    Psbt::deserialize(&payload).unwrap()
}

fn p2wpkh() -> Psbt {
    let script = own_script(Algorithm::EcdsaSecp256k1);
    let funding = [Payment { script, satoshi: 50_000 }];
    let previous = taproot_psbt(&key().public(), &coins(1), &funding).unwrap();
    let previous = Psbt::deserialize(&previous).unwrap().unsigned_tx;
    let coins = [(bitcoin::consensus::serialize(&previous), 0)];
    let payload = p2wpkh_psbt(&key().public(), &coins, &[pay(49_000)]).unwrap();
    Psbt::deserialize(&payload).unwrap()
}

#[track_caller]
fn refused_bytes(payload: &[u8], algorithm: Algorithm) -> BitcoinError {
    match parse(FORMAT, payload, algorithm, &key().public(), Some(NETWORK)) {
        Err(PayloadError::Bitcoin(error)) => {
            // What cannot be read cannot be assembled either.
            let signatures = vec![vec![0; 64]; 2];
            let found = assemble(FORMAT, payload, algorithm, &key().public(), &signatures);
            assert_eq!(found, Err(error.clone().into()));
            error
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[track_caller]
fn refused(algorithm: Algorithm, alter: impl FnOnce(&mut Psbt)) -> BitcoinError {
    let mut psbt = if algorithm == Algorithm::Bip340 { taproot() } else { p2wpkh() };
    parse(FORMAT, &psbt.serialize(), algorithm, &key().public(), Some(NETWORK)).unwrap();
    alter(&mut psbt);
    refused_bytes(&psbt.serialize(), algorithm)
}

#[track_caller]
fn taproot_refused(alter: impl FnOnce(&mut Psbt)) -> BitcoinError {
    refused(Algorithm::Bip340, alter)
}

#[track_caller]
fn p2wpkh_refused(alter: impl FnOnce(&mut Psbt)) -> BitcoinError {
    refused(Algorithm::EcdsaSecp256k1, alter)
}
