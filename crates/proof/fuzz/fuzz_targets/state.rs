//! Storage proofs: whatever is proven, is in the state.
#![no_main]

#[allow(dead_code)] // The tests make the seeds, and check more with one file.
#[path = "../../tests/outside/state.rs"]
mod state;
#[path = "../../tests/world/mod.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| state::check(bytes));
