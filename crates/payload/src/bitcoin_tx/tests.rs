//! Published vectors whose transactions mix keys, so that no PSBT of ours holds them.

use bitcoin::{
    consensus::deserialize,
    hashes::Hash,
    secp256k1::XOnlyPublicKey,
    sighash::{Prevouts, SighashCache},
    Amount, EcdsaSighashType, ScriptBuf, TapNodeHash, TapSighashType, Transaction, TxOut,
};
use regent_primitives::Algorithm;
use serde_json::Value;

use super::{
    inputs::{ecdsa_sighash, taproot_sighash, InputSpend, Spend},
    key::{output_key, taproot_script, SpendKey},
    witness,
};

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(text(value)).expect("hexadecimal")
}

fn internal(value: &Value) -> XOnlyPublicKey {
    text(&value["internal"]).parse().expect("an x-only key")
}

fn root(value: &Value) -> Option<TapNodeHash> {
    value["root"].as_str().map(|root| root.parse().expect("a hash"))
}

fn bip341() -> Value {
    serde_json::from_str(include_str!("../../tests/vectors/bip341.json")).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[test]
fn bip341_output_scripts() {
    let vectors = bip341();
    assert_eq!(list(&vectors["outputs"]).len(), 7);
    for output in list(&vectors["outputs"]) {
        let key = output_key(&internal(output), root(output)).expect("tweaks");
        assert_eq!(taproot_script(key).to_bytes(), bytes(&output["script"]));
    }
}

#[test]
fn bip341_key_path_spends() {
    let vectors = bip341();
    let transaction: Transaction = deserialize(&bytes(&vectors["transaction"])).expect("decodes");
    let spent: Vec<TxOut> = list(&vectors["spent"])
        .iter()
        .map(|output| TxOut {
            value: Amount::from_sat(output["satoshi"].as_u64().expect("a number")),
            script_pubkey: ScriptBuf::from(bytes(&output["script"])),
        })
        .collect();
    let mut cache = SighashCache::new(&transaction);
    assert_eq!(list(&vectors["spends"]).len(), 2);
    for spend in list(&vectors["spends"]) {
        let index = spend["input"].as_u64().expect("a number") as usize;
        let commit_all = spend["sighash_type"] == 1;
        let sighash_type = if commit_all { TapSighashType::All } else { TapSighashType::Default };
        let sighash = taproot_sighash(&mut cache, index, &Prevouts::All(&spent), sighash_type)
            .expect("hashes");
        assert_eq!(sighash.to_vec(), bytes(&spend["sighash"]));

        let expected = bytes(&spend["witness"]);
        let how = InputSpend::KeyPath {
            output_key: output_key(&internal(spend), root(spend)).expect("tweaks"),
            merkle_root: root(spend).map(TapNodeHash::to_byte_array),
            commit_all,
        };
        let made = witness(index, &Spend { sighash, how }, &expected[..64]).expect("verifies");
        assert_eq!(made.to_vec(), vec![expected]);
    }
}

/// BIP-143, native P2WPKH: the second input.
#[test]
fn bip143_p2wpkh_spend() {
    let transaction = "0100000002fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f\
        0000000000eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a01000000\
        00ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d00\
        0000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac11000000";
    let transaction: Transaction =
        deserialize(&hex::decode(transaction).expect("hexadecimal")).expect("decodes");
    let public = "025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357";
    let public = hex::decode(public).expect("hexadecimal");
    let key = SpendKey::new(Algorithm::EcdsaSecp256k1, &public).expect("a key");
    let script = key.script().expect("a script");
    assert_eq!(script.to_hex_string(), "00141d0f172a0ecb48aee1be1f2687d2963ae33f71a1");

    let coin = TxOut { value: Amount::from_int_btc(6), script_pubkey: script };
    let mut cache = SighashCache::new(&transaction);
    let sighash = ecdsa_sighash(&mut cache, 1, &coin, EcdsaSighashType::All).expect("hashes");
    let expected = "c37af31116d1b27caf68aae9e3ac82f1477929014d5b917657d0eb49478cb670";
    assert_eq!(hex::encode(sighash), expected);

    let mut signature = hex::decode(
        "3609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a\
         573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee",
    )
    .expect("hexadecimal");
    let SpendKey::Ecdsa(key) = key else { panic!("an ECDSA key") };
    let spend = Spend { sighash, how: InputSpend::P2wpkh { key } };
    // The published signature is DER without a recovery id: exactly one of the two recovers the key.
    signature.push(0);
    let zero = witness(1, &spend, &signature);
    *signature.last_mut().expect("not empty") = 1;
    let one = witness(1, &spend, &signature);
    assert!(zero.is_ok() != one.is_ok());
    let made = zero.or(one).expect("verifies");
    assert_eq!(made.len(), 2);
    assert_eq!(
        hex::encode(&made[0]),
        "304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a\
         0220573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee01"
    );
    assert_eq!(made[1], public);
}
