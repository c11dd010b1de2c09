//! One file a rule group, as in `src`.
#![allow(clippy::unwrap_used)]

mod approvals;
mod changes;
mod common;
mod policies;
mod properties;
mod requests;
