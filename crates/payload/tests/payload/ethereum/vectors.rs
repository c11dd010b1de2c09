//! Published vectors, other libraries' transactions, and what a transaction does.

use alloy_consensus::{SignableTransaction, Transaction, TxEip1559, TxEnvelope};
use alloy_eips::eip2718::Decodable2718;
use alloy_primitives::{address, hex, Address};
use regent_payload::{
    ethereum::{
        address, checksummed, eip1559_transfer, erc20_transfer, legacy_transfer, parse_address,
        Gas, LegacyGas,
    },
    parse, EthereumError,
};
use regent_primitives::{payload::SigningInput, Asset, Effect, Fee, Transfer, U256};

use super::*;

/// The example in EIP-155, byte for byte.
#[test]
fn eip155_example() {
    let payload = hex!(
        "ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080018080"
    );
    let gas = LegacyGas { chain_id: 1, nonce: 9, limit: 21_000, price: 20_000_000_000 };
    let ether = U256::exp10(18);
    assert_eq!(legacy_transfer(&gas, BOB, ether), payload);

    let parsed = parse(FORMAT, &payload, ALGORITHM, &key().public(), None).unwrap();
    let asset = Asset::Ether { chain_id: 1 };
    let transfer = Transfer { recipient: BOB.to_vec().try_into().unwrap(), asset, amount: ether };
    let fee = Fee { asset, amount: U256::from(21_000u64 * 20_000_000_000) };
    let expected = Effect { transfers: vec![transfer].try_into().unwrap(), fee: Some(fee) };
    assert_eq!(parsed.effect, expected);
    let digest = hex!("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
    assert_eq!(parsed.signing, vec![SigningInput::Digest(digest)]);

    assert_eq!(
        signed(&payload, &key()),
        hex!(
            "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080"
            "25a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761a"
            "ecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
        )
    );
    assert_eq!(
        checksummed(address(&key().public()).unwrap()),
        "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"
    );
}

/// The first, second and last EIP-1559 vectors of the ethereumjs test suite (chain id 7822).
#[test]
fn eip1559_vectors() {
    let key = TestKey::from_hex("8f2a55949038a9610f50fb23b5883af3b4ecb3c3bb792cbcefbd1542c692be63");
    let to = address!("000000000000000000000000000000000000aaaa").0 .0;
    // Nonce, wei, gas limit, priority fee, maximum fee, signed transaction.
    type Vector<'a> = (u64, u64, u64, u128, u128, &'a [u8]);
    let vectors: [Vector; 3] = [
        (
            819,
            43_203_529,
            35_552,
            75_853,
            121_212,
            &hex!(
                "02f870821e8e8203338301284d8301d97c828ae094000000000000000000000000000000000000aaaa"
                "8402933bc980c080a0d067f2167008c59219652f91cbf8788dbca5f771f6e91e2b7657e85b78b472e0"
                "a01d305af9fe81fdba43f0dfcd400ed24dcace0a7e30d4e85701dcaaf484cd079e"
            ),
        ),
        (
            353,
            61_901_619,
            32_593,
            38_850,
            136_295,
            &hex!(
                "02f86f821e8e8201618297c283021467827f5194000000000000000000000000000000000000aaaa84"
                "03b08b3380c001a004205678f13fc1d7b10feea6513dfa76e24418b6e08097d95c6f93a3b64e536da0"
                "1d45ad61bfece43862de2cce7d2575a8c1d08c26c87f3cb5f26d7b0be54a91b2"
            ),
        ),
        (
            119,
            65_456_115,
            62_341,
            24_721,
            107_729,
            &hex!(
                "02f86d821e8e778260918301a4d182f38594000000000000000000000000000000000000aaaa8403e6"
                "c7f380c001a0e38e239770801eb995498c821e55ac9c19ae09184bb27b34be105e02fe3b7615a067c6"
                "4ca6bd6d9107e85fd581ab2e70a14b637eb36505bb40861ef9d6e800cab6"
            ),
        ),
    ];
    for (nonce, value, limit, max_priority_fee_per_gas, max_fee_per_gas, expected) in vectors {
        let chain_id = 7_822;
        let gas = Gas { chain_id, nonce, limit, max_fee_per_gas, max_priority_fee_per_gas };
        let payload = eip1559_transfer(&gas, to, value.into());
        assert_eq!(signed(&payload, &key), expected);
    }
}

