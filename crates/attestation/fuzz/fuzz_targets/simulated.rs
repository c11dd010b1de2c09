//! Simulated evidence: exactly one encoding attests, and only what it says.
#![no_main]

#[path = "../../tests/outside/simulated.rs"]
mod simulated;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| simulated::check(bytes));
