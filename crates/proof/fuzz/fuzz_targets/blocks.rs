//! A node's proofs of blocks: only those of the chain are ancestors.
#![no_main]

#[allow(dead_code)] // The tests make the seeds, and check more with one file.
#[path = "../../tests/outside/mmr.rs"]
mod mmr;
#[allow(dead_code)]
#[path = "../../tests/range/mod.rs"]
mod range;
#[path = "../../tests/world/mod.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mmr::check_answer(bytes));
