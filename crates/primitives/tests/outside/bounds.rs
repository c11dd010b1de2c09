//! Every list at its bound is read, with one item more refused, and a length that lies costs nothing.

use codec::{Compact, Decode, DecodeAll, Encode};
use proptest::prelude::*;
use regent_primitives::{
    bounds::*,
    chain_proof::{ChainProof, HeaderBytes, JustificationBytes, NodeBytes, ProofNodes},
    payload::PayloadBytes,
    policy::ChangeSignatures,
    request::ResultKey,
    runtime_api::QuorumRecord,
    session::Endpoint,
    token::PublicKey,
    AccountId, AgentId, Asset, AssetLimit, BoundedVec, Commitments, Condition, Effect, Evidence,
    EvidenceKind, LeafPath, Measurement, OperationKind, Policy, Receipt, Recipient, Role,
    SealedShare, Signature, Stage, Transfer, H256, U256,
};

/// A list: what it is, its bound, its value with so many items, and whether bytes are its type.
struct List {
    name: &'static str,
    maximum: u32,
    value: fn(usize) -> Vec<u8>,
    is_read: fn(&[u8]) -> bool,
}

fn is_read<T: Decode + Encode>(mut bytes: &[u8]) -> bool {
    let whole = bytes;
    T::decode_all(&mut bytes).is_ok_and(|value| value.encode() == whole)
}

fn bytes(count: usize) -> Vec<u8> {
    vec![7u8; count].encode()
}

fn account() -> AccountId {
    AccountId::new([1; 32])
}

fn limit() -> AssetLimit {
    let asset = Asset::Ether { chain_id: 1 };
    AssetLimit { asset, maximum: U256::MAX, maximum_fee: U256::MAX }
}

fn measurement() -> Measurement {
    Measurement { kind: EvidenceKind::Simulated, digest: H256::repeat_byte(1) }
}

/// A policy's fields in their order, with one list of this length and all others empty.
fn policy(list: &str, count: usize) -> Vec<u8> {
    let of = |name: &str| if name == list { count } else { 0 };
    let role = (Vec::<u8>::new(), Vec::<AccountId>::new());
    let names = (vec![b'n'; of("name")], None::<H256>);
    let people =
        (vec![role; of("roles")], 0u8, vec![Stage { role: 0, threshold: 1 }; of("stages")]);
    let what = (vec![OperationKind::Sign; of("operations")], vec![limit(); of("limits")]);
    let recipients = Some(vec![Vec::<u8>::new(); of("recipients")]);
    let measurements = vec![measurement(); of("measurements")];
    let change = Stage { role: 0, threshold: 1 };
    let condition =
        Condition { id: H256::zero(), contract: account(), operations: BoundedVec::default() };
    let conditions = vec![condition; of("conditions")];
    (names, people, what, recipients, true, 1u32, measurements, (change, conditions)).encode()
}

fn receipt(leaves: usize, faulty: usize) -> Vec<u8> {
    let hash = H256::zero();
    let path = LeafPath::default();
    let operation = OperationKind::Sign;
    let head = (hash, 1u8, hash, 0u32, operation, hash, hash);
    (head, vec![path.clone(); leaves], vec![path; faulty], (hash, hash, hash, hash)).encode()
}

macro_rules! list {
    ($name:expr, $type:ty, $maximum:expr, $value:expr) => {
        List { name: $name, maximum: $maximum, value: $value, is_read: is_read::<$type> }
    };
}

