//! Policies, requests and approvals: the evaluator gives the answer of rules written another way.
#![no_main]

#[path = "../../tests/outside/evaluate.rs"]
mod evaluate;
#[path = "../../tests/outside/people.rs"]
mod people;
#[path = "../../tests/outside/rules.rs"]
mod rules;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| evaluate::check(bytes));
