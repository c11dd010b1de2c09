//! What verifying costs: `cargo bench -p regent-proof`. Sizes of proofs are printed first.
#![allow(missing_docs)]

#[path = "../tests/world/mod.rs"]
mod world;

use codec::Encode;
use criterion::{black_box, criterion_group, criterion_main, Criterion};
use regent_primitives::H256;
use regent_proof::{
    audit::verify_extension, layout, read_state, verify_justification, verify_run, ChainVerifier,
    HeadRules, Limits, LogHead, Query, TrustedBlock,
};

use world::*;

/// Blocks between two stored justifications of a node.
const PERIOD: u32 = 64;

fn finality(criterion: &mut Criterion) {
    let limits = Limits::default();
    for count in [4, 100] {
        let all = validators(1, count);
        let mut chain = Chain::new(all.clone());
        chain.grow_to(PERIOD);
        let members = set(0, &all);
        // Every validator votes, as they do when all are there.
        let everyone = votes(&all, chain.newest(), 0);
        let justification = assembled(chain.newest(), everyone, vec![]).encode();
        println!("justification of {count} validators: {} bytes", justification.len());
        criterion.bench_function(&format!("justification/{count}"), |bencher| {
            bencher.iter(|| {
                verify_justification(black_box(&justification), &members, &limits).expect("valid")
            });
        });
        let headers = chain.run(1..=PERIOD);
        println!("run of {PERIOD} headers: {} bytes", headers.encoded_size());
        criterion.bench_function(&format!("run of {PERIOD} headers/{count}"), |bencher| {
            bencher.iter(|| {
                let headers = black_box(&headers);
                verify_run(headers, &justification, &members, &limits).expect("valid")
            });
        });
    }
}

/// What an enclave verifies for each execution: from the first block, and when it knows the set.
fn chain(criterion: &mut Criterion) {
    let asked: Vec<Query> = (0..6).map(|index| layout::audit_entry(index).query()).collect();
    for count in [4, 100] {
        let mut chain = Chain::new(validators(1, count));
        chain.push_with(vec![], |state| {
            for index in 0..20_000u64 {
                state.set_bytes(layout::audit_entry(index).bytes(), &[index as u8; 160]);
            }
        });
        let proof = chain_proof(&chain, vec![], &asked);
        println!("chain proof of {count} validators: {} bytes", proof.encoded_size());
        let started = || {
            let rules = HeadRules::new(chain.genesis(), SLOT, vec![code_hash()]);
            ChainVerifier::new(rules, TrustedBlock::genesis(chain.genesis()))
        };
        let now = chain.due(1);
        criterion.bench_function(&format!("chain proof, the first/{count}"), |bencher| {
            bencher.iter(|| {
                started().verify(black_box(&proof), &asked, now).expect("valid");
            });
        });
        let mut verifier = started();
        criterion.bench_function(&format!("chain proof, a later one/{count}"), |bencher| {
            bencher.iter(|| {
                verifier.verify(black_box(&proof), &asked, now).expect("valid");
            });
        });
    }
}

fn state(criterion: &mut Criterion) {
    let mut chain = Chain::new(validators(1, 4));
    chain.push_with(vec![], |state| {
        for index in 0..20_000u64 {
            state.set_bytes(layout::audit_entry(index).bytes(), &[index as u8; 160]);
        }
    });
    let root = chain.newest().state_root;
    let absent = layout::audit_entry(u64::MAX).query();
    let entry = |index| layout::audit_entry(index).query();
    let several: Vec<Query> = (0..16).map(|index| entry(index * 1_000)).collect();
    for (name, queries) in [
        ("a value", vec![entry(7)]),
        ("absence", vec![absent]),
        ("16 values", several),
        ("code and chain", vec![layout::code_hash(), layout::block_hash(0).query()]),
    ] {
        let nodes = chain.state().prove(&queries);
        println!("proof of {name}: {} nodes, {} bytes", nodes.len(), nodes.encoded_size());
        criterion.bench_function(&format!("state/{name}"), |bencher| {
            bencher.iter(|| {
                read_state(root, &queries, black_box(&nodes), &Limits::default()).expect("valid")
            });
        });
    }
}

fn log(criterion: &mut Criterion) {
    let genesis = H256::repeat_byte(0x11);
    let log = Log::of(genesis, 10_000);
    let head = log.head();
    criterion.bench_function("log/10000 entries", |bencher| {
        bencher.iter(|| {
            let entries = black_box(&log.entries);
            verify_extension(genesis, LogHead::default(), head, entries, &Limits::default())
                .expect("valid");
        });
    });
}

criterion_group!(benches, finality, chain, state, log);
criterion_main!(benches);
