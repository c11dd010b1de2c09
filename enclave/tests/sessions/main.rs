//! The enclave over a real socket, with real participants: device roots, masks, sealed shares.
#![allow(clippy::unwrap_used)]

#[path = "../../../crates/proof/tests/world/mod.rs"]
mod blocks;
mod deliveries;
mod epochs;
mod eventually;
mod forbidden;
mod happy_paths;
mod hardening;
mod ledger;
mod lifecycle;
mod people;
mod process;
mod proofs;
mod refusals;
mod world;
