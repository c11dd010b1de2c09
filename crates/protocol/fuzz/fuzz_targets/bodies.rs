//! Opened shares and contributions: exactly the canonical ones of each group.
#![no_main]

#[path = "../../tests/outside/bodies.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::check(bytes));
