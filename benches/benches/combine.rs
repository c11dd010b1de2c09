//! Regenerate, verify and combine, beside FROST's round 2 and aggregation.
//!
//! Criterion measures each step; a table of medians of the same run, with the ratio, ends it.
//! `--test` runs every step once and prints no table.

#![allow(missing_docs)] // Of the function that `criterion_group!` makes.

use criterion::{black_box, criterion_group, BatchSize, BenchmarkId, Criterion};
use regent_benches::{
    frost::Frost,
    regent::Regent,
    timing::{median, milliseconds},
    SIZES,
};
use regent_primitives::Algorithm;

fn regent_steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("regent-sr25519");
    group.sample_size(20);
    for (threshold, agents) in SIZES {
        let regent = Regent::enrol(Algorithm::Sr25519, threshold, agents);
        let masks = regent.masks(threshold);
        let size = format!("{threshold}/{agents}");
        group.bench_function(BenchmarkId::new("evaluate-and-mask", &size), |bencher| {
            bencher.iter_with_large_drop(|| regent.masks(threshold));
        });
        group.bench_function(BenchmarkId::new("regenerate-verify-combine", &size), |bencher| {
            bencher.iter_with_large_drop(|| regent.combine(regent.regenerate(black_box(&masks))));
        });
        group.bench_function(BenchmarkId::new("combine-and-sign", &size), |bencher| {
            bencher.iter_batched(
                || regent.regenerate(&masks),
                |shares| regent.combine_and_sign(shares),
                BatchSize::SmallInput,
            );
        });
        let sealed = regent.seal(&regent.regenerate(&masks));
        group.bench_function(BenchmarkId::new("unseal-combine-sign", &size), |bencher| {
            bencher.iter(|| regent.combine_and_sign(regent.unseal(black_box(&sealed))));
        });
    }
    group.finish();
}

fn frost_steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frost-ristretto255");
    group.sample_size(10);
    for (threshold, signers) in SIZES {
        let frost = Frost::deal(threshold, signers);
        let size = format!("{threshold}/{signers}");
        group.bench_function(BenchmarkId::new("round2-one-signer", &size), |bencher| {
            bencher.iter(|| frost.round2_of_one());
        });
        let shares = frost.round2_of_all();
        group.bench_function(BenchmarkId::new("aggregate", &size), |bencher| {
            bencher.iter(|| frost.aggregate(black_box(&shares)));
        });
    }
    group.finish();
}

/// Medians of one run of both sides. All times in milliseconds of one thread.
fn table() {
    println!("\nmedians, ms, one thread; regent on sr25519, frost-ristretto255 3.0.0 beside it");
    println!(
        "{:>8} | {:>9} {:>9} {:>9} {:>9} {:>9} | {:>9} {:>9} {:>9} | {:>7} {:>7}",
        "t/n",
        "masks",
        "reg+ver",
        "r+v+comb",
        "comb+sign",
        "+unseal",
        "r2 all",
        "r2 one",
        "aggreg",
        "ratio",
        "whole"
    );
    for (threshold, participants) in SIZES {
        let regent = Regent::enrol(Algorithm::Sr25519, threshold, participants);
        let masks = regent.masks(threshold);
        let sealed = regent.seal(&regent.regenerate(&masks));
        let frost = Frost::deal(threshold, participants);
        let shares = frost.round2_of_all();
        let runs = 31;

        let evaluate = median(runs, || (), |()| regent.masks(threshold));
        let regenerate = median(runs, || (), |()| regent.regenerate(&masks));
        let all = median(runs, || (), |()| regent.combine(regent.regenerate(&masks)));
        let sign =
            median(runs, || regent.regenerate(&masks), |shares| regent.combine_and_sign(shares));
        let unseal = median(runs, || (), |()| regent.combine_and_sign(regent.unseal(&sealed)));
        let round2_all = median(9, || (), |()| frost.round2_of_all());
        let round2 = median(runs, || (), |()| frost.round2_of_one());
        let aggregate = median(runs, || (), |()| frost.aggregate(&shares));

        let peer = milliseconds(round2 + aggregate);
        println!(
            "{:>8} | {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>9.3} | {:>9.3} {:>9.3} {:>9.3} | {:>7.2} \
             {:>7.3}",
            format!("{threshold}/{participants}"),
            milliseconds(evaluate),
            milliseconds(regenerate),
            milliseconds(all),
            milliseconds(sign),
            milliseconds(unseal),
            milliseconds(round2_all),
            milliseconds(round2),
            milliseconds(aggregate),
            milliseconds(sign) / peer,
            milliseconds(evaluate + all) / milliseconds(round2_all + aggregate),
        );
    }
    println!(
        "ratio: combine and sign, shares unsealed, to one signer's round 2 plus aggregation (goal at \
         67/100: 0.5)\nwhole: everything every participant and the enclave compute but sealing, to \
         round 2 of all signers plus aggregation"
    );
}

/// The same step for every algorithm's group: regenerate, verify, combine.
fn table_of_groups() {
    println!("\nregenerate, verify and combine, medians, ms, one thread");
    print!("{:>16}", "t/n");
    for (threshold, agents) in SIZES {
        print!(" {:>9}", format!("{threshold}/{agents}"));
    }
    println!();
    for algorithm in Algorithm::ALL {
        print!("{:>16}", algorithm.name());
        for (threshold, agents) in SIZES {
            let regent = Regent::enrol(algorithm, threshold, agents);
            let masks = regent.masks(threshold);
            let time = median(15, || (), |()| regent.combine(regent.regenerate(&masks)));
            print!(" {:>9.3}", milliseconds(time));
        }
        println!();
    }
}

criterion_group!(steps, regent_steps, frost_steps);

fn main() {
    steps();
    Criterion::default().configure_from_args().final_summary();
    if !std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        table();
        table_of_groups();
    }
}
