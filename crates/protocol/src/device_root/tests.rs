use proptest::prelude::*;
use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use serde_json::Value;
use sha2::Digest;

use super::*;

fn root(seed: u8) -> DeviceRoot {
    DeviceRoot::generate(&mut ChaCha20Rng::from_seed([seed; 32])).expect("random bytes")
}

fn output(root: &DeviceRoot, label: &Label) -> Option<Vec<u8>> {
    root.evaluate(label).ok().map(|seed| seed.as_bytes().to_vec())
}

fn in_window(window: u32, rest: u8) -> Label {
    let mut bytes = [rest; 16];
    bytes[..4].copy_from_slice(&window.to_be_bytes());
    Label::from_bytes(bytes)
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("a string")).expect("hexadecimal")
}

fn h256(value: &Value) -> H256 {
    H256::from_slice(&bytes(value))
}

#[test]
fn vectors_hold() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../vectors/device-root.json")).expect("JSON");
    let seed = Seed::from_slice(&bytes(&vectors["root_seed"])).expect("32 bytes");
    let mut root = DeviceRoot::from_root_seed(seed);
    for case in vectors["cases"].as_array().expect("a list") {
        let label = Label::derive(
            h256(&vectors["genesis"]),
            case["window"].as_u64().expect("a number") as u32,
            KeyId(h256(&case["key_id"])),
            case["epoch"].as_u64().expect("a number") as u32,
            EnrolmentId(h256(&case["enrolment_id"])),
        );
        assert_eq!(label.as_bytes().to_vec(), bytes(&case["label"]));
        assert_eq!(u64::from(label.window()), case["window"].as_u64().expect("a number"));
        assert_eq!(output(&root, &label), Some(bytes(&case["output"])));
    }
    let punctured =
        Label::from_bytes(bytes(&vectors["punctured"]["label"]).try_into().expect("16 bytes"));
    assert!(root.puncture(&punctured));
    assert_eq!(root.seed_count() as u64, vectors["punctured"]["seeds"]);
    assert_eq!(
        sha2::Sha512::digest(&*root.to_bytes()).to_vec(),
        bytes(&vectors["punctured"]["state_sha512"])
    );
}

#[test]
fn labels_differ_in_each_of_their_parts() {
    let (genesis, key, enrolment) =
        (H256::repeat_byte(1), KeyId(H256::repeat_byte(2)), EnrolmentId(H256::repeat_byte(3)));
    let labels = [
        Label::derive(genesis, 0, key, 0, enrolment),
        Label::derive(H256::repeat_byte(9), 0, key, 0, enrolment),
        Label::derive(genesis, 1, key, 0, enrolment),
        Label::derive(genesis, 0, KeyId(H256::repeat_byte(9)), 0, enrolment),
        Label::derive(genesis, 0, key, 1, enrolment),
        Label::derive(genesis, 0, key, 0, EnrolmentId(H256::repeat_byte(9))),
    ];
    let distinct: std::collections::BTreeSet<_> = labels.iter().collect();
    assert_eq!(distinct.len(), labels.len());
}

#[test]
fn puncture_twice_changes_nothing() {
    let mut root = root(1);
    let label = in_window(3, 7);
    assert!(root.puncture(&label));
    let before = root.to_bytes();
    assert!(!root.puncture(&label));
    assert_eq!(*before, *root.to_bytes());
    assert_eq!(root.evaluate(&label).err(), Some(Punctured(label)));
}

#[test]
fn puncture_keeps_no_ancestor_of_the_label() {
    let mut root = root(2);
    let label = in_window(5, 0xa5);
    root.puncture(&label);
    assert_eq!(root.seed_count(), 128);
    assert!(root.seeds.keys().all(|prefix| !prefix.covers(&Prefix::of_label(&label))));
}

#[test]
fn puncture_window_works() {
    let fresh = root(3);
    let mut punctured = root(3);
    // One label first, so that the window is already in pieces.
    punctured.puncture(&in_window(8, 1));
    assert!(punctured.puncture_window(8));
    assert!(!punctured.puncture_window(8));
    for rest in [0, 1, 2, 0xff] {
        assert!(punctured.evaluate(&in_window(8, rest)).is_err());
        for window in [0, 7, 9, u32::MAX] {
            let label = in_window(window, rest);
            assert_eq!(output(&punctured, &label), output(&fresh, &label));
        }
    }
    assert_eq!(punctured.seed_count(), 32);
}