fn lists() -> Vec<List> {
    vec![
        list!("recipient", Recipient, MAX_RECIPIENT_BYTES, bytes),
        list!("payload", PayloadBytes, MAX_PAYLOAD_BYTES, bytes),
        list!("endpoint", Endpoint, MAX_ENDPOINT_BYTES, bytes),
        list!("public key", PublicKey, MAX_PUBLIC_KEY_BYTES, bytes),
        list!("result key", ResultKey, XWING_PUBLIC_KEY_BYTES, bytes),
        list!("leaf path", LeafPath, MAX_TREE_DEPTH, |n| vec![1u16; n].encode()),
        list!("evidence", Evidence, MAX_EVIDENCE_BYTES, |n| (0u8, vec![7u8; n]).encode()),
        list!("encapsulated", SealedShare, XWING_ENCAPSULATED_BYTES, |n| {
            (1u8, vec![7u8; n], vec![7u8; 48]).encode()
        }),
        list!("ciphertext", SealedShare, MAX_SEALED_BODY_BYTES, |n| {
            (1u8, vec![7u8; 9], vec![7u8; n]).encode()
        }),
        list!("transfers", Effect, MAX_TRANSFERS, |n| {
            let asset = Asset::Ether { chain_id: 1 };
            let transfer = Transfer { recipient: Recipient::default(), asset, amount: 1.into() };
            (vec![transfer; n], false).encode()
        }),
        list!("role members", Role, MAX_ROLE_MEMBERS, |n| (b"r".to_vec(), vec![account(); n])
            .encode()),
        list!("role name", Role, MAX_NAME_BYTES, |n| (vec![b'r'; n], vec![account()]).encode()),
        list!("policy name", Policy, MAX_NAME_BYTES, |n| policy("name", n)),
        list!("roles", Policy, MAX_ROLES, |n| policy("roles", n)),
        list!("stages", Policy, MAX_STAGES, |n| policy("stages", n)),
        list!("operations", Policy, MAX_OPERATION_KINDS, |n| policy("operations", n)),
        list!("limits", Policy, MAX_ASSET_LIMITS, |n| policy("limits", n)),
        list!("recipients", Policy, MAX_RECIPIENTS, |n| policy("recipients", n)),
        list!("measurements", Policy, MAX_MEASUREMENTS, |n| policy("measurements", n)),
        list!("conditions", Policy, MAX_CONDITIONS, |n| policy("conditions", n)),
        list!("gated operations", Condition, MAX_OPERATION_KINDS, |n| {
            (H256::zero(), account(), vec![OperationKind::Sign; n]).encode()
        }),
        list!("change signatures", ChangeSignatures, MAX_ROLE_MEMBERS, |n| {
            let signature = Signature::Sr25519(sp_core::sr25519::Signature::from_raw([1; 64]));
            vec![(account(), signature); n].encode()
        }),
        list!("agents", QuorumRecord, MAX_QUORUM_AGENTS, |n| (1u16, vec![AgentId::default(); n])
            .encode()),
        list!("leaves used", Receipt, MAX_LEAVES, |n| receipt(n, 0)),
        list!("leaves at fault", Receipt, MAX_LEAVES, |n| receipt(0, n)),
        list!("seed leaves", Commitments, MAX_LEAVES, |n| (
            1u8,
            vec![H256::zero(); n],
            H256::zero()
        )
            .encode()),
        list!("gates", Commitments, MAX_GATE_COMMITMENTS, |n| {
            (0u8, vec![vec![2u8; 33]; n], Vec::<Vec<u8>>::new()).encode()
        }),
        list!("leaf images", Commitments, MAX_LEAVES, |n| {
            (0u8, Vec::<Vec<u8>>::new(), vec![vec![2u8; 33]; n]).encode()
        }),
        list!("point", Commitments, MAX_POINT_BYTES, |n| {
            (0u8, vec![vec![2u8; n]], Vec::<Vec<u8>>::new()).encode()
        }),
        list!("header", HeaderBytes, MAX_HEADER_BYTES, bytes),
        list!("justification", JustificationBytes, MAX_JUSTIFICATION_BYTES, bytes),
        list!("node", NodeBytes, MAX_PROOF_NODE_BYTES, bytes),
        list!("nodes", ProofNodes, MAX_PROOF_NODES, |n| vec![vec![7u8; 2]; n].encode()),
        list!("handoffs", ChainProof, MAX_HANDOFFS, |n| {
            let (bytes, nodes) = (Vec::<u8>::new(), Vec::<Vec<u8>>::new());
            let justified = (bytes.clone(), bytes.clone());
            ((bytes, nodes.clone()), vec![justified.clone(); n], justified, nodes).encode()
        }),
    ]
}

#[test]
fn lists_are_read_up_to_their_bound() {
    for List { name, maximum, value, is_read } in lists() {
        let maximum = maximum as usize;
        assert!(is_read(&value(maximum)), "{name} at its bound");
        assert!(!is_read(&value(maximum + 1)), "{name} over its bound");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn lists_of_any_length_are_read_within_their_bound(share in 0.0..2.0f64) {
        for List { name, maximum, value, is_read } in lists() {
            let count = (f64::from(maximum) * share) as usize;
            prop_assert_eq!(is_read(&value(count)), count <= maximum as usize, "{} {}", name, count);
        }
    }

    /// A length has one encoding, and one that promises more than follows is refused at once.
    #[test]
    fn lengths_are_canonical_and_honest(length in any::<u32>(), count in 0..64usize) {
        let lying = [&Compact(length.max(1 << 16)).encode()[..], &[7; 64]].concat();
        let wide = [&[(count << 2) as u8 | 1, (count >> 6) as u8], &vec![7; count][..]].concat();
        prop_assert!(is_read::<Recipient>(&bytes(count)));
        prop_assert!(!is_read::<Recipient>(&wide), "two bytes for a length of one");
        prop_assert!(!is_read::<Vec<u8>>(&wide));
        prop_assert!(!is_read::<PayloadBytes>(&lying));
        prop_assert!(!is_read::<Vec<u8>>(&lying));
        prop_assert!(!is_read::<Vec<regent_primitives::AuditEntry>>(&lying));
        prop_assert!(!is_read::<regent_primitives::enclave_api::Outcome>(&lying));
    }
}
