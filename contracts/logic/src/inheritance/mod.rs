//! Inheritance: control of a key passes on when its owner dies, and to a guardian while the owner
//! cannot decide.
//!
//! # Terminology
//!
//! - **Proof of life**: any call of the owner. A period without one is **silence**, once somebody
//!   reported it and the owner let the grace period pass as well.
//! - **Attestor**: who attests a case (death, incapacity, recovery) with the hash of a document.
//! - **Contest**: stopping a case. The owner may always, named parties a limited number of times.
//! - **Executor**: who may carry out every step, beside those whom it concerns.
//! - **Guardian**: in control while the owner is incapacitated. **Trustee**: in control until an heir
//!   is of age.
//!
//! # A story
//!
//! Alice names Bob as her heir and two of three of her family with a notary as attestors of her death,
//! if she is silent too. She lets a period pass without a sign. Bob reports it, the grace period passes,
//! two of the family and the notary attest. Alice was on a journey: she contests, and all is as before.
//! Years later the same happens, and nobody contests. After the contest period Bob has the next epoch of
//! the key prepared for his account and his policy, and executes: in that call Alice's control ends and
//! his begins.
//!
//! # Steps
//!
//! ```text
//! report_silence -> grace ----\
//!                              > a combination is complete -> contest period -> prepare -> execute
//! attest, attest, ... --------/                                     |
//!                                     contest, proof of life: as before
//! ```
//!
//! "As before" holds for the key too: the next epoch that was prepared is dropped, or its request
//! cancelled, and the policy's condition is met no more.
//!
//!
//! A halt of the chain starts grace and contest period anew (see [`crate::countdown`]).

mod cases;
mod control;
mod life;
mod state;
mod steps;
mod terms;

pub use state::{Controller, Event, Inheritance, Standing, State};
pub use steps::Step;
pub use terms::{Guardian, Heir, Minority, Succession, Terms};
