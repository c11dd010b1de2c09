//! Handoffs from set to set: each is signed by the one before.
#![no_main]

#[allow(dead_code)] // The tests make the seeds, and check more with one file.
#[path = "../../tests/outside/finality.rs"]
mod finality;
#[path = "../../tests/world/mod.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| finality::check_handoffs(bytes));
