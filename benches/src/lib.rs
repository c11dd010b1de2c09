//! Benchmarks, with their peers beside them.
//!
//! `cargo bench -p regent-benches` runs them; each prints a table of medians at its end, so that one
//! run holds both sides of a comparison.

pub mod frost;
pub mod regent;
pub mod timing;

/// Thresholds and participants that are compared.
pub const SIZES: [(u16, u16); 4] = [(3, 5), (7, 10), (67, 100), (128, 128)];
