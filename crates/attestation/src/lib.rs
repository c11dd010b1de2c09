//! Verification of enclave evidence of each kind (section 5 of `docs/protocol.md`).
//!
//! A verifier answers two questions: does this evidence attest these report data, and what code does
//! it measure. Whether that code is trusted is for the consortium (pallet `enclaves`), for each
//! policy, and for each agent's own allow-list to say. Attesters, which produce evidence, live in
//! the enclave.
//!
//! A new kind of evidence is one file here, one variant of
//! [`regent_primitives::EvidenceKind`] and one arm of [`verify`].
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod error;
pub mod simulated;

pub use error::AttestationError;

use regent_primitives::{Evidence, EvidenceKind, Measurement, H256};

/// Verifies that the evidence attests `report_data` (`Session::report_data`, which commits to the
/// chain, the request, the attempt and the session's keys), and returns what it measures.
///
/// `_genesis` is there for kinds whose evidence is bound to a chain by more than its report data;
/// the simulated kind is not.
///
/// # Errors
/// Evidence that is malformed, or attests something else.
pub fn verify(
    _genesis: H256,
    evidence: &Evidence,
    report_data: H256,
) -> Result<Measurement, AttestationError> {
    match evidence.kind {
        EvidenceKind::Simulated => simulated::verify(&evidence.bytes, report_data),
    }
}
