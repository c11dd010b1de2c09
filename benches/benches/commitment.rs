//! Proofs of the log's commitment as the log grows, beside the log's chain of hashes.
//!
//! The peer is what the log had before the commitment: an entry is proven by all entries after it. The
//! entry in the middle is proven, which is as far from the newest as entries are on average. Ranges are
//! made by the library that the SDK's pallet uses, and simulated: their nodes are in memory, where a
//! chain reads them from its off-chain storage.

#![allow(missing_docs)] // Of the function that `criterion_group!` makes.

use codec::Encode;
use criterion::{black_box, criterion_group, BenchmarkId, Criterion};
use regent_benches::{
    evidence::commitment::Commitment,
    timing::{median, milliseconds},
};

/// Entries of the logs of the table.
const SIZES: [u32; 7] = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];
/// Of these criterion measures all but the last two, which take long to be made.
const MEASURED: usize = SIZES.len() - 2;
/// Proofs that are made or verified between two looks at the clock: one takes microseconds.
const REPEATED: u32 = 100;

fn steps_of_inclusion(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("inclusion");
    group.sample_size(20);
    for size in SIZES.into_iter().take(MEASURED) {
        let commitment = Commitment::of(size);
        let at = commitment.middle();
        let (proof, chain) = (commitment.prove(at), commitment.prove_by_chain(at));
        assert!(commitment.holds(at, &proof) && commitment.chain_holds(at, &chain));
        group.bench_function(BenchmarkId::new("prove", size), |bencher| {
            bencher.iter(|| commitment.prove(black_box(at)));
        });
        group.bench_function(BenchmarkId::new("verify", size), |bencher| {
            bencher.iter(|| commitment.holds(at, black_box(&proof)));
        });
        group.bench_function(BenchmarkId::new("verify-by-chain", size), |bencher| {
            bencher.iter(|| commitment.chain_holds(at, black_box(&chain)));
        });
    }
    group.finish();
}

/// The median time of one run, in microseconds, of work that is over in some.
fn microseconds<O>(mut work: impl FnMut() -> O) -> f64 {
    let repeat = |()| (0..REPEATED).for_each(|_| drop(black_box(work())));
    milliseconds(median(21, || (), repeat)) * 1_000.0 / f64::from(REPEATED)
}

/// The median time of one run, in microseconds, of work that takes as long as the log is.
fn microseconds_once<O>(mut work: impl FnMut() -> O) -> f64 {
    milliseconds(median(5, || (), |()| work())) * 1_000.0
}

fn table() {
    println!("\nthe entry in the middle of a log with an entry a block; medians, us, one thread");
    println!(
        "{:>9} | {:>8} {:>8} {:>7} | {:>11} {:>11} {:>11} | {:>9} {:>9}",
        "entries", "prove", "verify", "bytes", "by chain", "", "bytes", "time", "bytes"
    );
    let mut ancestry = Vec::new();
    for size in SIZES {
        let commitment = Commitment::of(size);
        let at = commitment.middle();
        let (proof, chain) = (commitment.prove(at), commitment.prove_by_chain(at));
        assert!(commitment.holds(at, &proof) && commitment.chain_holds(at, &chain));
        let prove = microseconds(|| commitment.prove(at));
        let verify = microseconds(|| commitment.holds(at, &proof));
        let prove_by_chain = microseconds_once(|| commitment.prove_by_chain(at));
        let verify_by_chain = microseconds_once(|| commitment.chain_holds(at, &chain));
        let (bytes, by_chain) = (proof.bytes(), chain.encoded_size());
        println!(
            "{size:>9} | {prove:>8.1} {verify:>8.1} {bytes:>7} | {prove_by_chain:>11.1} \
             {verify_by_chain:>11.1} {by_chain:>11} | {:>9.0} {:>9.0}",
            verify_by_chain / verify,
            by_chain as f64 / bytes as f64,
        );

        let earlier = commitment.prove_earlier(at);
        assert!(commitment.earlier_holds(&earlier) && commitment.extension_holds(at));
        let prove = microseconds(|| commitment.prove_earlier(at));
        let verify = microseconds(|| commitment.earlier_holds(&earlier));
        let by_chain = microseconds_once(|| commitment.extension_holds(at));
        let bytes = earlier.encoded_size();
        ancestry.push(format!(
            "{size:>9} | {prove:>8.1} {verify:>8.1} {bytes:>7} | {by_chain:>11.1} | {:>9.0}",
            by_chain / verify
        ));
    }
    println!(
        "bytes: without the entry itself; by chain: made, verified, and bytes; at the right how many \
         times longer and larger verifying by the chain is"
    );
    println!("\nthat the log half as long is an earlier one; medians, us, one thread");
    println!(
        "{:>9} | {:>8} {:>8} {:>7} | {:>11} | {:>9}",
        "entries", "prove", "verify", "bytes", "by chain", "time"
    );
    ancestry.iter().for_each(|line| println!("{line}"));
}

criterion_group!(steps, steps_of_inclusion);

fn main() {
    steps();
    Criterion::default().configure_from_args().final_summary();
    if !std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        table();
    }
}
