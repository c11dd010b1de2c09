//! Ids, algorithms and endpoints as people write them.
#![no_main]

#[path = "../../tests/outside/text.rs"]
mod text;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| text::check(bytes));
