//! The receipt of an operation (section 8).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::{
    access_tree::LeafPath,
    bounds::MAX_LEAVES,
    hashing::{hash, Tag},
    ids::{Epoch, KeyId, PolicyHash, RequestId, SessionId},
    release::{verify_raw, RawSignature},
    request::{Attempt, OperationKind},
};

/// What the enclave states it did.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Receipt {
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// The key.
    pub key: KeyId,
    /// Its epoch.
    pub epoch: Epoch,
    /// The kind of operation.
    pub operation: OperationKind,
    /// The payload.
    pub payload_hash: H256,
    /// `H(result)`; for an enrolment `H(token)`.
    pub result_hash: H256,
    /// The leaves whose shares were combined.
    pub leaves: BoundedVec<LeafPath, ConstU32<MAX_LEAVES>>,
    /// Leaves whose share was opened and found wrong.
    pub faulty: BoundedVec<LeafPath, ConstU32<MAX_LEAVES>>,
    /// The policy.
    pub policy: PolicyHash,
    /// The session.
    pub session: SessionId,
    /// The finalised hash over which the last to arrive of the releases used here was signed.
    pub finalised_hash: H256,
    /// The request's `Approved` audit entry.
    pub previous: H256,
}

/// A receipt with the session's signature.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SignedReceipt {
    /// What was done.
    pub receipt: Receipt,
    /// The session key's signature over [`Receipt::message`].
    pub signature: RawSignature,
}

impl Receipt {
    /// What the session signs: `H(receipt)`.
    pub fn message(&self, genesis: H256) -> H256 {
        hash(Tag::Receipt, genesis, self)
    }
}

impl SignedReceipt {
    /// Whether the session with this signing key signed it.
    pub fn verify(&self, genesis: H256, signing_public: &[u8; 32]) -> bool {
        verify_raw(&self.signature, self.receipt.message(genesis), &H256(*signing_public))
    }
}

/// `H(result)`.
pub fn result_hash(genesis: H256, result: &impl Encode) -> H256 {
    hash(Tag::Result, genesis, result)
}
