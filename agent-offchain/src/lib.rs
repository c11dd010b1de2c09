//! The recovery agent: holds a device root, and releases its share of a key when its own
//! verification says that people approved exactly this operation (section 7 of `docs/protocol.md`).
//!
//! The logic works over the traits of [`ports`]; [`adapters`] connect them to a node, to enclaves
//! and to the clock. One file a concept:
//!
//! | module | what |
//! |---|---|
//! | [`config`] | the configuration file and what it refuses |
//! | [`passphrase`], [`hardening`] | the secret that unseals the state; what keeps memory private |
//! | [`root`] | the provider that holds the key of the state: a passphrase, a TPM |
//! | [`proven`] | what a node says, verified before it is believed |
//! | [`store`] | device root, release log and notes in one database, changed atomically |
//! | [`verify`] | everything that must hold before a share is computed |
//! | [`service`] | from a finalised block to a share that arrived |
//! | [`server`] | wakes, health and metrics |
//! | [`commands`] | what a person types |
#![forbid(unsafe_code)]

pub mod adapters;
pub mod commands;
pub mod config;
pub mod failpoint;
mod folder;
pub mod hardening;
pub mod metrics;
pub mod passphrase;
pub mod ports;
pub mod proven;
pub mod root;
pub mod server;
pub mod service;
pub mod shared;
pub mod store;
pub mod verify;
