//! Published PSBTs, other libraries', our own: what they do, signed and finalised.

use bitcoin::{consensus::deserialize, secp256k1::ecdsa, Transaction};
use regent_payload::{check, EffectDifference};
use regent_primitives::{payload::SigningInput, Asset, Effect, Fee, U256};

use super::*;

const ASSET: Asset = Asset::Bitcoin { network: NETWORK };

fn coin(number: u8, satoshi: u64) -> Coin {
    Coin { txid: [number; 32], output: number.into(), satoshi }
}

#[track_caller]
fn assert_effect(effect: &Effect, payments: &[(&[u8], u64)], fee: u64) {
    let found: Vec<_> = effect
        .transfers
        .iter()
        .map(|transfer| {
            assert_eq!(transfer.asset, ASSET);
            (transfer.recipient.as_slice(), transfer.amount.as_u64())
        })
        .collect();
    assert_eq!(found, payments);
    assert_eq!(effect.fee, Some(Fee { asset: ASSET, amount: U256::from(fee) }));
}

/// BIP-371, "PSBT with one P2TR key only input with internal key, its derivation path, and
/// signature": without its signature field it is a payload, and the signature fits.
#[test]
fn bip371_key_only_input() {
    let signature = "bb53ec917bad9d906af1ba87181c48b86ace5aae2b53605a725ca74625631476\
                     fc6f5baedaf4f2ee0f477f36f58f3970d5b8273b7e497b97af2e3f125c97af34";
    let before = "70736274ff010052020000000127744ababf3027fe0d6cf23a96eee2efb188ef52301954585883e6\
        9b6624b2420000000000ffffffff0148e6052a01000000160014768e1eeb4cf420866033f80aceff0f97207449\
        69000000000001012b00f2052a010000002251205a2c2cf5b52cf31f83ad2e8da63ff03183ecd8f609c7510ae8\
        a48e03910a0757";
    let after =
        "2116fe349064c98d6e2a853fa3c9b12bd8b304a19c195c60efa7ee2393046d3fa2321900772b2da756\
        00008001000080000000800100000000000000011720fe349064c98d6e2a853fa3c9b12bd8b304a19c195c60ef\
        a7ee2393046d3fa232002202036b772a6db74d8753c98a827958de6c78ab3312109f37d3e0304484242ece73d8\
        18772b2da7540000800100008000000080000000000000000000";
    let public =
        hex::decode("02fe349064c98d6e2a853fa3c9b12bd8b304a19c195c60efa7ee2393046d3fa232").unwrap();
    let parse = |payload: &[u8]| parse(FORMAT, payload, Algorithm::Bip340, &public, Some(NETWORK));

    let signed = hex::decode(format!("{before}011340{signature}{after}")).unwrap();
    let field = "PSBT_IN_TAP_KEY_SIG";
    assert_eq!(parse(&signed), Err(BitcoinError::InputField { index: 0, field }.into()));

    let payload = hex::decode(format!("{before}{after}")).unwrap();
    let parsed = parse(&payload).unwrap();
    let recipient = hex::decode("0014768e1eeb4cf420866033f80aceff0f9720744969").unwrap();
    assert_effect(&parsed.effect, &[(&recipient, 4_999_997_000)], 3_000);
    assert!(matches!(parsed.signing[..], [SigningInput::TaprootKeyPath { merkle_root: None, .. }]));
    let signatures = [hex::decode(signature).unwrap()];
    let raw = assemble(FORMAT, &payload, Algorithm::Bip340, &public, &signatures).unwrap();
    let transaction: Transaction = deserialize(&raw).unwrap();
    assert_eq!(transaction.input[0].witness.to_vec(), signatures);
    // The sign of the key's y does not matter to BIP-340.
    let mut other = public.clone();
    other[0] = 3;
    let found = assemble(FORMAT, &payload, Algorithm::Bip340, &other, &signatures);
    assert_eq!(found, Ok(raw));
}

fn embit(name: &str) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../vectors/embit.json")).unwrap();
    let bytes = |field: &str| hex::decode(vectors[name][field].as_str().unwrap()).unwrap();
    (bytes("public_key"), bytes("psbt"), bytes("transaction"))
}

#[test]
fn another_librarys_taproot_psbt() {
    let (public, payload, expected) = embit("taproot");
    let parsed = parse(FORMAT, &payload, Algorithm::Bip340, &public, Some(NETWORK)).unwrap();
    assert_effect(&parsed.effect, &[(&pay(0).script, 60_000)], 1_500);
    // Its signatures, for nonces are each library's own.
    let transaction: Transaction = deserialize(&expected).unwrap();
    let signatures: Vec<_> =
        transaction.input.iter().map(|input| input.witness[0].to_vec()).collect();
    let found = assemble(FORMAT, &payload, Algorithm::Bip340, &public, &signatures);
    assert_eq!(found, Ok(expected));
}

