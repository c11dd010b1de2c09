//! The evidence bundle: one file that proves operations to whoever has the chain's genesis, without a
//! network (`docs/evidence.md`; section numbers here refer to it).
//!
//! | file | what it holds |
//! |---|---|
//! | [`bundle`] | what a bundle is made of, and its one encoding |
//! | [`field`] | a value that can be withheld |
//! | [`keys`] | which keys of the state a bundle proves |
//! | [`rule`], [`verdict`] | the rules, in their order, and what is said of a bundle |
//! | [`verify`](mod@verify) | the verifier |
//! | [`absent`] | which requests the log names and the bundle does not have |
//! | [`diff`](mod@diff) | two bundles: whether the later one extends the earlier one, and what is new |
//!
//! Whatever comes in a bundle is a stranger's: it is bounded before it is looked at, and nothing here
//! panics on it. Nothing does I/O or reads a clock.
#![forbid(unsafe_code)]

pub mod absent;
pub mod bundle;
mod cbor;
pub mod diff;
pub mod field;
pub mod keys;
mod limits;
pub mod rule;
pub mod verdict;
pub mod verify;

pub use absent::Absent;
pub use bundle::{
    Ancestry, Blocks, Bundle, DecodeError, FieldPath, Handoff, Head, Included, Log,
    OperationEvidence, Origin, PolicyEvidence, RefusalEvidence, ReleaseEvidence, TokenEvidence,
};
pub use diff::{diff, Change, Diff, DiffError};
pub use field::{Field, FieldKind};
pub use keys::queries;
pub use rule::Rule;
pub use verdict::{Failure, Finding, OperationVerdict, Report, Verdict};
pub use verify::{verify, verify_bundle, Trust};
