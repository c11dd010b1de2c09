//! Entries of the audit log: only those of it are included.
#![no_main]

#[allow(dead_code)] // The tests make the seeds, and check more with one file.
#[path = "../../tests/outside/log.rs"]
mod log;
#[path = "../../tests/world/mod.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| log::check(bytes));