#[test]
fn another_librarys_p2wpkh_psbt() {
    let algorithm = Algorithm::EcdsaSecp256k1;
    let (public, payload, expected) = embit("p2wpkh");
    let parsed = parse(FORMAT, &payload, algorithm, &public, Some(NETWORK)).unwrap();
    assert_effect(&parsed.effect, &[(&pay(0).script, 30_000)], 1_000);
    assert!(matches!(parsed.signing[..], [SigningInput::Digest(_)]));

    let transaction: Transaction = deserialize(&expected).unwrap();
    let (der, _) =
        transaction.input[0].witness[0].split_at(transaction.input[0].witness[0].len() - 1);
    let compact = ecdsa::Signature::from_der(der).unwrap().serialize_compact();
    let assembled: Vec<_> = [0, 1]
        .iter()
        .filter_map(|v| {
            let signatures = [[&compact[..], &[*v]].concat()];
            assemble(FORMAT, &payload, algorithm, &public, &signatures).ok()
        })
        .collect();
    assert_eq!(assembled, [expected]);
}

#[test]
fn built_taproot_psbt_is_signed_and_finalised() {
    let payments =
        [pay(60_000), Payment { script: own_script(Algorithm::Bip340), satoshi: 38_000 }, pay(1)];
    let coins = [coin(1, 50_000), coin(2, 50_000)];
    let payload = taproot_psbt(&key().public(), &coins, &payments).unwrap();
    let parsed =
        parse(FORMAT, &payload, Algorithm::Bip340, &key().public(), Some(NETWORK)).unwrap();
    assert_effect(&parsed.effect, &[(&pay(0).script, 60_000), (&pay(0).script, 1)], 1_999);
    let signatures = key().sign_all(&parsed.signing);
    let raw = assemble(FORMAT, &payload, Algorithm::Bip340, &key().public(), &signatures).unwrap();
    let transaction: Transaction = deserialize(&raw).unwrap();
    let psbt = Psbt::deserialize(&payload).unwrap();
    assert_eq!(transaction.compute_txid(), psbt.unsigned_tx.compute_txid());
    assert_eq!(transaction.input[0].previous_output.to_string(), format!("{}:1", "01".repeat(32)));
    for (input, signature) in transaction.input.iter().zip(&signatures) {
        assert_eq!(input.witness.to_vec(), std::slice::from_ref(signature));
    }
}

#[test]
fn sighash_all_is_stated_in_the_witness() {
    let payments = [pay(49_000)];
    let payload = taproot_psbt(&key().public(), &[coin(1, 50_000)], &payments).unwrap();
    let sighash = |sighash_type: Option<u32>| {
        let mut psbt = Psbt::deserialize(&payload).unwrap();
        psbt.inputs[0].sighash_type = sighash_type.map(bitcoin::psbt::PsbtSighashType::from_u32);
        let payload = psbt.serialize();
        let public = key().public();
        let parsed = parse(FORMAT, &payload, Algorithm::Bip340, &public, Some(NETWORK)).unwrap();
        let signatures = key().sign_all(&parsed.signing);
        let raw = assemble(FORMAT, &payload, Algorithm::Bip340, &public, &signatures).unwrap();
        let transaction: Transaction = deserialize(&raw).unwrap();
        (parsed.signing, transaction.input[0].witness.to_vec().remove(0))
    };
    let (unsaid, default, all) = (sighash(None), sighash(Some(0)), sighash(Some(1)));
    assert_eq!(unsaid, default);
    assert_eq!(default.1.len(), 64);
    assert_ne!(default.0, all.0);
    assert_eq!((all.1.len(), all.1[64]), (65, 1));
}

#[test]
fn a_merkle_root_tweaks_the_key() {
    let payments = [pay(49_000)];
    let payload = taproot_psbt(&key().public(), &[coin(1, 50_000)], &payments).unwrap();
    let mut psbt = Psbt::deserialize(&payload).unwrap();
    let root = [5; 32];
    let root_hash = bitcoin::hashes::Hash::from_byte_array(root);
    let secp = bitcoin::secp256k1::Secp256k1::new();
    let internal = psbt.inputs[0].tap_internal_key.unwrap();
    let script = bitcoin::ScriptBuf::new_p2tr(&secp, internal, Some(root_hash));
    psbt.inputs[0].tap_merkle_root = Some(root_hash);
    psbt.inputs[0].witness_utxo.as_mut().unwrap().script_pubkey = script.clone();
    // The same script as an output is no change: whoever wrote its scripts may spend it.
    psbt.unsigned_tx.output[0].script_pubkey = script.clone();
    let payload = psbt.serialize();
    let public = key().public();
    let parsed = parse(FORMAT, &payload, Algorithm::Bip340, &public, Some(NETWORK)).unwrap();
    assert_effect(&parsed.effect, &[(script.as_bytes(), 49_000)], 1_000);
    let [SigningInput::TaprootKeyPath { merkle_root, .. }] = parsed.signing[..] else {
        panic!("another signing input")
    };
    assert_eq!(merkle_root, Some(root));
    let signatures = key().sign_all(&parsed.signing);
    assemble(FORMAT, &payload, Algorithm::Bip340, &public, &signatures).unwrap();
}

