//! Addresses, scripts and coins as text.

use regent_payload::bitcoin_tx::address_of_script;

use super::*;

#[test]
fn addresses_of_a_key() {
    // BIP-86, account 0, first receiving address: the internal key and its address.
    let public = "02cc8a4bc64d897bddc5fbc2f670f7a8ba0b386779106cf1223c6fc5d7cd6fc115";
    let public = hex::decode(public).unwrap();
    assert_eq!(
        taproot_address(&public, BitcoinNetwork::Main).unwrap(),
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"
    );
    assert!(taproot_address(&public, BitcoinNetwork::Test).unwrap().starts_with("tb1p"));
    assert!(taproot_address(&public, BitcoinNetwork::Regtest).unwrap().starts_with("bcrt1p"));

    // BIP-173: the P2WPKH address of the generator.
    let public = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    let public = hex::decode(public).unwrap();
    assert_eq!(
        p2wpkh_address(&public, BitcoinNetwork::Main).unwrap(),
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    );
    assert_eq!(
        p2wpkh_address(&public, BitcoinNetwork::Test).unwrap(),
        "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"
    );
    for key in [&[][..], &[2; 32], &[0; 33]] {
        assert!(taproot_address(key, NETWORK).is_err());
        assert!(p2wpkh_address(key, NETWORK).is_err());
    }
}

#[test]
fn addresses_and_scripts_are_the_same() {
    for (text, script) in [
        (
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "76a91477bff20c60e522dfaa3350c39b030a5d004e839a88ac",
        ),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "a914b472a266d0bd89c13706a4132ccfb16f7c3b9fcb87"),
        (
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "0014751e76e8199196d454941c45d1b3a323f1433bd6",
        ),
        (
            "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
            "5120a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c",
        ),
    ] {
        let script = hex::decode(script).unwrap();
        assert_eq!(script_of_address(text, BitcoinNetwork::Main).unwrap(), script);
        assert_eq!(address_of_script(&script, BitcoinNetwork::Main).unwrap(), text);
        assert!(script_of_address(text, BitcoinNetwork::Test).is_err());
        assert!(script_of_address(text, BitcoinNetwork::Regtest).is_err());
    }
    for text in [
        "",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        // Of a witness version without a meaning, and pay-to-anchor: anyone can spend them.
        "bc1sw50qgdz25j",
        "bc1pfeessrawgf",
    ] {
        assert!(matches!(
            script_of_address(text, BitcoinNetwork::Main),
            Err(BitcoinError::Address { .. })
        ));
    }
    assert!(address_of_script(&[0x6a], BitcoinNetwork::Main).is_err());
    assert!(address_of_script(&[], BitcoinNetwork::Main).is_err());
}

#[test]
fn coins_are_read_from_text() {
    let txid = "ef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a";
    let coin: Coin = format!("{txid}:7:50000").parse().unwrap();
    assert_eq!((hex::encode(coin.txid).as_str(), coin.output, coin.satoshi), (txid, 7, 50_000));
    let payments = [pay(1)];
    let payload = taproot_psbt(&key().public(), &[coin], &payments).unwrap();
    let psbt = Psbt::deserialize(&payload).unwrap();
    assert_eq!(psbt.unsigned_tx.input[0].previous_output.to_string(), format!("{txid}:7"));
    for text in ["", ":", "::", txid, &format!("{txid}:7"), &format!("{txid}:7:-1"), "00:1:1"] {
        assert!(matches!(text.parse::<Coin>(), Err(BitcoinError::Coin { .. })), "{text}");
    }
}
