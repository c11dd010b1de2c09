//! Random sequences of calls to several contracts at once, with time that passes and stands still,
//! calls from within calls, and re-organisations; after each of them the invariants hold.
//!
//! Every sequence follows from its number: a failure names it, and is the same the next time.
//! `REGENT_SEQUENCES` asks for more of them than the default.

mod chain;
mod invariants;
mod machines;
mod random;
mod script;
mod terms;
mod world;

use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};

use random::Random;
use world::{Count, World};

/// At least so many.
const SEQUENCES: u64 = 200_000;
const STEPS: u64 = 64;
/// Blocks that finality may still discard.
const MAX_FORKS: usize = 3;

fn run(sequence: u64, count: &mut Count) {
    let mut random = Random::new(sequence);
    let mut world = World::new(&mut random);
    let mut forks = vec![world.clone()];
    for _ in 0..STEPS {
        let index = random.below(world.contracts.len() as u64) as usize;
        match random.below(100) {
            0..=63 => {
                let call = script::message(&mut random, &world.chain, &world.contracts[index]);
                if let Some(call) = call {
                    let done = world.call(&mut random, count, index, call, 0);
                    *count.entry(if done { "calls" } else { "refusals" }).or_default() += 1;
                }
            }
            64..=75 => world.carry_out(&mut random, count),
            76..=84 => world.chain.advance(1 + random.below(3) as u32),
            85..=91 => world.chain.advance(terms::CONTEST + 1),
            92..=94 => world.chain.advance(terms::INTERVAL + 1),
            95 if random.percent(30) => world.lift_freeze(index),
            95 => world.chain.halt(),
            96..=97 => {
                forks.push(world.clone());
                if forks.len() > MAX_FORKS {
                    forks.remove(0);
                }
            }
            _ => {
                world = forks[random.below(forks.len() as u64) as usize].clone();
                *count.entry("re-organisations").or_default() += 1;
            }
        }
        invariants::value(&world);
        invariants::control(&world, index);
        invariants::prepared(&world, index);
        invariants::way_back(&world, index);
        invariants::unlocked(&world, index);
        invariants::emergency(&world, index);
    }
    for index in 0..world.contracts.len() {
        invariants::control(&world, index);
    }
}

/// Everything that can happen does, often enough for the invariants to mean something.
const EXPECTED: [(&str, u64); 22] = [
    ("calls", 1_000_000),
    ("refusals", 1_000_000),
    ("calls back", 2_000),
    ("re-organisations", 100_000),
    ("restarted after a halt", 10_000),
    ("succeeded", 5_000),
    ("came of age", 300),
    ("appointed", 20_000),
    ("restored", 5_000),
    ("contested", 5_000),
    ("revoked", 5_000),
    ("settled", 10_000),
    ("cancelled", 20_000),
    ("disputed", 2_000),
    ("recalled", 20_000),
    ("released", 20_000),
    ("prepared", 100_000),
    ("requests cancelled", 20_000),
    ("epochs dropped", 10_000),
    ("conditions withdrawn", 10_000),
    ("came too late", 50),
    ("sequences", SEQUENCES),
];

fn sequences() -> u64 {
    let asked = std::env::var("REGENT_SEQUENCES").ok().and_then(|asked| asked.parse().ok());
    asked.map_or(SEQUENCES, |asked: u64| asked.max(SEQUENCES))
}

fn run_all(sequences: impl Iterator<Item = u64>) -> Count {
    let mut count = Count::new();
    for sequence in sequences {
        let counted = &mut count;
        let done = catch_unwind(AssertUnwindSafe(|| run(sequence, counted)));
        if let Err(failure) = done {
            eprintln!("sequence {sequence}");
            resume_unwind(failure);
        }
        *count.entry("sequences").or_default() += 1;
    }
    count
}

#[test]
fn invariants_hold_over_random_sequences() {
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    let mut count = Count::new();
    std::thread::scope(|scope| {
        let share = |first: usize| (first as u64..sequences()).step_by(threads);
        let shares: Vec<_> =
            (0..threads).map(|first| scope.spawn(move || run_all(share(first)))).collect();
        for share in shares {
            for (what, times) in share.join().unwrap_or_else(|failure| resume_unwind(failure)) {
                *count.entry(what).or_default() += times;
            }
        }
    });
    println!("{count:#?}");
    for (what, least) in EXPECTED {
        let times = count.get(what).copied().unwrap_or_default();
        assert!(times >= least, "{what}: {times} times, expected {least}");
    }
}
