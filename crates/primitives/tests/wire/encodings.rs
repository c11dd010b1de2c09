//! Every encoding against `tests/snapshots/scale.json`.
//!
//! An encoding that changes breaks signatures, content addresses and stored state: a difference is
//! a new version of the protocol, never an update of the snapshot alone. New types are added by
//! running the test with `REGENT_WRITE_SNAPSHOTS=1`.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::{json, Value};

use crate::hashes;

fn file() -> PathBuf {
    PathBuf::from("tests/snapshots/scale.json")
}

fn now() -> Value {
    let encodings: BTreeMap<_, _> =
        crate::all().into_iter().map(|sample| (sample.name, hex::encode(sample.bytes))).collect();
    let hashes: BTreeMap<_, _> =
        hashes::all().into_iter().map(|(name, hash)| (name, hex::encode(hash))).collect();
    json!({ "encodings": encodings, "hashes": hashes })
}

fn snapshot() -> Value {
    let text = std::fs::read_to_string(file()).expect("the snapshot is part of the repository");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn encodings_and_hashes_are_those_of_the_snapshot() {
    let now = now();
    if std::env::var_os("REGENT_WRITE_SNAPSHOTS").is_some() {
        let text = serde_json::to_string_pretty(&now).expect("JSON") + "\n";
        std::fs::write(file(), text).expect("the snapshot can be written");
    }
    let snapshot = snapshot();
    for part in ["encodings", "hashes"] {
        let (now, snapshot) = (now[part].as_object(), snapshot[part].as_object());
        let (now, snapshot) = (now.expect("an object"), snapshot.expect("an object"));
        for (name, found) in now {
            assert_eq!(Some(found), snapshot.get(name), "{name}");
        }
        for name in snapshot.keys() {
            assert!(now.contains_key(name), "{name} is in the snapshot and not in the tests");
        }
    }
}

#[test]
fn the_snapshot_decodes_to_the_same_values() {
    let snapshot = snapshot();
    for sample in crate::all() {
        let text = snapshot["encodings"][sample.name].as_str().expect(sample.name);
        let bytes = hex::decode(text).expect("hexadecimal");
        assert!((sample.is_value)(&bytes), "{}", sample.name);
    }
}

#[test]
fn names_are_unique_and_lengths_within_their_bounds() {
    let samples = crate::all();
    let names: BTreeMap<_, _> = samples.iter().map(|sample| (sample.name, ())).collect();
    assert_eq!(names.len(), samples.len());
    for sample in samples {
        if let Some(maximum) = sample.maximum {
            assert!(sample.bytes.len() <= maximum, "{}", sample.name);
        }
    }
}
