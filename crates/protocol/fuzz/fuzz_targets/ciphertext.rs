//! Ciphertexts a key is asked to decrypt: only what was sealed opens.
#![no_main]

#[allow(dead_code)] // The tests make the seeds.
#[path = "../../tests/outside/ciphertext.rs"]
mod ciphertext;
#[path = "../../tests/outside/world.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ciphertext::check(bytes));
