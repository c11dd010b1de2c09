//! A stored head: one encoding, and a set that can finalise.
#![no_main]

#[allow(dead_code)] // The tests make the seeds, and check more with one file.
#[path = "../../tests/outside/head.rs"]
mod head;
#[path = "../../tests/world/mod.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| head::check(bytes));