#[test]
fn erc20_transfer_moves_the_token() {
    let payload = erc20_transfer(&GAS, USDC, BOB, U256::MAX);
    let effect = effect_of(&payload).unwrap();
    let asset = Asset::Erc20 { chain_id: 1, contract: USDC };
    let recipient = BOB.to_vec().try_into().unwrap();
    assert_eq!(effect.transfers.to_vec(), [Transfer { recipient, asset, amount: U256::MAX }]);
    let amount = U256::from(65_000u64 * 30_000_000_000);
    assert_eq!(effect.fee, Some(Fee { asset: Asset::Ether { chain_id: 1 }, amount }));

    let raw = signed(&payload, &key());
    let TxEnvelope::Eip1559(envelope) = TxEnvelope::decode_2718(&mut &*raw).unwrap() else {
        panic!("another type")
    };
    assert_eq!(envelope.tx().to(), Some(Address::from(USDC)));
    assert_eq!(
        envelope.tx().input().as_ref(),
        [&hex!("a9059cbb000000000000000000000000")[..], &BOB, &[0xff; 32]].concat()
    );
}

/// The same call by eth-account 0.14 (private key `0x46…46`): `examples` of another library.
#[test]
fn erc20_transfer_equals_another_library() {
    let gas = Gas { limit: 65_000, ..GAS };
    let raw = signed(&erc20_transfer(&gas, USDC, BOB, U256::from(1_000_000u32)), &key());
    assert_eq!(hex::encode(raw), include_str!("../../vectors/eth_account_erc20.hex").trim());
}

#[test]
fn sender_is_recovered_from_the_assembled_transaction() {
    let raw = signed(&eip1559_transfer(&GAS, BOB, 1.into()), &key());
    let TxEnvelope::Eip1559(envelope) = TxEnvelope::decode_2718(&mut &*raw).unwrap() else {
        panic!("another type")
    };
    let mut signature = envelope.signature().as_bytes();
    signature[64] -= 27;
    let recovered = sp_core::ecdsa::Signature::from_raw(signature)
        .recover_prehashed(&envelope.signature_hash().0)
        .unwrap();
    assert_eq!(address(&recovered.0), address(&key().public()));
}

#[test]
fn transfer_of_nothing_is_a_transfer() {
    let effect = effect_of(&eip1559_transfer(&GAS, BOB, U256::zero())).unwrap();
    assert_eq!(effect.transfers.len(), 1);
    assert!(effect.transfers[0].amount.is_zero());
}

#[test]
fn the_largest_fee_is_counted_exactly() {
    let payload = TxEip1559 { gas_limit: u64::MAX, max_fee_per_gas: u128::MAX, ..eip1559() }
        .encoded_for_signing();
    let expected = U256::from(u64::MAX) * U256::from(u128::MAX);
    assert_eq!(effect_of(&payload).unwrap().fee.unwrap().amount, expected);
}

#[test]
fn addresses_have_a_checksum() {
    // Examples of EIP-55.
    for text in [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ] {
        let address = parse_address(text).unwrap();
        assert_eq!(checksummed(address), text);
        assert_eq!(parse_address(&text.to_lowercase()), Ok(address));
        assert_eq!(parse_address(&format!("0x{}", text[2..].to_uppercase())), Ok(address));
        // One letter in the other case.
        let at = text.rfind(|letter: char| letter.is_ascii_alphabetic()).unwrap();
        let mut wrong = text.as_bytes().to_vec();
        wrong[at] ^= 0x20;
        let found = String::from_utf8(wrong).unwrap();
        assert_eq!(parse_address(&found), Err(EthereumError::Address { found: found.clone() }));
    }
    for text in ["", "0x", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x00", "0x0x12"] {
        assert!(parse_address(text).is_err());
    }
    assert!(parse_address(&format!("0x{}", "0".repeat(42))).is_err());
    assert!(parse_address(&format!("0x{}", "g".repeat(40))).is_err());
    assert!(parse_address(&format!("0x0x{}", "0".repeat(38))).is_err());
}
