//! Sale: control of a key against a price, both in one call or not at all.
//!
//! # Terminology
//!
//! - **Price**: an amount of the chain's asset, paid to the contract; or a payment elsewhere that so
//!   many of the named **oracles** attest with the hash of its receipt.
//! - **Deposit**: what the buyer leaves with the contract, in the chain's asset, to reserve the sale.
//!   It counts towards a price in that asset, and is returned where the price is paid elsewhere.
//! - **Sign-off**: somebody else's consent without which nothing is settled: a sanctions check, a
//!   regulator.
//! - **Arbiter**: who rules on a dispute.
//!
//! # A story
//!
//! Alice sells Bob a key for 100, deposit 10. The contract owns the key; Alice uses it through the
//! contract until Bob has left his deposit, and not from then on: what is sold stays as it is. Bob pays the
//! rest, the sanctions office signs off, the next epoch is prepared for Bob. Either of them settles: in
//! that call Alice has 100 and Bob the key. Had the deadline passed first, anyone could have ended the
//! sale: Bob's 100 are his to withdraw, and Alice is in control.
//!
//! # Where a sale can go
//!
//! ```text
//! Draft -> Open -> Reserved -> Paid -> Settled
//!            |         |       |  ^
//!            |         |       v  |
//!            |         +---> Disputed (elsewhere, an oracle attested)
//!            v         v       v
//!            Cancelled (refunds are withdrawn; the key can leave, to the seller) -> Left
//! ```
//!
//! A sale that is cancelled drops the epoch that was prepared for the buyer: the seller can have the next
//! one prepared at once.
//!
//! The buyer's epoch is shared as the terms agreed: whose agents share a key has it, and the buyer's begin
//! on theirs before the sale is settled. The buyer has it shared anew once the key is the buyer's.
//!
//! Refunds are withdrawn, not sent: else a buyer that refuses its money would hold the seller's key. Anyone
//! may withdraw for the buyer, to whom alone they go.

mod custody;
mod dispute;
mod payment;
mod settlement;
mod sign_off;
mod state;
mod terms;

pub use custody::Step;
pub use dispute::Ruling;
pub use state::{Event, Sale, Standing, State};
pub use terms::{Office, Price, SignOff, Terms};
