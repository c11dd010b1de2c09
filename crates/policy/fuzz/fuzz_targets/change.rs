//! Changes of policies: only enough members' own signatures over exactly this change count.
#![no_main]

#[path = "../../tests/outside/change.rs"]
mod change;
#[path = "../../tests/outside/people.rs"]
mod people;
#[path = "../../tests/outside/rules.rs"]
mod rules;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| change::check(bytes));
