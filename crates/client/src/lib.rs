//! Typed client of a Regent node and of an enclave: submit, watch, read. The one place that speaks
//! to a node.
//!
//! - [`Client`] connects, follows heads and calls the runtime API; its readers answer from
//!   finalised state unless given a block.
//! - [`Account`] signs transactions and approvals; [`calls`] builds calls; [`Client::submit`] sends
//!   them and returns a [`Submitted`] to wait on. No code is generated from metadata, and none of it
//!   decides what is signed: a call's indexes stand in [`calls`], its arguments are the SCALE encoding
//!   of our types, and where the node's metadata differs nothing is signed.
//! - [`EnclaveClient`] speaks to an enclave.
//! - [`flows`] carries an operation from request to receipt.
//! - [`contract`] deploys, asks and calls contracts.
//! - [`validators`] tells who validates with which session keys, and gets new ones from an operator's node.
//! - [`evidence`] assembles evidence bundles, which are verified without a node.
//! - [`proofs`] follows the chain's head and reads its state without trusting the node;
//!   [`ProvenBlock`] does so for one command, from the genesis on.
#![forbid(unsafe_code)]

mod account;
mod cash;
mod chain_proof;
mod client;
mod contracts;
mod dispatch;
mod error;
mod head;
mod link;
mod members;
mod proven_block;
mod reads;
mod submit;
mod way;

pub mod calls;
pub mod contract;
pub mod enclave;
pub mod evidence;
pub mod flows;
pub mod proofs;
pub mod validators;

pub use account::{Account, AccountError};
pub use calls::Call;
pub use chain_proof::ChainProofs;
pub use client::{Client, RuntimeVersion};
pub use contract::{Contract, ContractError};
pub use contracts::DryRunOutcome;
pub use dispatch::DispatchFailure;
pub use enclave::{EnclaveClient, EnclaveError, Remedy};
pub use error::{ClientError, PoolRejection, Result};
pub use evidence::{ExportError, ExportOptions, Exported};
pub use head::Head;
pub use proofs::{ProofError, ProvenRead};
pub use proven_block::ProvenBlock;
pub use submit::{Inclusion, Submitted};
