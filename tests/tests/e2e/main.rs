//! Whole networks of real processes: what goes right, and what may go wrong. One program, because
//! each takes a minute to build.

mod contracts;
mod epochs;
mod faults;
mod forgery;
mod happy;
mod liars;
mod lies;
mod losses;
mod proxy;
mod retired;
mod validators;
mod victim;
#[path = "../../../crates/proof/tests/world/mod.rs"]
mod world;
