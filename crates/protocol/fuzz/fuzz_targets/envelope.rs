//! An agent's state on disk: only what was sealed opens, at no absurd cost.
#![no_main]

#[allow(dead_code)] // The tests make the seeds.
#[path = "../../tests/outside/state.rs"]
mod state;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| state::check_envelope(bytes));
