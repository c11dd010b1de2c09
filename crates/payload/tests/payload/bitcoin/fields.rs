//! Fields of a PSBT that are refused.

use std::collections::BTreeMap;

use bitcoin::{
    hashes::{hash160, ripemd160, sha256, sha256d, Hash},
    psbt::{raw, PsbtSighashType},
    taproot::{ControlBlock, LeafVersion, TaprootBuilder},
    ScriptBuf, TapNodeHash, Witness,
};

use super::*;

#[test]
fn fields_that_are_not_for_a_bare_key_are_refused() {
    let internal = taproot().inputs[0].tap_internal_key.unwrap();
    let public = bitcoin::PublicKey::from_slice(&key().public()).unwrap();
    let script = || Some(ScriptBuf::from(vec![0x51]));
    let secp = bitcoin::secp256k1::Secp256k1::new();
    let spend_info = TaprootBuilder::new()
        .add_leaf(0, ScriptBuf::from(vec![0x51]))
        .unwrap()
        .finalize(&secp, internal)
        .unwrap();
    let leaf = (ScriptBuf::from(vec![0x51]), LeafVersion::TapScript);
    let control: ControlBlock = spend_info.control_block(&leaf).unwrap();
    let message = bitcoin::secp256k1::Message::from_digest([1; 32]);
    let secret = bitcoin::secp256k1::SecretKey::from_slice(&[1; 32]).unwrap();
    let ecdsa = bitcoin::ecdsa::Signature::sighash_all(secp.sign_ecdsa(&message, &secret));
    let schnorr = bitcoin::taproot::Signature::from_slice(&[1; 64]).unwrap();
    let proprietary = raw::ProprietaryKey { prefix: vec![1], subtype: 0, key: vec![] };
    let unknown = raw::Key { type_value: 0x50, key: vec![] };

    type Alter<'a> = Box<dyn FnOnce(&mut bitcoin::psbt::Input) + 'a>;
    let cases: Vec<(&str, Alter)> = vec![
        ("PSBT_IN_PARTIAL_SIG", Box::new(|i| i.partial_sigs = BTreeMap::from([(public, ecdsa)]))),
        ("PSBT_IN_REDEEM_SCRIPT", Box::new(|i| i.redeem_script = script())),
        ("PSBT_IN_WITNESS_SCRIPT", Box::new(|i| i.witness_script = script())),
        ("PSBT_IN_FINAL_SCRIPTSIG", Box::new(|i| i.final_script_sig = script())),
        (
            "PSBT_IN_FINAL_SCRIPTWITNESS",
            Box::new(|i| i.final_script_witness = Some(Witness::from_slice(&[[1; 64]]))),
        ),
        (
            "PSBT_IN_RIPEMD160",
            Box::new(|i| {
                i.ripemd160_preimages.insert(ripemd160::Hash::hash(&[1]), vec![1]);
            }),
        ),
        (
            "PSBT_IN_SHA256",
            Box::new(|i| {
                i.sha256_preimages.insert(sha256::Hash::hash(&[1]), vec![1]);
            }),
        ),
        (
            "PSBT_IN_HASH160",
            Box::new(|i| {
                i.hash160_preimages.insert(hash160::Hash::hash(&[1]), vec![1]);
            }),
        ),
        (
            "PSBT_IN_HASH256",
            Box::new(|i| {
                i.hash256_preimages.insert(sha256d::Hash::hash(&[1]), vec![1]);
            }),
        ),
        ("PSBT_IN_TAP_KEY_SIG", Box::new(|i| i.tap_key_sig = Some(schnorr))),
        (
            "PSBT_IN_TAP_SCRIPT_SIG",
            Box::new(|i| {
                let leaf = bitcoin::TapLeafHash::all_zeros();
                i.tap_script_sigs = BTreeMap::from([((internal, leaf), schnorr)]);
            }),
        ),
        (
            "PSBT_IN_TAP_LEAF_SCRIPT",
            Box::new(|i| i.tap_scripts = BTreeMap::from([(control, leaf.clone())])),
        ),
        (
            "PROPRIETARY",
            Box::new(|i| i.proprietary = BTreeMap::from([(proprietary.clone(), vec![1])])),
        ),
        (
            "of a type unknown to BIP-174 version 0",
            Box::new(|i| i.unknown = BTreeMap::from([(unknown.clone(), vec![1])])),
        ),
    ];
    for (field, alter) in cases {
        let error = taproot_refused(|psbt| alter(&mut psbt.inputs[1]));
        assert_eq!(error, BitcoinError::InputField { index: 1, field });
    }

    let part = "global map";
    let field = "PROPRIETARY";
    let error = taproot_refused(|psbt| {
        psbt.proprietary.insert(proprietary.clone(), vec![]);
    });
    assert_eq!(error, BitcoinError::UnknownField { field, part });
    let error = taproot_refused(|psbt| {
        psbt.outputs[1].proprietary.insert(proprietary, vec![]);
    });
    assert_eq!(error, BitcoinError::UnknownField { field, part: "output maps" });
    let field = "of a type unknown to BIP-174 version 0";
    let error = taproot_refused(|psbt| {
        psbt.unknown.insert(unknown.clone(), vec![]);
    });
    assert_eq!(error, BitcoinError::UnknownField { field, part });
    let error = taproot_refused(|psbt| {
        psbt.outputs[0].unknown.insert(unknown, vec![]);
    });
    assert_eq!(error, BitcoinError::UnknownField { field, part: "output maps" });

    // Taproot fields mean nothing to a segwit-v0 spend.
    let error = p2wpkh_refused(|psbt| psbt.inputs[0].tap_internal_key = Some(internal));
    let field = "PSBT_IN_TAP_INTERNAL_KEY";
    assert_eq!(error, BitcoinError::InputField { index: 0, field });
    let error =
        p2wpkh_refused(|psbt| psbt.inputs[0].tap_merkle_root = Some(TapNodeHash::all_zeros()));
    let field = "PSBT_IN_TAP_MERKLE_ROOT";
    assert_eq!(error, BitcoinError::InputField { index: 0, field });
}

