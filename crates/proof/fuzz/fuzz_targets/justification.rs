//! Justifications: nothing is final that the validators did not sign.
#![no_main]

#[allow(dead_code)] // The tests make the seeds, and check more with one file.
#[path = "../../tests/outside/finality.rs"]
mod finality;
#[path = "../../tests/world/mod.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| finality::check_justification(bytes));
