//! Evidence bundles: one encoding each, and only facts of the chain in what holds.
#![no_main]

#[allow(dead_code)] // The tests make the seeds with one file.
#[path = "../../tests/outside/bundle.rs"]
mod bundle;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bundle::check(bytes));
