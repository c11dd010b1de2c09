//! Properties: nothing panics, nothing passes unread, and what is assembled is what was parsed.

use crate::keys::TestKey;
use alloy_consensus::{Transaction as _, TxEnvelope};
use alloy_eips::eip2718::Decodable2718;
use bitcoin::{consensus::deserialize, Transaction};
use proptest::prelude::*;
use regent_payload::{
    assemble,
    bitcoin_tx::{
        p2wpkh_address, p2wpkh_psbt, script_of_address, taproot_address, taproot_psbt, Coin,
        Payment,
    },
    check,
    ethereum::{eip1559_transfer, erc20_transfer, legacy_transfer, Gas, LegacyGas},
    parse,
};
use regent_primitives::{
    bounds::MAX_TRANSFERS, Algorithm, Asset, BitcoinNetwork, PayloadFormat, U256,
};

const NETWORK: BitcoinNetwork = BitcoinNetwork::Test;
const FORMATS: [PayloadFormat; 4] = [
    PayloadFormat::Raw,
    PayloadFormat::EthereumTransaction,
    PayloadFormat::BitcoinPsbt,
    PayloadFormat::Empty,
];

fn key() -> TestKey {
    TestKey::new([0x42; 32])
}

prop_compose! {
    fn gas()(
        chain_id in 1..=u64::MAX / 2 - 36,
        nonce: u64,
        limit: u64,
        max_fee_per_gas: u128,
        share in 0.0..=1.0,
    ) -> Gas {
        let max_priority_fee_per_gas = (max_fee_per_gas as f64 * share) as u128;
        let max_priority_fee_per_gas = max_priority_fee_per_gas.min(max_fee_per_gas);
        Gas { chain_id, nonce, limit, max_fee_per_gas, max_priority_fee_per_gas }
    }
}

fn amount() -> impl Strategy<Value = U256> {
    // Small and large values alike.
    (any::<[u8; 32]>(), 0..=256u32).prop_map(|(bytes, shift)| {
        U256::from_big_endian(&bytes).checked_shr(shift).unwrap_or_default()
    })
}

trait CheckedShr: Sized {
    fn checked_shr(self, bits: u32) -> Option<Self>;
}

impl CheckedShr for U256 {
    fn checked_shr(self, bits: u32) -> Option<Self> {
        (bits < 256).then(|| self >> bits)
    }
}

fn ethereum() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (gas(), any::<[u8; 20]>(), amount()).prop_map(|(g, to, a)| eip1559_transfer(&g, to, a)),
        (gas(), any::<[u8; 20]>(), any::<[u8; 20]>(), amount())
            .prop_map(|(g, contract, to, a)| erc20_transfer(&g, contract, to, a)),
        (gas(), any::<[u8; 20]>(), amount()).prop_map(|(g, to, a)| {
            let Gas { chain_id, nonce, limit, max_fee_per_gas: price, .. } = g;
            legacy_transfer(&LegacyGas { chain_id, nonce, limit, price }, to, a)
        }),
    ]
}

/// Payments to witness programs, and change to this script.
fn payments(own: Vec<u8>) -> impl Strategy<Value = Vec<Payment>> {
    let script = prop_oneof![
        any::<[u8; 20]>().prop_map(|hash| [&[0x00, 0x14][..], &hash].concat()),
        any::<[u8; 32]>().prop_map(|hash| [&[0x00, 0x20][..], &hash].concat()),
        any::<[u8; 32]>().prop_map(|hash| [&[0x51, 0x20][..], &hash].concat()),
        any::<[u8; 20]>().prop_map(|hash| [&[0x76, 0xa9, 0x14][..], &hash, &[0x88, 0xac]].concat()),
        Just(own),
    ];
    let payment = (script, 0..1_000u64).prop_map(|(script, satoshi)| Payment { script, satoshi });
    prop::collection::vec(payment, 1..=MAX_TRANSFERS as usize)
}

fn own(algorithm: Algorithm) -> Vec<u8> {
    let address = match algorithm {
        Algorithm::Bip340 => taproot_address(&key().public(), NETWORK),
        _ => p2wpkh_address(&key().public(), NETWORK),
    };
    script_of_address(&address.unwrap(), NETWORK).unwrap()
}

