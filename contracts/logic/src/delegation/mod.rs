//! Delegation: an owner gives an adviser bounded control of a key until a date.
//!
//! # Terminology
//!
//! - **Budget**: how much of an asset the adviser may move in all, fees included.
//! - **Recall**: the owner ends the mandate before its date.
//!
//! # A story
//!
//! Alice lets Bob manage her Ether until a block about a month away: 10 in all, to two addresses, in
//! requests that live for five minutes at most. The contract now obeys Bob, within these bounds, and not
//! Alice. At the block after the date it obeys Alice again, without anybody doing anything: no request of
//! Bob's can outlive it, because none may expire later. Had Alice recalled Bob, the contract would have
//! obeyed her from that call on, cancelled what he had asked for, and frozen the key for the few minutes in
//! which a request of his that was approved already could still have been carried out.
//!
//! The key's policy stays as it is throughout: its approvers approve Bob's requests as they do Alice's.

mod mandate;
mod release;
mod state;
mod terms;

pub use state::{Controller, Delegation, Event, Release, Standing, State};
pub use terms::{Budget, Terms};
