//! Whole networks of real processes: what goes right, and what may go wrong. One program, because
//! each takes a minute to build.

mod commands;
mod commands_of_cash;
mod commands_of_delegation;
mod commands_of_evidence;
mod commands_of_inheritance;
mod commands_of_keys;
mod commands_of_members;
mod commands_of_requests;
mod commands_of_sale;
mod contracts;
mod deceived;
mod decoding;
mod deployed;
mod desk;
mod epochs;
mod evidence;
mod faults;
mod forgery;
mod happy;
mod inheritance;
mod kept;
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
mod transitions;
mod validators;
mod victim;
#[path = "../../../crates/proof/tests/world/mod.rs"]
mod world;
