//! Simulated evidence: exactly 92 bytes of the right tag attest, and only what they say.

use regent_attestation::{simulated, verify, AttestationError};
use regent_primitives::{BoundedVec, Evidence, EvidenceKind, Measurement, H256};

/// 32 bytes of report data, then the bytes of the evidence.
pub fn check(bytes: &[u8]) {
    let Some((report_data, claimed)) = bytes.split_first_chunk::<32>() else { return };
    let Ok(bounded) = BoundedVec::try_from(claimed.to_vec()) else { return };
    let evidence = Evidence { kind: EvidenceKind::Simulated, bytes: bounded };
    let report_data = H256(*report_data);
    let answer = verify(H256::zero(), &evidence, report_data);
    assert_eq!(answer, verify(H256::repeat_byte(1), &evidence, report_data), "of any chain");
    match answer {
        Ok(Measurement { kind, digest }) => {
            assert_eq!(kind, EvidenceKind::Simulated);
            assert_eq!(evidence, simulated::evidence_of(digest, report_data), "one encoding");
        }
        Err(AttestationError::ReportDataMismatch { found, expected }) => {
            assert_eq!(expected, report_data);
            assert_ne!(found, expected);
            assert_eq!(claimed.get(60..), Some(found.as_bytes()), "it says what was attested");
            assert!(verify(H256::zero(), &evidence, found).is_ok());
        }
        Err(AttestationError::Malformed { found, expected, .. }) => {
            assert_eq!(found as usize, claimed.len());
            assert_eq!(expected as usize, simulated::EVIDENCE_BYTES);
        }
        Err(other) => panic!("not of simulated evidence: {other}"),
    }
}
