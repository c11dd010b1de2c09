//! Every transaction that is refused.

use alloy_consensus::{SignableTransaction, TxEip1559, TxLegacy};
use alloy_eips::eip2930::AccessListItem;
use alloy_primitives::{hex, Address, Bytes, TxKind, B256};
use regent_payload::EthereumError;

use super::*;

#[test]
fn types_other_than_legacy_and_eip1559_are_refused() {
    for first in [0x00, 0x01, 0x03, 0x04, 0x7f, 0x80, 0xbf] {
        let mut payload = eip1559().encoded_for_signing();
        payload[0] = first;
        assert_eq!(refused(&payload), EthereumError::UnsupportedType { found: first });
    }
}

#[test]
fn what_is_no_rlp_is_refused() {
    assert!(matches!(refused(&[]), EthereumError::Rlp(_)));
    assert!(matches!(refused(&[2]), EthereumError::Rlp(_)));
    assert!(matches!(refused(&[2, 0x80]), EthereumError::Rlp(_)));
    assert!(matches!(refused(&[0xc0]), EthereumError::Rlp(_)));
    for payload in [eip1559().encoded_for_signing(), legacy().encoded_for_signing()] {
        for length in 0..payload.len() {
            refused(&payload[..length]);
        }
    }
}

#[test]
fn trailing_bytes_are_refused() {
    for mut payload in [eip1559().encoded_for_signing(), legacy().encoded_for_signing()] {
        payload.push(0);
        assert!(matches!(refused(&payload), EthereumError::NotCanonical | EthereumError::Rlp(_)));
    }
}

#[test]
fn signed_transactions_are_refused() {
    let raw = signed(&eip1559().encoded_for_signing(), &key());
    assert!(matches!(refused(&raw), EthereumError::NotCanonical | EthereumError::Rlp(_)));
    let raw = signed(&legacy().encoded_for_signing(), &key());
    assert_eq!(refused(&raw), EthereumError::NotCanonical);
}

#[test]
fn legacy_with_other_than_zeros_after_the_chain_id_is_refused() {
    let mut payload = legacy().encoded_for_signing();
    *payload.last_mut().unwrap() = 1;
    assert_eq!(refused(&payload), EthereumError::NotCanonical);
}

#[test]
fn legacy_without_chain_id_is_refused() {
    let payload = TxLegacy { chain_id: None, ..legacy() }.encoded_for_signing();
    assert_eq!(refused(&payload), EthereumError::NoChainId);
}

#[test]
fn impossible_chain_ids_are_refused() {
    let maximum = u64::MAX / 2 - 36;
    for found in [0, maximum + 1, u64::MAX] {
        let expected = EthereumError::ChainIdOutOfRange { found, maximum };
        let payload = TxEip1559 { chain_id: found, ..eip1559() }.encoded_for_signing();
        assert_eq!(refused(&payload), expected);
        let payload = TxLegacy { chain_id: Some(found), ..legacy() }.encoded_for_signing();
        assert_eq!(refused(&payload), expected);
    }
    let payload = TxLegacy { chain_id: Some(maximum), ..legacy() }.encoded_for_signing();
    signed(&payload, &key());
}

#[test]
fn contract_creation_is_refused() {
    let payload = TxEip1559 { to: TxKind::Create, ..eip1559() }.encoded_for_signing();
    assert_eq!(refused(&payload), EthereumError::ContractCreation);
    let payload = TxLegacy { to: TxKind::Create, ..legacy() }.encoded_for_signing();
    assert_eq!(refused(&payload), EthereumError::ContractCreation);
}

#[test]
fn access_lists_are_refused() {
    let item = AccessListItem { address: Address::from(BOB), storage_keys: vec![B256::ZERO] };
    let payload = TxEip1559 { access_list: vec![item].into(), ..eip1559() }.encoded_for_signing();
    assert_eq!(refused(&payload), EthereumError::AccessListNotEmpty { found: 1 });
}

#[test]
fn priority_fee_above_the_maximum_is_refused() {
    let payload = TxEip1559 { max_priority_fee_per_gas: 4, ..eip1559() }.encoded_for_signing();
    let expected = EthereumError::PriorityFeeAboveMaximum { priority: 4, maximum: 3 };
    assert_eq!(refused(&payload), expected);
}

#[test]
fn fee_per_gas_above_128_bits_is_refused() {
    // The fields of an EIP-1559 transaction with a max fee of 17 bytes.
    let fields = [&hex!("01078091")[..], &[1; 17], &hex!("825208"), &[0x94], &BOB, &hex!("8080c0")];
    let fields = fields.concat();
    let payload = [&[2, 0xc0 + fields.len() as u8][..], &fields].concat();
    assert!(matches!(refused(&payload), EthereumError::Rlp(_)));
}

#[test]
fn calldata_other_than_a_token_transfer_is_refused() {
    let transfer = [&hex!("a9059cbb000000000000000000000000")[..], &BOB, &[0; 32]].concat();
    let mut dirty_padding = transfer.clone();
    dirty_padding[4] = 1;
    let mut approve = transfer.clone();
    approve[..4].copy_from_slice(&hex!("095ea7b3"));
    for input in [
        vec![0],
        transfer[..4].to_vec(),
        transfer[..67].to_vec(),
        [&transfer[..], &[0]].concat(),
        [&transfer[..], &[0; 32]].concat(),
        dirty_padding,
        approve,
        // `setApprovalForAll` of a transaction on the main network.
        hex!(
            "a22cb4650000000000000000000000005eee75727d804a2b13038928d36f8b188945a57a"
            "0000000000000000000000000000000000000000000000000000000000000000"
        )
        .to_vec(),
    ] {
        let found = input.len();
        let expected = EthereumError::UnknownCalldata { found };
        let input = Bytes::from(input);
        let payload = TxEip1559 { input: input.clone(), ..eip1559() }.encoded_for_signing();
        assert_eq!(refused(&payload), expected);
        let payload = TxLegacy { input, ..legacy() }.encoded_for_signing();
        assert_eq!(refused(&payload), expected);
    }
}

#[test]
fn token_transfer_with_value_is_refused() {
    let input = [&hex!("a9059cbb000000000000000000000000")[..], &BOB, &[0; 32]].concat();
    let found = alloy_primitives::U256::from(1);
    let payload =
        TxEip1559 { input: input.into(), value: found, ..eip1559() }.encoded_for_signing();
    assert_eq!(refused(&payload), EthereumError::TokenTransferWithValue { found });
}

#[test]
fn padded_numbers_are_refused() {
    // Nonce 7 as `8107`, and as `820007`: one transaction must not have two hashes.
    for nonce in [&hex!("8107")[..], &hex!("820007")] {
        let fields = [&[1][..], nonce, &hex!("0203825208"), &[0x94], &BOB, &hex!("8080c0")];
        let fields = fields.concat();
        let payload = [&[2, 0xc0 + fields.len() as u8][..], &fields].concat();
        assert!(matches!(refused(&payload), EthereumError::Rlp(_) | EthereumError::NotCanonical));
    }
}
