//! What an enclave is brought: whatever is proven, is so on the chain.
#![no_main]

#[allow(dead_code)] // The tests make the seeds, and check more with one file.
#[path = "../../tests/outside/chain.rs"]
mod chain;
#[path = "../../tests/world/mod.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| chain::check(bytes));
