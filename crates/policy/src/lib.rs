//! The evaluation of a request against a policy: the one copy of every rule, used by pallets,
//! agents, enclave and command line alike (sections 7 and 8 of `docs/protocol.md`).
//!
//! Every function is pure: the same arguments give the same answer everywhere, time comes in as a
//! block number, and nothing is read from elsewhere. Work is bounded by the bounds of the types
//! (`regent_primitives::bounds`); nothing here can panic.
//!
//! # Decisions
//! - **A person counts once per request, across all stages.** Somebody who belongs to two roles
//!   approves for one of them; two approvals are always two accounts.
//! - **The requester never counts**, in whatever roles it is.
//! - **Stages are ordered.** An approval counts for the stage that is open when it arrives and for
//!   no other; a stage opens when the one before has reached its threshold.
//! - **A denial stops at once.** Any member of any stage's role may deny, whichever stage is open
//!   and even after having approved, until the last stage is satisfied.
//! - **An approval that lapses takes the request with it.** When an approval's own deadline has
//!   passed, further approvals are refused and nothing is released: make a new request.
//! - **A policy need not be satisfiable** for every requester: whether enough others are left is
//!   for those who write it.
//!
//! | file | rules |
//! |---|---|
//! | `policy_rules` | what a policy must be in itself |
//! | `request_rules` | who asks for which operation, for how long |
//! | `effect_rules` | what is moved, to whom, at which cost |
//! | `approval_rules` | whose signatures count, in which order |
//! | `change_rules` | how a policy is succeeded by another |
//! | `weak_keys` | accounts for which anybody can sign |
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod approval_rules;
mod change_rules;
mod effect_rules;
mod policy_rules;
mod request_rules;
mod violation;
mod weak_keys;

pub use approval_rules::{accept_approval, progress, verify_release, Progress};
pub use change_rules::{check_change, check_lineage};
pub use policy_rules::{accepts_measurement, check_policy};
pub use request_rules::evaluate_request;
pub use violation::{BoundField, Rule, Violation};
