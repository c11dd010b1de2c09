//! The Regent node: a validator or full node of the chain.
//!
//! Blocks are authored by Aura and finalised by GRANDPA, stored in ParityDB with all their state,
//! exchanged over litep2p and served by JSON-RPC. The offchain worker runs at every block and
//! wakes the recovery agents named by `--agent`.
//!
//! | module | what it does |
//! |---|---|
//! | [`cli`] | the command line and its defaults |
//! | [`command`] | runs what the command line asks for |
//! | [`chain_spec`] | the chains this node knows by name |
//! | [`local_agents`] | the recovery agents this node wakes |
//! | [`runtime_cache`] | where compiled runtimes are kept |
//! | [`service`] | assembles the node: components, network, consensus |
//! | [`finality`] | proofs that a block is final |
//! | [`rpc`] | JSON-RPC methods beyond those every node of the SDK serves |
//!
//! # Licence
//!
//! This program is free software: you can redistribute it and/or modify it under the terms of the
//! GNU General Public License as published by the Free Software Foundation, either version 3 of
//! the License, or (at your option) any later version, with the Classpath exception 2.0
//! (`GPL-3.0-or-later WITH Classpath-exception-2.0`), as the parts of polkadot-sdk it links ask.
//! It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; see
//! `node/LICENSE`. The rest of Regent is Apache-2.0.

pub mod chain_spec;
pub mod cli;
pub mod command;
pub mod finality;
pub mod local_agents;
pub mod rpc;
pub mod runtime_cache;
pub mod service;
