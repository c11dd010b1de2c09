//! Searches what a network left behind.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::ensure;
use regent_primitives::RegenToken;

use crate::{
    chain_database,
    scanner::{Hit, Scanner},
    secrets::Secrets,
};

/// What the demonstration has an AES key seal: a payload, and so on chain.
const DISCLOSED: &[u8] = b"the combination of the safe is 7-42-19";

/// Something found in a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub file: PathBuf,
    /// What is in it.
    pub hit: Hit,
}

/// Searches every file below a folder.
pub fn search(folder: &Path, scanner: &Scanner) -> anyhow::Result<Vec<Found>> {
    let (since, files) = (Instant::now(), files(folder)?);
    let (mut found, mut bytes) = (Vec::new(), 0);
    for path in &files {
        ensure!(!is_core(path), "a core dump: {}", path.display());
        let file = File::open(path)?;
        bytes += file.metadata()?.len();
        let hits = scanner.scan(file)?.into_iter();
        found.extend(hits.map(|hit| Found { file: path.clone(), hit }));
    }
    summary(files.len(), "files", bytes, since.elapsed());
    Ok(found)
}

/// Searches every value of the chain's database.
pub fn search_chain(
    folder: &Path,
    scanners: &[&Scanner],
    tokens: &[RegenToken],
) -> anyhow::Result<()> {
    // Public, so that it shows whether the search sees anything at all: every key's corrections, and
    // what the demonstration disclosed itself.
    let mut public = Secrets::default();
    public.add("disclosed", DISCLOSED);
    for token in tokens {
        for correction in token.corrections.iter().flatten() {
            public.add(format!("correction {}", hex::encode(correction)), correction);
        }
    }
    let public_scanner = Scanner::new(&public)?;
    let files = files(folder)?;
    let databases = chain_database::find(&files);
    let [database] = databases.as_slice() else {
        anyhow::bail!("one database was expected: {databases:?}");
    };
    ensure!(chain_database::compressed_columns(database)? > 0, "it was expected to compress");
    let (since, mut bytes, mut hits, mut seen) =
        (Instant::now(), 0, Vec::<Hit>::new(), BTreeSet::new());
    let count = chain_database::values(database, |value| {
        bytes += value.len() as u64;
        for scanner in scanners {
            hits.extend(scanner.scan(value).expect("memory can be read"));
        }
        let found = public_scanner.scan(value).expect("memory can be read");
        seen.extend(found.into_iter().map(|hit| hit.name));
    })?;
    summary(count, "values of the chain's database", bytes, since.elapsed());
    assert_eq!(hits, []);
    assert_eq!(seen.len(), public.len(), "what is on chain was not seen: {seen:?}");
    Ok(())
}

fn summary(count: usize, what: &str, bytes: u64, took: Duration) {
    println!("{count} {what}, {} MiB, searched in {:.1} s", bytes >> 20, took.as_secs_f64());
}

/// All files below a folder.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let list = if entry.file_type()?.is_dir() { &mut folders } else { &mut found };
            list.push(entry.path());
        }
    }
    Ok(found)
}

/// Whether the system names core dumps so, unless it was told otherwise.
fn is_core(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name == "core" || name.starts_with("core.")
}
