//! Keys with their tokens: a right shape is one item a leaf.
#![no_main]

#[path = "../../tests/outside/key.rs"]
mod key;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| key::check(bytes));