#[test]
fn puncture_of_every_window_around_leaves_the_rest() {
    let mut root = root(4);
    for window in [0, 1, 2, 3, u32::MAX] {
        assert!(root.puncture_window(window));
    }
    assert!(root.evaluate(&in_window(4, 0)).is_ok());
    assert!(root.evaluate(&in_window(u32::MAX - 1, 0xff)).is_ok());
    assert!(root.evaluate(&in_window(3, 0)).is_err());
}

#[test]
fn decode_refuses_what_was_not_encoded() {
    let mut root = root(5);
    root.puncture(&in_window(1, 1));
    let good = root.to_bytes();
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.to_vec();
        change(&mut bytes);
        DeviceRoot::from_bytes(&bytes).err()
    };
    assert_eq!(refused(&|_| ()), None);
    assert_eq!(refused(&|b| b[0] = 2), Some(RootEncodingError::Version { found: 2 }));
    assert!(matches!(refused(&|b| b.truncate(3)), Some(RootEncodingError::Length { .. })));
    assert!(matches!(refused(&|b| b.truncate(60)), Some(RootEncodingError::Length { .. })));
    assert!(matches!(refused(&|b| b.push(0)), Some(RootEncodingError::Length { .. })));
    // Beyond 128 levels, bits after the prefix, a duplicate, an entry below another.
    assert_eq!(refused(&|b| b[5 + 16] = 129), Some(RootEncodingError::Entry(0)));
    assert_eq!(refused(&|b| b[5 + 49 + 15] |= 1), Some(RootEncodingError::Entry(1)));
    assert_eq!(refused(&|b| b.copy_within(5..5 + 49, 5 + 49)), Some(RootEncodingError::Entry(1)));
    assert_eq!(refused(&|b| b[5 + 16] = 0), Some(RootEncodingError::Entry(1)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What was punctured is gone, all else evaluates as in the fresh root, before and after the
    /// state went through its encoding.
    #[test]
    fn punctures_are_exact(
        windows in prop::collection::vec(0u32..6, 0..4),
        punctured in prop::collection::vec((0u32..6, 0u8..8), 1..12),
        probes in prop::collection::vec((0u32..6, 0u8..8), 1..12),
    ) {
        let fresh = root(6);
        let mut root = root(6);
        for window in &windows {
            root.puncture_window(*window);
        }
        for (window, rest) in &punctured {
            root.puncture(&in_window(*window, *rest));
        }
        let reread = DeviceRoot::from_bytes(&root.to_bytes()).expect("own encoding");
        prop_assert_eq!(&*reread.to_bytes(), &*root.to_bytes());
        for probe in probes.iter().chain(&punctured) {
            let gone = punctured.contains(probe) || windows.contains(&probe.0);
            let label = in_window(probe.0, probe.1);
            let expected = if gone { None } else { output(&fresh, &label) };
            prop_assert_eq!(output(&root, &label), expected.clone());
            prop_assert_eq!(output(&reread, &label), expected);
        }
    }

    /// The order of punctures does not matter.
    #[test]
    fn punctures_commute(mut labels in prop::collection::vec(any::<[u8; 16]>(), 1..6)) {
        let (mut forwards, mut backwards) = (root(7), root(7));
        for label in &labels {
            forwards.puncture(&Label::from_bytes(*label));
        }
        labels.reverse();
        for label in &labels {
            backwards.puncture(&Label::from_bytes(*label));
        }
        prop_assert_eq!(&*forwards.to_bytes(), &*backwards.to_bytes());
    }

    /// Bytes from anywhere never make the decoder panic.
    #[test]
    fn decode_survives_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = DeviceRoot::from_bytes(&bytes);
    }
}

/// A generator that has nothing to give.
struct Empty;

impl rand_core::CryptoRng for Empty {}

impl rand_core::RngCore for Empty {
    fn next_u32(&mut self) -> u32 {
        panic!("`try_fill_bytes` is used")
    }

    fn next_u64(&mut self) -> u64 {
        panic!("`try_fill_bytes` is used")
    }

    fn fill_bytes(&mut self, _: &mut [u8]) {
        panic!("`try_fill_bytes` is used")
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), rand_core::Error> {
        Err(rand_core::Error::new(RandomnessError))
    }
}

#[test]
fn without_randomness_there_is_no_root_and_no_panic() {
    assert!(matches!(DeviceRoot::generate(&mut Empty), Err(RandomnessError)));
}
