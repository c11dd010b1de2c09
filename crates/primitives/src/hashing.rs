//! `H`: BLAKE2b-256 over the SCALE encoding of `(tag, genesis, value)`, and the list of all tags.

use codec::Encode;
use sp_core::H256;
use sp_runtime::traits::{BlakeTwo256, Hash};

/// Domain separation of every hash and derivation: `regent/<purpose>/v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The string of each tag says what it is for.
pub enum Tag {
    Aad,
    AgentRegistration,
    Approval,
    AuditEntry,
    Bundle,
    BundleField,
    Confirmation,
    DeviceRootInner,
    DeviceRootOutput,
    EnrolmentCoefficient,
    EnrolmentId,
    EnrolmentSecret,
    KeyId,
    Label,
    Mask,
    OperationKey,
    Payload,
    Policy,
    PolicyChange,
    Puncture,
    Receipt,
    Refusal,
    Release,
    ReleaseLog,
    ReportData,
    Request,
    Result,
    RootSeal,
    SealInfo,
    SealedShare,
    SeedCheck,
    SeedLeaf,
    SignatureNonce,
    SimulatedEvidence,
    Evidence,
    KemPublic,
}

impl Tag {
    /// The tag's bytes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Tag::Aad => "regent/aad/v1",
            Tag::AgentRegistration => "regent/agent-registration/v1",
            Tag::Approval => "regent/approval/v1",
            Tag::AuditEntry => "regent/audit-entry/v1",
            Tag::Bundle => "regent/bundle/v1",
            Tag::BundleField => "regent/bundle-field/v1",
            Tag::Confirmation => "regent/confirmation/v1",
            Tag::DeviceRootInner => "regent/device-root-inner/v1",
            Tag::DeviceRootOutput => "regent/device-root-output/v1",
            Tag::EnrolmentCoefficient => "regent/enrolment-coefficient/v1",
            Tag::EnrolmentId => "regent/enrolment-id/v1",
            Tag::EnrolmentSecret => "regent/enrolment-secret/v1",
            Tag::Evidence => "regent/evidence/v1",
            Tag::KemPublic => "regent/kem-public/v1",
            Tag::KeyId => "regent/key-id/v1",
            Tag::Label => "regent/label/v1",
            Tag::Mask => "regent/mask/v1",
            Tag::OperationKey => "regent/operation-key/v1",
            Tag::Payload => "regent/payload/v1",
            Tag::Policy => "regent/policy/v1",
            Tag::PolicyChange => "regent/policy-change/v1",
            Tag::Puncture => "regent/puncture/v1",
            Tag::Receipt => "regent/receipt/v1",
            Tag::Refusal => "regent/refusal/v1",
            Tag::Release => "regent/release/v1",
            Tag::ReleaseLog => "regent/release-log/v1",
            Tag::ReportData => "regent/report-data/v1",
            Tag::Request => "regent/request/v1",
            Tag::Result => "regent/result/v1",
            Tag::RootSeal => "regent/root-seal/v1",
            Tag::SealInfo => "regent/seal-info/v1",
            Tag::SealedShare => "regent/sealed-share/v1",
            Tag::SeedCheck => "regent/seed-check/v1",
            Tag::SeedLeaf => "regent/seed-leaf/v1",
            Tag::SignatureNonce => "regent/signature-nonce/v1",
            Tag::SimulatedEvidence => "regent/simulated-evidence/v1",
        }
    }
}

/// The bytes that [`hash`] hashes: `(tag, genesis, value)` in SCALE, the tag length-prefixed.
pub fn preimage(tag: Tag, genesis: H256, value: &impl Encode) -> alloc::vec::Vec<u8> {
    (tag.as_str().as_bytes(), genesis, value).encode()
}

/// `H(tag ‖ genesis ‖ value)`.
pub fn hash(tag: Tag, genesis: H256, value: &impl Encode) -> H256 {
    BlakeTwo256::hash(&preimage(tag, genesis, value))
}
