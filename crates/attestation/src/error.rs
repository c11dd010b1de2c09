//! Why evidence is not accepted.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt::{Display, Formatter, Result as FmtResult};
use regent_primitives::{EvidenceKind, H256};
use scale_info::TypeInfo;

/// Why evidence is not accepted.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[non_exhaustive]
pub enum AttestationError {
    /// The bytes are not evidence of this kind.
    #[codec(index = 0)]
    Malformed {
        /// The kind it claims.
        kind: EvidenceKind,
        /// Bytes found.
        found: u32,
        /// Bytes expected, where the kind has one length.
        expected: u32,
    },
    /// It attests other report data than the session's.
    #[codec(index = 1)]
    ReportDataMismatch {
        /// What it attests.
        found: H256,
        /// What the session asks for.
        expected: H256,
    },
}

impl Display for AttestationError {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::Malformed { kind, found, expected } => write!(
                f,
                "evidence: {found} bytes that are not {kind:?} evidence of {expected} bytes and \
                 version 1; open a new session"
            ),
            Self::ReportDataMismatch { found, expected } => write!(
                f,
                "evidence: attests report data {found:?}, expected {expected:?}; the session was \
                 changed after it was attested, open a new one"
            ),
        }
    }
}

impl core::error::Error for AttestationError {}