#[test]
fn a_psbt_that_only_moves_change_makes_no_transfer() {
    let payments = [Payment { script: own_script(Algorithm::Bip340), satoshi: 99_000 }];
    let coins = [coin(1, 50_000), coin(2, 50_000)];
    let payload = taproot_psbt(&key().public(), &coins, &payments).unwrap();
    let declared = Effect {
        transfers: Default::default(),
        fee: Some(Fee { asset: ASSET, amount: U256::from(1_000) }),
    };
    let public = key().public();
    let signing = check(FORMAT, &payload, Algorithm::Bip340, &public, &declared).unwrap();
    assert_eq!(signing.len(), 2);
}

#[test]
fn the_declared_fee_says_the_network() {
    let payments = [pay(49_000)];
    let payload = taproot_psbt(&key().public(), &[coin(1, 50_000)], &payments).unwrap();
    let public = key().public();
    let parse = |network| parse(FORMAT, &payload, Algorithm::Bip340, &public, network);
    let check = |declared: &Effect| check(FORMAT, &payload, Algorithm::Bip340, &public, declared);
    assert_eq!(parse(None), Err(BitcoinError::NetworkMissing.into()));
    for network in [BitcoinNetwork::Main, BitcoinNetwork::Test, BitcoinNetwork::Regtest] {
        let declared = parse(Some(network)).unwrap().effect;
        assert!(check(&declared).is_ok());
        let without_fee = Effect { fee: None, ..declared.clone() };
        assert_eq!(check(&without_fee), Err(BitcoinError::NetworkMissing.into()));
        let ether = Fee { asset: Asset::Ether { chain_id: 1 }, amount: U256::from(1_000) };
        let other_fee = Effect { fee: Some(ether), ..declared.clone() };
        assert_eq!(check(&other_fee), Err(BitcoinError::NetworkMissing.into()));
        // A transfer declared on another network than the fee.
        let mut mixed = declared;
        let other = match network {
            BitcoinNetwork::Main => BitcoinNetwork::Test,
            _ => BitcoinNetwork::Main,
        };
        mixed.transfers[0].asset = Asset::Bitcoin { network: other };
        assert!(matches!(
            check(&mixed),
            Err(PayloadError::Effect(difference))
                if matches!(*difference, EffectDifference::Asset { index: 0, .. })
        ));
    }
}

#[test]
fn built_p2wpkh_psbt_is_signed_and_finalised() {
    let algorithm = Algorithm::EcdsaSecp256k1;
    let public = key().public();
    let own = script_of_address(&p2wpkh_address(&public, NETWORK).unwrap(), NETWORK).unwrap();
    let previous = |number: u8| {
        let coins = [Coin { txid: [number; 32], output: 0, satoshi: 100_000 }];
        let payments =
            [pay(1), Payment { script: own.clone(), satoshi: 40_000 + u64::from(number) }];
        let psbt = taproot_psbt(&public, &coins, &payments).unwrap();
        let transaction = Psbt::deserialize(&psbt).unwrap().unsigned_tx;
        bitcoin::consensus::serialize(&transaction)
    };
    let coins = [(previous(1), 1), (previous(2), 1)];
    let payments = [Payment { script: own.clone(), satoshi: 20_000 }, pay(60_000)];
    let payload = p2wpkh_psbt(&public, &coins, &payments).unwrap();
    let parsed = parse(FORMAT, &payload, algorithm, &public, Some(NETWORK)).unwrap();
    assert_effect(&parsed.effect, &[(&pay(0).script, 60_000)], 3);
    let signatures = key().sign_all(&parsed.signing);
    let raw = assemble(FORMAT, &payload, algorithm, &public, &signatures).unwrap();
    let transaction: Transaction = deserialize(&raw).unwrap();
    for input in &transaction.input {
        assert_eq!(input.witness.len(), 2);
        assert_eq!(input.witness[1], public);
        assert_eq!(input.witness[0].last(), Some(&1));
    }
}
