//! Signatures that are refused.

use bitcoin::Amount;
use regent_primitives::payload::SigningInput;

use super::*;
use crate::keys::malleate;

#[test]
fn other_algorithms_are_refused() {
    let payload = taproot().serialize();
    for algorithm in Algorithm::ALL {
        if matches!(algorithm, Algorithm::Bip340 | Algorithm::EcdsaSecp256k1) {
            continue;
        }
        let public = vec![2; algorithm.public_key_bytes()];
        let error = parse(FORMAT, &payload, algorithm, &public, Some(NETWORK)).unwrap_err();
        assert!(matches!(error, PayloadError::AlgorithmMismatch { .. }));
        assert_eq!(assemble(FORMAT, &payload, algorithm, &public, &[]), Err(error));
    }
}

#[test]
fn signatures_are_verified_before_assembling() {
    let (payload, public) = (taproot().serialize(), key().public());
    let algorithm = Algorithm::Bip340;
    let assemble =
        |signatures: &[Vec<u8>]| assemble(FORMAT, &payload, algorithm, &public, signatures);
    let parsed = parse(FORMAT, &payload, algorithm, &public, Some(NETWORK)).unwrap();
    let good = key().sign_all(&parsed.signing);
    assert!(assemble(&good).is_ok());
    for found in [0, 1, 3] {
        let signatures = vec![good[0].clone(); found];
        assert_eq!(assemble(&signatures), Err(PayloadError::SignatureCount { found, expected: 2 }));
    }
    let invalid = |index| Err(PayloadError::SignatureInvalid { algorithm, index });
    let swapped = [good[1].clone(), good[0].clone()];
    assert_eq!(assemble(&swapped), invalid(0));
    let mut changed = good.clone();
    changed[1][63] ^= 1;
    assert_eq!(assemble(&changed), invalid(1));
    for found in [0, 63, 65] {
        let signatures = [good[0].clone(), vec![1; found]];
        let error = PayloadError::SignatureLength { algorithm, index: 1, found, expected: 64 };
        assert_eq!(assemble(&signatures), Err(error));
    }
    // By the untweaked key: what a signer that ignores BIP-341 would make.
    let secp = bitcoin::secp256k1::Secp256k1::new();
    let pair = bitcoin::secp256k1::Keypair::from_seckey_slice(&secp, &key().secret).unwrap();
    let SigningInput::TaprootKeyPath { sighash, .. } = parsed.signing[0] else { panic!() };
    let message = bitcoin::secp256k1::Message::from_digest(sighash);
    let untweaked = secp.sign_schnorr_no_aux_rand(&message, &pair).as_ref().to_vec();
    assert_eq!(assemble(&[untweaked, good[1].clone()]), invalid(0));
}

#[test]
fn p2wpkh_signatures_have_low_s() {
    let (payload, public) = (p2wpkh().serialize(), key().public());
    let algorithm = Algorithm::EcdsaSecp256k1;
    let parsed = parse(FORMAT, &payload, algorithm, &public, Some(NETWORK)).unwrap();
    let good = key().sign_all(&parsed.signing);
    assert!(assemble(FORMAT, &payload, algorithm, &public, &good).is_ok());
    let high = [malleate(&good[0])];
    assert_eq!(
        assemble(FORMAT, &payload, algorithm, &public, &high),
        Err(PayloadError::SignatureInvalid { algorithm, index: 0 })
    );
}

#[test]
fn a_false_taproot_amount_yields_a_worthless_signature() {
    let honest = taproot();
    let mut lying = honest.clone();
    lying.inputs[1].witness_utxo.as_mut().unwrap().value = Amount::from_sat(60_000);
    let signing = |psbt: &Psbt| {
        let payload = psbt.serialize();
        let public = key().public();
        parse(FORMAT, &payload, Algorithm::Bip340, &public, Some(NETWORK)).unwrap().signing
    };
    let (honest_signing, lying_signing) = (signing(&honest), signing(&lying));
    // Also of the input that was not lied about.
    assert!(honest_signing.iter().zip(&lying_signing).all(|(a, b)| a != b));
    let signatures = key().sign_all(&lying_signing);
    let (payload, public) = (honest.serialize(), key().public());
    assert!(assemble(FORMAT, &payload, Algorithm::Bip340, &public, &signatures).is_err());
}
