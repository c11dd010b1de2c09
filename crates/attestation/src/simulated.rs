//! Simulated evidence: states what it is asked to state and proves nothing. For development: the
//! chain refuses it unless its genesis allows it, agents and policies unless they list it.
//!
//! Layout, 92 bytes: the tag `regent/simulated-evidence/v1` (28) ‖ digest (32) ‖ report data (32).

use regent_primitives::{hashing::Tag, BoundedVec, Evidence, EvidenceKind, Measurement, H256};

use crate::AttestationError;

/// The digest that simulated enclaves state.
pub const DIGEST: H256 = H256(*b"simulated: nothing is protected!");

/// What simulated enclaves state that they measure.
pub const MEASUREMENT: Measurement = Measurement { kind: EvidenceKind::Simulated, digest: DIGEST };

const TAG: &[u8] = Tag::SimulatedEvidence.as_str().as_bytes();

/// Bytes of simulated evidence.
pub const EVIDENCE_BYTES: usize = TAG.len() + 64;

/// Simulated evidence for these report data, stating [`MEASUREMENT`].
pub fn evidence(report_data: H256) -> Evidence {
    evidence_of(DIGEST, report_data)
}

/// Simulated evidence that states another digest.
pub fn evidence_of(digest: H256, report_data: H256) -> Evidence {
    let bytes = [TAG, digest.as_bytes(), report_data.as_bytes()].concat();
    // 92 bytes are far below the bound, nothing is ever cut.
    Evidence { kind: EvidenceKind::Simulated, bytes: BoundedVec::truncate_from(bytes) }
}

pub(crate) fn verify(bytes: &[u8], expected: H256) -> Result<Measurement, AttestationError> {
    let (digest, found) = parse(bytes).ok_or_else(|| AttestationError::Malformed {
        kind: EvidenceKind::Simulated,
        found: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        expected: EVIDENCE_BYTES as u32,
    })?;
    if found != expected {
        return Err(AttestationError::ReportDataMismatch { found, expected });
    }
    Ok(Measurement { kind: EvidenceKind::Simulated, digest })
}

/// Digest and report data.
fn parse(bytes: &[u8]) -> Option<(H256, H256)> {
    let fields: [u8; 64] = bytes.strip_prefix(TAG)?.try_into().ok()?;
    let (digest, report_data) = fields.split_at(32);
    Some((H256::from_slice(digest), H256::from_slice(report_data)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify as verify_evidence;
    use alloc::vec::Vec;

    const GENESIS: H256 = H256([7; 32]);
    const REPORT: H256 = H256([9; 32]);

    #[test]
    fn evidence_of_the_right_report_data_is_measured() {
        let evidence = evidence(REPORT);
        assert_eq!(evidence.bytes.len(), EVIDENCE_BYTES);
        assert_eq!(verify_evidence(GENESIS, &evidence, REPORT), Ok(MEASUREMENT));
    }

    #[test]
    fn another_digest_is_stated_as_it_is() {
        let digest = H256([1; 32]);
        let measured = verify_evidence(GENESIS, &evidence_of(digest, REPORT), REPORT);
        assert_eq!(measured, Ok(Measurement { kind: EvidenceKind::Simulated, digest }));
    }

    #[test]
    fn other_report_data_are_refused() {
        let error = verify_evidence(GENESIS, &evidence(REPORT), H256([8; 32])).unwrap_err();
        assert_eq!(
            error,
            AttestationError::ReportDataMismatch { found: REPORT, expected: H256([8; 32]) }
        );
        assert!(alloc::format!("{error}").contains("open a new one"));
    }

    #[test]
    fn every_cut_extended_or_changed_encoding_is_refused() {
        let whole: Vec<u8> = evidence(REPORT).bytes.into_inner();
        for length in 0..whole.len() {
            let cut = whole.iter().copied().take(length).collect();
            let evidence =
                Evidence { kind: EvidenceKind::Simulated, bytes: BoundedVec::truncate_from(cut) };
            assert!(matches!(
                verify_evidence(GENESIS, &evidence, REPORT),
                Err(AttestationError::Malformed { .. })
            ));
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(verify(&longer, REPORT).is_err());
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert_ne!(verify(&changed, REPORT), Ok(MEASUREMENT));
        }
    }
}
