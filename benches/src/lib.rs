//! Benchmarks, with their peers beside them.
//!
//! `cargo bench --workspace --bench combine` measures the cryptography of one thread beside FROST;
//! it prints a table of medians at its end, so that one run holds both sides of a comparison.
//! `evidence` measures bundles of a chain that is made here, and `commitment` the log's proofs as it
//! grows: [`evidence`]. The program `load` measures whole networks of real processes: [`load`].
//! README.md says how to run each.

pub mod evidence;
pub mod frost;
pub mod load;
pub mod regent;
pub mod timing;

#[path = "../../crates/proof/tests/range/mod.rs"]
mod range;
#[path = "../../crates/proof/tests/world/mod.rs"]
mod world;

/// Thresholds and participants that are compared.
pub const SIZES: [(u16, u16); 4] = [(3, 5), (7, 10), (67, 100), (128, 128)];
