//! The seeds of a crate's fuzz targets, as they are and changed. Crates beside this one use it too.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proptest::{prelude::*, sample::Index};

fn folder(target: &str) -> PathBuf {
    Path::new("fuzz/seeds").join(target)
}

/// All seeds of a target, with their names.
pub fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder(target)).expect("a target has a folder of seeds");
    let mut seeds: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("a seed").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, fs::read(path).expect("readable"))
        })
        .collect();
    seeds.sort();
    seeds
}

/// A target's name, what must hold of its seeds, and seeds made now.
pub type Target<'a> = (&'a str, fn(&[u8]), Vec<(&'a str, Vec<u8>)>);

/// Runs every seed of these targets; an input that once failed stays there and is run for ever.
///
/// With `REGENT_WRITE_SEEDS=1` those made now are written first.
pub fn hold(targets: &[Target<'_>]) {
    if std::env::var_os("REGENT_WRITE_SEEDS").is_some() {
        targets.iter().for_each(write);
    }
    for (target, check, _) in targets {
        let seeds = of(target);
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for (name, bytes) in seeds {
            // Captured, and shown if the check fails.
            println!("seed {target}/{name}");
            check(&bytes);
        }
    }
}

fn write((target, _, made): &Target<'_>) {
    fs::create_dir_all(folder(target)).expect("made");
    for (name, bytes) in made {
        fs::write(folder(target).join(name), bytes).expect("written");
    }
}

/// One of these, with some bytes replaced, added, removed or repeated.
pub fn changed(originals: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let kind = prop_oneof![6 => Just(0u8), 1 => Just(1), 1 => Just(2), 1 => Just(3), 1 => Just(4)];
    let change = (kind, any::<Index>(), 0..9usize, any::<u8>());
    (prop::sample::select(originals), prop::collection::vec(change, 0..4)).prop_map(
        |(mut bytes, changes)| {
            changes.into_iter().for_each(|change| apply(&mut bytes, change));
            bytes
        },
    )
}

fn apply(bytes: &mut Vec<u8>, (kind, at, length, byte): (u8, Index, usize, u8)) {
    let from = at.index(bytes.len() + 1);
    let to = (from + length).min(bytes.len());
    match kind {
        0 => bytes[from..to].iter_mut().take(1).for_each(|old| *old = byte),
        1 => bytes.insert(from, byte),
        2 => drop(bytes.drain(from..to)),
        3 => bytes.truncate(from),
        _ => {
            let part = bytes[from..to].to_vec();
            drop(bytes.splice(from..from, part));
        }
    }
}