fn taproot() -> impl Strategy<Value = Vec<u8>> {
    let coin = (any::<[u8; 31]>(), any::<u32>(), 16_000..1u64 << 40);
    let coins = prop::collection::vec(coin, 1..5).prop_map(|coins| {
        let coin = |(number, (txid, output, satoshi)): (usize, ([u8; 31], u32, u64))| {
            let txid = [&[number as u8 + 1][..], &txid].concat().try_into().unwrap();
            Coin { txid, output, satoshi }
        };
        coins.into_iter().enumerate().map(coin).collect::<Vec<_>>()
    });
    (coins, payments(own(Algorithm::Bip340)))
        .prop_map(|(coins, payments)| taproot_psbt(&key().public(), &coins, &payments).unwrap())
}

fn p2wpkh() -> impl Strategy<Value = Vec<u8>> {
    (prop::collection::vec(16_000..1u64 << 40, 1..4), payments(own(Algorithm::EcdsaSecp256k1)))
        .prop_map(|(amounts, payments)| {
            let coins: Vec<_> = amounts
                .into_iter()
                .enumerate()
                .map(|(number, satoshi)| {
                    let script = own(Algorithm::EcdsaSecp256k1);
                    let coin = Coin { txid: [number as u8 + 1; 32], output: 0, satoshi };
                    let payment = Payment { script, satoshi };
                    let psbt = taproot_psbt(&key().public(), &[coin], &[payment]).unwrap();
                    let previous = bitcoin::Psbt::deserialize(&psbt).unwrap().unsigned_tx;
                    (bitcoin::consensus::serialize(&previous), 0)
                })
                .collect();
            p2wpkh_psbt(&key().public(), &coins, &payments).unwrap()
        })
}

/// A payload with its format and algorithm.
fn valid() -> impl Strategy<Value = (PayloadFormat, Algorithm, Vec<u8>)> {
    prop_oneof![
        ethereum().prop_map(|p| (PayloadFormat::EthereumTransaction, Algorithm::EcdsaSecp256k1, p)),
        taproot().prop_map(|p| (PayloadFormat::BitcoinPsbt, Algorithm::Bip340, p)),
        p2wpkh().prop_map(|p| (PayloadFormat::BitcoinPsbt, Algorithm::EcdsaSecp256k1, p)),
    ]
}

#[derive(Clone, Debug)]
enum Mutation {
    Replace(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    Remove(prop::sample::Index),
    Truncate(prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index),
}

impl Mutation {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        match self {
            Self::Replace(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Insert(at, byte) => bytes.insert(at.index(bytes.len() + 1), *byte),
            Self::Remove(at) => {
                bytes.remove(at.index(bytes.len()));
            }
            Self::Truncate(at) => bytes.truncate(at.index(bytes.len())),
            Self::Repeat(from, to) => {
                let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
                let part = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.splice(from..from, part);
            }
        }
    }
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        at().prop_map(Mutation::Remove),
        at().prop_map(Mutation::Truncate),
        (at(), at()).prop_map(|(from, to)| Mutation::Repeat(from, to)),
    ]
}

