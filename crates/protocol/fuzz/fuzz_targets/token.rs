//! Tokens: a changed one yields the key it always had, or none.
#![no_main]

#[path = "../../tests/outside/token.rs"]
mod token;
#[path = "../../tests/outside/world.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| token::check(bytes));