#[test]
fn another_internal_key_is_refused() {
    let other = TestKey::new([0x12; 32]).public();
    let other = bitcoin::secp256k1::PublicKey::from_slice(&other).unwrap();
    let error = taproot_refused(|psbt| {
        psbt.inputs[1].tap_internal_key = Some(other.x_only_public_key().0);
    });
    assert_eq!(error, BitcoinError::InternalKeyMismatch { index: 1 });
    // It need not be stated.
    let mut psbt = taproot();
    psbt.inputs[1].tap_internal_key = None;
    let payload = psbt.serialize();
    assert!(parse(FORMAT, &payload, Algorithm::Bip340, &key().public(), Some(NETWORK)).is_ok());
}

#[test]
fn sighash_types_that_leave_something_open_are_refused() {
    for found in [2, 3, 4, 0x80, 0x81, 0x82, 0x83, 0xff, 0x100, 0x101, u32::MAX] {
        let error = taproot_refused(|psbt| {
            psbt.inputs[0].sighash_type = Some(PsbtSighashType::from_u32(found));
        });
        let expected = "DEFAULT (0x0) and ALL (0x1)";
        assert_eq!(error, BitcoinError::SighashType { index: 0, found, expected });
    }
    for found in [0, 2, 3, 0x80, 0x81, 0x82, 0x83, 0x101] {
        let error = p2wpkh_refused(|psbt| {
            psbt.inputs[0].sighash_type = Some(PsbtSighashType::from_u32(found));
        });
        let expected = "ALL (0x1)";
        assert_eq!(error, BitcoinError::SighashType { index: 0, found, expected });
    }
}

#[test]
fn version_two_is_refused() {
    let mut payload = taproot().serialize();
    // PSBT_GLOBAL_VERSION = 2, before the end of the global map.
    let global = 5 + 1 + 1 + 1 + usize::from(payload[7]);
    payload.splice(global..global, [1, 0xfb, 4, 2, 0, 0, 0]);
    assert!(matches!(refused_bytes(&payload, Algorithm::Bip340), BitcoinError::Decode(_)));
    payload[global + 3] = 0;
    let public = key().public();
    assert!(parse(FORMAT, &payload, Algorithm::Bip340, &public, Some(NETWORK)).is_ok());
}
