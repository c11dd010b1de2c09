//! An agent's opened state: one encoding, and punctures last.
#![no_main]

#[allow(dead_code)] // The tests make the seeds.
#[path = "../../tests/outside/state.rs"]
mod state;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| state::check_root(bytes));
