//! Enclave sessions and the evidence that attests them (section 5).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::{
    bounds::*,
    hashing::{hash, Tag},
    ids::{EnrolmentId, RequestId, SessionId},
    request::Attempt,
    BlockNumber,
};

/// What produced the evidence.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum EvidenceKind {
    /// Nothing that can be trusted: for development only. No production preset accepts it.
    #[codec(index = 0)]
    Simulated,
}

/// What an enclave runs, as its evidence states it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Measurement {
    /// The kind of evidence.
    pub kind: EvidenceKind,
    /// The measured identity of the code, reduced to 32 bytes by its kind's verifier.
    pub digest: H256,
}

/// Attestation evidence, as bytes of its kind.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Evidence {
    /// How to read the bytes.
    pub kind: EvidenceKind,
    /// The bytes.
    pub bytes: BoundedVec<u8, ConstU32<MAX_EVIDENCE_BYTES>>,
}

impl Evidence {
    /// `H(evidence)`, part of every share's associated data.
    pub fn hash(&self, genesis: H256) -> H256 {
        hash(Tag::Evidence, genesis, self)
    }
}

/// A URL; see [`is_endpoint`].
pub type Endpoint = BoundedVec<u8, ConstU32<MAX_ENDPOINT_BYTES>>;

/// Whether these bytes are an `http://` or `https://` URL in printable ASCII that names a host and
/// carries no user name or password (the chain publishes it).
pub fn is_endpoint(bytes: &[u8]) -> bool {
    let rest = bytes.strip_prefix(b"http://").or_else(|| bytes.strip_prefix(b"https://"));
    let Some(rest) = rest else { return false };
    let authority = rest.split(|byte| b"/?#".contains(byte)).next().unwrap_or_default();
    let names_host = authority.first().is_some_and(|first| *first != b':');
    names_host && !authority.contains(&b'@') && rest.iter().all(u8::is_ascii_graphic)
}

/// A session as the enclave opens it, for one attempt of one request.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Session {
    /// 32 bytes the enclave drew.
    pub id: SessionId,
    /// The request it serves.
    pub request: RequestId,
    /// The attempt it serves.
    pub attempt: Attempt,
    /// X-Wing public key to which shares are sealed, 1,216 bytes.
    pub kem_public: BoundedVec<u8, ConstU32<XWING_PUBLIC_KEY_BYTES>>,
    /// sr25519 public key that signs the receipt.
    pub signing_public: [u8; 32],
    /// A finalised block's hash, given when the session was opened: evidence is no older.
    pub finalised_hash: H256,
    /// Evidence over [`Session::report_data`].
    pub evidence: Evidence,
    /// Where agents deliver their shares.
    pub endpoint: Endpoint,
    /// Blocks after which the enclave has wiped the session, counted from its opening on chain.
    pub lifetime: BlockNumber,
}

impl Session {
    /// What the evidence must attest:
    /// `H(session_id ‖ request_id ‖ attempt ‖ kem_public ‖ signing_public ‖ finalised_hash)`.
    pub fn report_data(&self, genesis: H256) -> H256 {
        hash(
            Tag::ReportData,
            genesis,
            &(
                self.id,
                self.request,
                self.attempt,
                &self.kem_public,
                self.signing_public,
                self.finalised_hash,
            ),
        )
    }

    /// The enrolment that this session makes for a request: `EnrolmentId::derive` of both.
    pub fn enrolment_of(&self, genesis: H256, request: RequestId) -> EnrolmentId {
        let (kem, signing) = (&self.kem_public, &self.signing_public);
        EnrolmentId::derive(genesis, request, self.id, kem, signing)
    }

    /// `H(kem_public)`, part of every share's associated data.
    pub fn kem_public_hash(&self, genesis: H256) -> H256 {
        hash(Tag::KemPublic, genesis, &self.kem_public)
    }
}

/// A session as the chain keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SessionRecord {
    /// The session.
    pub session: Session,
    /// What its evidence was found to measure.
    pub measurement: Measurement,
    /// When it was opened on chain.
    pub opened_at: BlockNumber,
    /// The last block at which shares may be released to it.
    pub deadline: BlockNumber,
}
