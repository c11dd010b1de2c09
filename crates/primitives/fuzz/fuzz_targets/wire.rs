//! Every type that crosses a boundary: one encoding a value, within its bound.
#![no_main]

#[path = "../../tests/outside/wire.rs"]
mod wire;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wire::check(bytes));
