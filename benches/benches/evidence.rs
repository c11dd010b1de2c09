//! What verifying evidence costs, and how large it is.
//!
//! The goals: a log of 10,000 entries with changes of the validators in 2 s on one core, one operation's
//! bundle in 10 ms. Files are verified, as a regulator has them: decoding is measured, too. Every
//! verdict is *valid, anchored* before anything is measured.

#![allow(missing_docs)] // Of the function that `criterion_group!` makes.

use codec::DecodeAll;
use criterion::{black_box, criterion_group, BenchmarkId, Criterion};
use regent_benches::{
    evidence::{Ledger, Plan},
    timing::{median, milliseconds},
};
use regent_evidence::{verify, Bundle, Trust};
use regent_proof::Header;

/// Operations of a log with some more than 10,000 entries.
const OPERATIONS: usize = 1_000;
/// Changes of the validators within it.
const CHANGES: usize = 6;
/// Validators that are compared.
const VALIDATORS: [u16; 2] = [4, 100];

/// A bundle as its reader has it.
struct Evidence {
    name: String,
    bundle: Bundle,
    file: Vec<u8>,
    trust: Trust,
}

impl Evidence {
    /// Part of a ledger. Panics unless it is valid, bound by its head's hash.
    fn of(name: String, bundle: Bundle) -> Self {
        let head = bundle.head.run.first().expect("a head");
        let head = Header::decode_all(&mut head.as_slice()).expect("a header");
        let trust = Trust { genesis: bundle.genesis, anchor: Some(head.hash()) };
        let evidence = Self { name, file: bundle.encode(), bundle, trust };
        assert!(evidence.holds(), "{}", evidence.name);
        evidence
    }

    fn holds(&self) -> bool {
        let report = verify(black_box(&self.file), self.trust);
        report.to_string() == "valid, anchored"
            && report.operations.len() == self.bundle.operations.len()
    }
}

/// Logs of more than 10,000 entries: the log alone, and with all its operations.
fn logs() -> Vec<Evidence> {
    let bundles = VALIDATORS.into_iter().flat_map(|validators| {
        let ledger = Ledger::of(Plan { validators, operations: OPERATIONS, changes: CHANGES });
        [("log", 0..0), ("log and operations", 0..OPERATIONS)].map(|(name, operations)| {
            let name = format!("{name}/{validators} validators");
            Evidence::of(name, ledger.export(operations, true))
        })
    });
    bundles.collect()
}

/// One operation of such a log, with and without changes of the validators before it.
fn operations() -> Vec<Evidence> {
    let bundles = VALIDATORS.into_iter().flat_map(|validators| {
        [0, CHANGES].map(|changes| {
            let ledger = Ledger::of(Plan { validators, operations: OPERATIONS, changes });
            let name = format!("operation/{validators} validators, {changes} changes");
            let middle = OPERATIONS / 2;
            Evidence::of(name, ledger.export(middle..middle + 1, false))
        })
    });
    bundles.collect()
}

fn verifying(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("evidence");
    group.sample_size(10);
    for evidence in logs().iter().chain(&operations()) {
        group.bench_function(BenchmarkId::from_parameter(&evidence.name), |bencher| {
            bencher.iter(|| evidence.holds());
        });
    }
    group.finish();
}

/// A row of a table: how long verifying takes, and where the bytes are.
fn row(evidence: &Evidence, runs: usize) {
    let time = median(runs, || (), |()| evidence.holds());
    let (bundle, log) = (&evidence.bundle, &evidence.bundle.log);
    let sum = |parts: &[Vec<u8>]| parts.iter().map(Vec::len).sum::<usize>();
    let handoffs: usize =
        bundle.handoffs.iter().map(|one| one.header.len() + one.justification.len()).sum();
    let origin = bundle.origin.header.len() + sum(&bundle.origin.nodes);
    let head = sum(&bundle.head.run) + bundle.head.justification.len();
    let commitment: usize =
        log.blocks.iter().map(|batch| sum(&batch.leaves) + 32 * batch.items.len()).sum();
    let (finality, state, entries) =
        (origin + handoffs + head, sum(&bundle.nodes), sum(&log.entries));
    println!(
        "{:>38} | {:>9.2} | {:>9} | {finality:>8} {state:>8} {commitment:>8} {entries:>8} {:>8}",
        evidence.name,
        milliseconds(time),
        evidence.file.len(),
        evidence.file.len() - finality - state - commitment - entries,
    );
}

fn table() {
    let logs = logs();
    let entries = logs.first().map_or(0, |evidence| evidence.bundle.log.count);
    println!(
        "\nverified, medians, ms, one thread; {entries} entries, {CHANGES} changes of all validators \
         in a log; an operation is a 3-of-5 Sign with its policy and token"
    );
    println!(
        "{:>38} | {:>9} | {:>9} | {:>8} {:>8} {:>8} {:>8} {:>8}",
        "bundle", "verify", "bytes", "finality", "state", "blocks", "entries", "values"
    );
    logs.iter().for_each(|evidence| row(evidence, 5));
    operations().iter().for_each(|evidence| row(evidence, 31));
    println!(
        "goals: a log 2,000 ms, an operation 10 ms. finality: from the genesis to the head, which is \
         justified itself; a head between two justifications brings a header for each block up to the \
         next. state: nodes of the trie. blocks: leaves and items of the commitment. values: policy, \
         token, the operations themselves, and what frames all of it. Evidence of enclaves is \
         simulated, 92 bytes: real quotes are larger."
    );
}

criterion_group!(steps, verifying);

fn main() {
    steps();
    Criterion::default().configure_from_args().final_summary();
    if !std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        table();
    }
}
