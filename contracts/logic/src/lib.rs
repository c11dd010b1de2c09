//! Inheritance, sale and delegation of a key as state machines.
//!
//! A machine is terms, which never change, and a state. Its messages take what the call brings
//! ([`Environment`]) and return what is to be done ([`Effects`]); they do nothing themselves. Whoever
//! runs a machine as a contract
//!
//! 1. loads terms and state,
//! 2. calls the message, and reverts if it is refused: what it left of the state is not stored,
//! 3. stores the state,
//! 4. does the actions in their order, and reverts everything if one fails,
//! 5. tells the state the id of the request that was submitted, if one was, and stores it again.
//!
//! An action may call back into the contract: it then meets the state of step 3, in which what is
//! being done counts as done already.
//!
//! # Who is in control
//!
//! The contract owns the key. Whoever it obeys is in control: it makes requests for that party alone.
//! When control leaves, the same call hands the key itself over (`transferControl` of the control
//! plane), with the next epoch and the policy that were prepared for the new party. A key whose owner
//! stays the contract changes its policy and its epoch: the former party's approvals end with them.
#![no_std]
#![forbid(unsafe_code)]
// Contracts hold other people's keys and money: nothing in them may panic.
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

extern crate alloc;

pub mod attestation;
pub mod bounds;
pub mod countdown;
pub mod custody;
pub mod delegation;
pub mod effects;
pub mod environment;
mod error;
pub mod inheritance;
pub mod operation;
pub mod requests;
pub mod sale;
pub mod types;

pub use effects::{Action, Effects, Remember, Request};
pub use environment::Environment;
pub use error::Error;
pub use types::{
    Account, Address, Amount, BlockNumber, Hash, KeyId, Moment, Party, PolicyId, RequestId, Status,
};
