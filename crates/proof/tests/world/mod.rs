//! A chain as validators make it: real headers with digests, real tries, real GRANDPA signatures.
//! Shared by tests, fuzz targets and benches.
#![allow(dead_code, unused_imports)] // Each of them uses a part.

mod chain;
mod log;
mod proof;
mod state;
mod votes;

pub use chain::*;
pub use log::*;
pub use proof::*;
pub use state::*;
pub use votes::*;
