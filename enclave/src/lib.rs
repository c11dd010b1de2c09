//! The reconstruction enclave: the one place where a key may exist, for the time of one operation
//! (sections 5, 6 and 8 of `docs/protocol.md`).
//!
//! It keeps no connection to a node and writes nothing to a disk: whoever asks brings what is to be
//! verified. It speaks JSON-RPC over HTTP ([`regent_primitives::enclave_api`]). Whoever reaches it
//! can disturb (hold sessions, deliver rubbish); to operate takes the approvals, and shares that
//! agents sealed for exactly this operation.
//!
//! The way of one operation through the crate:
//!
//! | step | where |
//! |---|---|
//! | `enclave_openSession`: fresh keys, evidence over them, a deadline | `open`, `attester` |
//! | `enclave_deliver`: an agent's sealed share, signed; kept | `delivery`, `session` |
//! | `enclave_execute`: where the request stands is proven | `chain` |
//! | everything else that was brought is verified | `verify`, `verifications` |
//! | shares whose leaf, agent and associated data fit are opened, each as it comes | `unseal`, `vault` |
//! | it waits for a satisfying set of them | `execute`, `session` |
//! | they are combined, used, wiped; the receipt is signed | `operate`, `enrol`, `succeed` |
//! | secrets are wiped at the end, on the deadline, on a signal | `session`, `registry` |
//!
//! Before any of it the process gives up files, new sockets and most system calls: [`hardening`].
//!
//! What a session accepts when is one table: [`phase`].
//!
//! # Error codes
//! | code | meaning | what to do |
//! |---|---|---|
//! | -32602 | the parameter is not what the method takes | correct it |
//! | -32010 | no such session, or its deadline passed, or it gave way to another | open the next attempt |
//! | -32011 | refused: a check failed; the message names the field | correct it, the session goes on |
//! | -32012 | too few shares arrived in time, or before the proof was too old | execute again, with a new proof |
//! | -32013 | the session ended; its key is destroyed | open the next attempt |
//! | -32014 | too many sessions or deliveries, or stopping | try later |
//! | -32015 | the enclave failed | see its log |
//! | -32016 | the chain proof ends behind one that was brought before | bring a newer one, execute again |
#![forbid(unsafe_code)]

pub mod attester;
mod chain;
pub mod config;
mod delivery;
mod enclave;
mod enrol;
pub mod error;
mod execute;
pub mod hardening;
mod open;
mod operate;
pub mod phase;
mod registry;
pub mod rpc;
mod session;
mod succeed;
mod unseal;
mod vault;
mod verifications;
mod verify;

pub use enclave::Enclave;
pub use rpc::{listen, start, Running};
