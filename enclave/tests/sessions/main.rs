//! The enclave over a real socket, with real participants: device roots, masks, sealed shares.
#![allow(clippy::unwrap_used)]

mod deliveries;
mod epochs;
mod eventually;
mod forbidden;
mod happy_paths;
mod hardening;
mod lifecycle;
mod people;
mod process;
mod refusals;
mod world;
