//! What is compared: key, declared effect, signatures.

use alloy_consensus::SignableTransaction;
use regent_payload::{
    assemble, check, ethereum::erc20_transfer, parse, EffectDifference, PayloadError,
};
use regent_primitives::{payload::SigningInput, Algorithm, Asset, Effect, Fee, Transfer};

use super::*;
use crate::keys::{malleate, TestKey};

#[test]
fn other_algorithms_are_refused() {
    let payload = eip1559().encoded_for_signing();
    for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| *algorithm != ALGORITHM) {
        let public = vec![2; algorithm.public_key_bytes()];
        let refused = parse(FORMAT, &payload, algorithm, &public, None).unwrap_err();
        let expected = "ecdsa-secp256k1";
        assert_eq!(
            refused,
            PayloadError::AlgorithmMismatch { format: FORMAT, found: algorithm, expected }
        );
        assert_eq!(assemble(FORMAT, &payload, algorithm, &public, &[]), Err(refused));
    }
}

#[test]
fn what_is_no_key_is_refused() {
    let payload = eip1559().encoded_for_signing();
    let refused = |key: &[u8]| parse(FORMAT, &payload, ALGORITHM, key, None).unwrap_err();
    let (algorithm, expected) = (ALGORITHM, 33);
    assert_eq!(refused(&[2; 32]), PayloadError::PublicKeyLength { algorithm, found: 32, expected });
    assert_eq!(refused(&[4; 65]), PayloadError::PublicKeyLength { algorithm, found: 65, expected });
    assert_eq!(refused(&[0; 33]), PayloadError::PublicKeyInvalid { algorithm });
    assert_eq!(refused(&[0xff; 33]), PayloadError::PublicKeyInvalid { algorithm });
}

#[test]
fn too_long_payloads_are_refused() {
    let expected = PayloadError::TooLong { found: 16_385, maximum: 16_384 };
    assert_eq!(effect_of(&[2; 16_385]), Err(expected.clone()));
    let key = key().public();
    assert_eq!(assemble(FORMAT, &[2; 16_385], ALGORITHM, &key, &[vec![0; 65]]), Err(expected));
}

#[test]
fn check_accepts_exactly_what_was_declared() {
    let payload = erc20_transfer(&GAS, USDC, BOB, 5.into());
    let declared = effect_of(&payload).unwrap();
    let check = |declared: &Effect| {
        check(FORMAT, &payload, ALGORITHM, &key().public(), declared).map_err(|error| match error {
            PayloadError::Effect(difference) => difference,
            other => panic!("{other}"),
        })
    };
    assert_eq!(check(&declared).unwrap().len(), 1);

    let altered = |alter: &dyn Fn(&mut Transfer)| {
        let mut altered = declared.clone();
        alter(&mut altered.transfers[0]);
        *check(&altered).unwrap_err()
    };
    assert!(matches!(
        altered(&|transfer| transfer.recipient = vec![0x36; 20].try_into().unwrap()),
        EffectDifference::Recipient { index: 0, .. }
    ));
    assert!(matches!(
        altered(&|transfer| transfer.asset = Asset::Erc20 { chain_id: 2, contract: USDC }),
        EffectDifference::Asset { index: 0, .. }
    ));
    assert!(matches!(
        altered(&|transfer| transfer.amount = 4.into()),
        EffectDifference::Amount { index: 0, .. }
    ));
    let none = Effect { transfers: Default::default(), ..declared.clone() };
    assert_eq!(
        *check(&none).unwrap_err(),
        EffectDifference::TransferCount { found: 1, declared: 0 }
    );
    let free = Effect { fee: None, ..declared.clone() };
    assert!(matches!(*check(&free).unwrap_err(), EffectDifference::Fee { .. }));
    let mut cheap = declared.clone();
    cheap.fee = declared.fee.map(|fee| Fee { amount: fee.amount - 1, ..fee });
    let difference = check(&cheap).unwrap_err();
    assert_eq!(
        difference.to_string(),
        "its fee is 1950000000000000 of Ether { chain_id: 1 }, \
         declared was 1949999999999999 of Ether { chain_id: 1 }"
    );
}

#[test]
fn signatures_are_verified_before_assembling() {
    let payload = eip1559().encoded_for_signing();
    let public = key().public();
    let assemble =
        |signatures: &[Vec<u8>]| assemble(FORMAT, &payload, ALGORITHM, &public, signatures);
    let digest = SigningInput::Digest(eip1559().signature_hash().0);
    let good = key().sign(&digest);
    assert!(assemble(std::slice::from_ref(&good)).is_ok());

    let (algorithm, index) = (ALGORITHM, 0);
    let count = |found| PayloadError::SignatureCount { found, expected: 1 };
    assert_eq!(assemble(&[]), Err(count(0)));
    assert_eq!(assemble(&[good.clone(), good.clone()]), Err(count(2)));
    for length in [0, 64, 66] {
        let expected = 65;
        let error = PayloadError::SignatureLength { algorithm, index, found: length, expected };
        assert_eq!(assemble(&[vec![1; length]]), Err(error));
    }
    let invalid = PayloadError::SignatureInvalid { algorithm, index };
    // Another key, another digest, high s, wrong recovery ids, nothing.
    assert_eq!(assemble(&[TestKey::new([1; 32]).sign(&digest)]), Err(invalid.clone()));
    assert_eq!(assemble(&[key().sign(&SigningInput::Digest([1; 32]))]), Err(invalid.clone()));
    assert_eq!(assemble(&[malleate(&good)]), Err(invalid.clone()));
    for v in 0..=255u8 {
        let mut changed = good.clone();
        changed[64] = v;
        assert_eq!(assemble(&[changed.clone()]).is_ok(), changed == good);
    }
    assert_eq!(assemble(&[vec![0; 65]]), Err(invalid.clone()));
    assert_eq!(assemble(&[vec![0xff; 65]]), Err(invalid));
}
