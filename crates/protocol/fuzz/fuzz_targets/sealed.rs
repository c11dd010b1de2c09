//! Sealed shares and results: exactly what was sealed opens.
#![no_main]

#[allow(dead_code)] // The tests make the seeds.
#[path = "../../tests/outside/sealed.rs"]
mod sealed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealed::check(bytes));
