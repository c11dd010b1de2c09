//! What a share is sealed to: exactly the operation that its participant checked (section 7).

mod succession;

use regent_primitives::{
    hashing::{hash, preimage, Tag},
    Attempt, EnrolmentId, Epoch, KeyId, LeafPath, OperationKind, PolicyHash, RequestId, Session,
    SessionId, H256,
};

pub use succession::{SuccessionContext, SuccessionPart};

/// The operation a share, or an enrolment contribution, is released for.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseContext<'a> {
    /// The chain.
    pub genesis: H256,
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// The session; its id, KEM key and evidence take part.
    pub session: &'a Session,
    /// The key.
    pub key: KeyId,
    /// Its epoch.
    pub epoch: Epoch,
    /// The enrolment that made the token, or that is being made.
    pub enrolment: EnrolmentId,
    /// The leaf.
    pub leaf: &'a LeafPath,
    /// The kind of operation.
    pub operation: OperationKind,
    /// The exact payload.
    pub payload_hash: H256,
    /// The policy the request was approved under.
    pub policy: PolicyHash,
}

/// The fields that are hashed, in the order of section 7.
type Fields<'a> = (
    RequestId,
    Attempt,
    SessionId,
    H256,
    H256,
    KeyId,
    Epoch,
    EnrolmentId,
    &'a LeafPath,
    OperationKind,
    H256,
    PolicyHash,
);

impl ReleaseContext<'_> {
    /// `H(request_id ‖ attempt ‖ session_id ‖ H(kem_public) ‖ evidence_hash ‖ key_id ‖ epoch ‖
    /// enrolment_id ‖ leaf_path ‖ operation ‖ payload_hash ‖ policy_hash)`.
    pub fn aad(&self) -> H256 {
        hash(Tag::Aad, self.genesis, &self.fields())
    }

    /// The bytes that [`ReleaseContext::aad`] hashes, for vectors and other implementations.
    pub fn preimage(&self) -> Vec<u8> {
        preimage(Tag::Aad, self.genesis, &self.fields())
    }

    fn fields(&self) -> Fields<'_> {
        (
            self.request,
            self.attempt,
            self.session.id,
            self.session.kem_public_hash(self.genesis),
            self.session.evidence.hash(self.genesis),
            self.key,
            self.epoch,
            self.enrolment,
            self.leaf,
            self.operation,
            self.payload_hash,
            self.policy,
        )
    }
}

#[cfg(test)]
mod tests;