/// Reads bytes in every way; whatever can be read must also pass its own check.
fn read_in_every_way(payload: &[u8]) {
    for format in FORMATS {
        for algorithm in Algorithm::ALL {
            let public = match algorithm {
                Algorithm::EcdsaSecp256k1 | Algorithm::Bip340 => key().public(),
                _ => vec![2; algorithm.public_key_bytes()],
            };
            if let Ok(parsed) = parse(format, payload, algorithm, &public, Some(NETWORK)) {
                assert_eq!(
                    check(format, payload, algorithm, &public, &parsed.effect),
                    Ok(parsed.signing)
                );
            }
            let _ = assemble(format, payload, algorithm, &public, &[vec![1; 64]]);
            let _ = assemble(format, payload, algorithm, &public, &[vec![1; 65]]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes_never_panic(payload in prop::collection::vec(any::<u8>(), 0..512)) {
        read_in_every_way(&payload);
        read_in_every_way(&[&[2, 0xf8], &payload[..]].concat());
        read_in_every_way(&[b"psbt\xff\x01\x00", &payload[..]].concat());
    }

    #[test]
    fn arbitrary_keys_and_signatures_never_panic(
        (format, _, payload) in valid(),
        public in prop::collection::vec(any::<u8>(), 0..70),
        signatures in prop::collection::vec(prop::collection::vec(any::<u8>(), 60..70), 0..4),
    ) {
        for algorithm in Algorithm::ALL {
            let _ = parse(format, &payload, algorithm, &public, Some(NETWORK));
            prop_assert!(assemble(format, &payload, algorithm, &public, &signatures).is_err());
        }
    }

    #[test]
    fn mutated_payloads_never_panic_nor_pass_unread(
        (format, algorithm, payload) in valid(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let public = key().public();
        let original = parse(format, &payload, algorithm, &public, Some(NETWORK)).unwrap();
        let mut mutated = payload.clone();
        mutations.iter().for_each(|mutation| mutation.apply(&mut mutated));
        if let Ok(parsed) = parse(format, &mutated, algorithm, &public, Some(NETWORK)) {
            // What does something else is signed otherwise.
            if parsed.effect != original.effect {
                prop_assert_ne!(&parsed.signing, &original.signing);
                prop_assert!(check(format, &mutated, algorithm, &public, &original.effect).is_err());
            }
            if format == PayloadFormat::EthereumTransaction && mutated != payload {
                prop_assert_ne!(&parsed.signing, &original.signing);
            }
            let signatures = key().sign_all(&parsed.signing);
            prop_assert!(assemble(format, &mutated, algorithm, &public, &signatures).is_ok());
        }
        read_in_every_way(&mutated);
    }

    #[test]
    fn assembled_ethereum_does_what_was_parsed(payload in ethereum()) {
        let (format, algorithm) = (PayloadFormat::EthereumTransaction, Algorithm::EcdsaSecp256k1);
        let public = key().public();
        let parsed = parse(format, &payload, algorithm, &public, None).unwrap();
        let signatures = key().sign_all(&parsed.signing);
        let raw = assemble(format, &payload, algorithm, &public, &signatures).unwrap();

        let mut rest = &raw[..];
        let envelope = TxEnvelope::decode_2718(&mut rest).unwrap();
        prop_assert!(rest.is_empty());
        let transfer = &parsed.effect.transfers[0];
        let to = envelope.to().unwrap().0 .0;
        let value = U256::from_big_endian(&envelope.value().to_be_bytes::<32>());
        match transfer.asset {
            Asset::Ether { chain_id } => {
                prop_assert_eq!(envelope.chain_id(), Some(chain_id));
                prop_assert_eq!(transfer.recipient.as_slice(), &to);
                prop_assert_eq!(transfer.amount, value);
                prop_assert!(envelope.input().is_empty());
            }
            Asset::Erc20 { chain_id, contract } => {
                prop_assert_eq!(envelope.chain_id(), Some(chain_id));
                prop_assert_eq!(contract, to);
                prop_assert!(value.is_zero());
                prop_assert_eq!(transfer.recipient.as_slice(), &envelope.input()[16..36]);
                prop_assert_eq!(transfer.amount, U256::from_big_endian(&envelope.input()[36..]));
            }
            Asset::Bitcoin { .. } => prop_assert!(false, "another asset"),
        }
        let fee = U256::from(envelope.gas_limit()) * U256::from(envelope.max_fee_per_gas());
        prop_assert_eq!(parsed.effect.fee.unwrap().amount, fee);
        prop_assert_eq!(
            parse(format, &raw, algorithm, &public, None).is_err(), true,
            "a signed transaction is no payload"
        );
    }

    #[test]
    fn assembled_bitcoin_does_what_was_parsed(
        (algorithm, payload) in prop_oneof![
            taproot().prop_map(|payload| (Algorithm::Bip340, payload)),
            p2wpkh().prop_map(|payload| (Algorithm::EcdsaSecp256k1, payload)),
        ],
    ) {
        let format = PayloadFormat::BitcoinPsbt;
        let public = key().public();
        let parsed = parse(format, &payload, algorithm, &public, Some(NETWORK)).unwrap();
        let signatures = key().sign_all(&parsed.signing);
        let raw = assemble(format, &payload, algorithm, &public, &signatures).unwrap();
        let transaction: Transaction = deserialize(&raw).unwrap();

        let own = own(algorithm);
        let paid: Vec<_> = transaction
            .output
            .iter()
            .filter(|output| output.script_pubkey.as_bytes() != own)
            .map(|output| (output.script_pubkey.to_bytes(), U256::from(output.value.to_sat())))
            .collect();
        let declared: Vec<_> = parsed
            .effect
            .transfers
            .iter()
            .map(|transfer| (transfer.recipient.to_vec(), transfer.amount))
            .collect();
        prop_assert_eq!(paid, declared);

        let spent: u64 = bitcoin::Psbt::deserialize(&payload)
            .unwrap()
            .inputs
            .iter()
            .map(|input| input.witness_utxo.as_ref().unwrap().value.to_sat())
            .sum();
        let made: u64 = transaction.output.iter().map(|output| output.value.to_sat()).sum();
        prop_assert_eq!(parsed.effect.fee.unwrap().amount, U256::from(spent - made));
        prop_assert!(transaction.input.iter().all(|input| !input.witness.is_empty()));
    }
}
