//! Ethereum transactions.

mod checks;
mod refusals;
mod vectors;

use alloy_consensus::{TxEip1559, TxLegacy};
use alloy_primitives::{hex, Address, TxKind};
use regent_payload::{assemble, ethereum::Gas, parse, EthereumError, PayloadError};
use regent_primitives::{Algorithm, Effect, PayloadFormat};

use crate::keys::TestKey;

const FORMAT: PayloadFormat = PayloadFormat::EthereumTransaction;
const ALGORITHM: Algorithm = Algorithm::EcdsaSecp256k1;
const BOB: [u8; 20] = [0x35; 20];
const USDC: [u8; 20] = hex!("a0b86991c6218b36c1d19d4a2e9eb0ce3606eb48");
const GAS: Gas = Gas {
    chain_id: 1,
    nonce: 7,
    limit: 65_000,
    max_fee_per_gas: 30_000_000_000,
    max_priority_fee_per_gas: 1_000_000_000,
};

fn key() -> TestKey {
    TestKey::new([0x46; 32])
}

fn effect_of(payload: &[u8]) -> Result<Effect, PayloadError> {
    parse(FORMAT, payload, ALGORITHM, &key().public(), None).map(|parsed| parsed.effect)
}

#[track_caller]
fn refused(payload: &[u8]) -> EthereumError {
    match effect_of(payload) {
        Err(PayloadError::Ethereum(error)) => {
            // What cannot be read cannot be assembled either.
            let signatures = [vec![0; 65]];
            assert_eq!(
                assemble(FORMAT, payload, ALGORITHM, &key().public(), &signatures),
                Err(error.clone().into())
            );
            error
        }
        other => panic!("not refused: {other:?}"),
    }
}

fn signed(payload: &[u8], key: &TestKey) -> Vec<u8> {
    let parsed = parse(FORMAT, payload, ALGORITHM, &key.public(), None).unwrap();
    let signatures = key.sign_all(&parsed.signing);
    assemble(FORMAT, payload, ALGORITHM, &key.public(), &signatures).unwrap()
}

fn eip1559() -> TxEip1559 {
    TxEip1559 {
        chain_id: 1,
        nonce: 7,
        gas_limit: 21_000,
        max_fee_per_gas: 3,
        max_priority_fee_per_gas: 2,
        to: TxKind::Call(Address::from(BOB)),
        ..Default::default()
    }
}

fn legacy() -> TxLegacy {
    TxLegacy {
        chain_id: Some(1),
        nonce: 7,
        gas_limit: 21_000,
        gas_price: 3,
        to: TxKind::Call(Address::from(BOB)),
        ..Default::default()
    }
}
