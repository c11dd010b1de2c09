//! Access trees: whatever decodes is one, and its gates count right.
#![no_main]

#[path = "../../tests/outside/tree.rs"]
mod tree;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tree::check(bytes));
