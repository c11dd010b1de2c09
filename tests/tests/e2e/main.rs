//! Whole networks of real processes: what goes right, and what may go wrong. One program, because
//! each takes a minute to build.

mod contracts;
mod deceived;
mod decoding;
mod deployed;
mod epochs;
mod evidence;
mod faults;
mod forgery;
mod happy;
mod inheritance;
mod liars;
mod lies;
mod losses;
mod lot;
mod people;
mod programs;
mod proxy;
mod races;
mod replaced;
mod requester;
mod retired;
mod retirement;
mod sale;
mod validators;
mod victim;
#[path = "../../../crates/proof/tests/world/mod.rs"]
mod world;
