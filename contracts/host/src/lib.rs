//! What the ink! contracts share.
//!
//! A message of a contract is four steps: load terms and state, call the machine, store the state, do
//! the actions. [`run`] is all of them, in that order: whoever is called by an action and calls back
//! meets the state in which the action counts as done.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod abi;
mod call;
mod events;
mod metadata;
pub mod plane;
mod record;
mod refusal;

pub use call::{run, Host};
pub use record::Record;
pub use refusal::Refusal;
