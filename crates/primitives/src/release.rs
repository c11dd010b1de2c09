//! What agents send: sealed shares to the enclave, signed notes to the chain (section 7).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::{
    access_tree::LeafPath,
    bounds::{MAX_ATTEMPTS, MAX_LEAVES, MAX_SEALED_BODY_BYTES, XWING_ENCAPSULATED_BYTES},
    hashing::{hash, Tag},
    ids::{AgentId, EnrolmentId, Epoch, KeyId, RequestId, SessionId},
    request::Attempt,
};

/// A raw sr25519 signature of an agent or an enclave session, in the `substrate` signing context.
pub type RawSignature = sp_core::sr25519::Signature;

/// A share, or an enrolment contribution, sealed to a session by HPKE with X-Wing.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SealedShare {
    /// Format of the two fields below; 1.
    pub version: u8,
    /// The KEM's encapsulated key, 1,120 bytes.
    pub encapsulated: BoundedVec<u8, ConstU32<XWING_ENCAPSULATED_BYTES>>,
    /// Ciphertext and tag.
    pub ciphertext: BoundedVec<u8, ConstU32<MAX_SEALED_BODY_BYTES>>,
}

impl SealedShare {
    /// `H(sealed)`: what stands for the sealed bytes in a release.
    pub fn hash(&self, genesis: H256) -> H256 {
        hash(Tag::SealedShare, genesis, self)
    }
}

/// An agent's signed statement that it released one leaf for one attempt.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Release {
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// The session it was sealed to.
    pub session: SessionId,
    /// The leaf.
    pub leaf: LeafPath,
    /// Who released.
    pub agent: AgentId,
    /// The associated data of the seal (section 7).
    pub aad: H256,
    /// `H(sealed)`.
    pub sealed_hash: H256,
    /// The finalised block on which the agent decided.
    pub finalised_hash: H256,
    /// The agent's signature over [`Release::message`].
    pub signature: RawSignature,
}

impl Release {
    /// What the agent signs: `H(sealed ‖ aad ‖ finalised_hash)`, with what they stand for.
    pub fn message(&self, genesis: H256) -> H256 {
        hash(
            Tag::Release,
            genesis,
            &(
                self.request,
                self.attempt,
                self.session,
                &self.leaf,
                self.sealed_hash,
                self.aad,
                self.finalised_hash,
            ),
        )
    }
}

/// Why an agent does not release.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum RefusalReason {
    /// The request is not approved in finalised state.
    #[codec(index = 0)]
    NotApproved,
    /// An approval is missing, out of order, or its signature is not the approver's.
    #[codec(index = 1)]
    InvalidApprovals,
    /// The policy does not allow it.
    #[codec(index = 2)]
    PolicyViolated,
    /// The payload is not the approved one, or does something else than declared.
    #[codec(index = 3)]
    PayloadMismatch,
    /// The session's evidence does not verify, or its measurement is not accepted.
    #[codec(index = 4)]
    EvidenceRejected,
    /// The finalised head is too old.
    #[codec(index = 5)]
    StaleHead,
    /// Another attempt of the request is open.
    #[codec(index = 6)]
    AttemptConflict,
    /// The label was used or punctured.
    #[codec(index = 7)]
    LabelUsed,
    /// The regenerated share does not fit the token.
    #[codec(index = 8)]
    ShareMismatch,
    /// The request or the session is past its deadline.
    #[codec(index = 9)]
    DeadlinePassed,
    /// The runtime code is not one the agent knows.
    #[codec(index = 10)]
    UnknownRuntime,
}

/// An agent's signed refusal.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Refusal {
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// Who refuses.
    pub agent: AgentId,
    /// Why.
    pub reason: RefusalReason,
    /// The finalised block on which the agent decided.
    pub finalised_hash: H256,
    /// The agent's signature over [`Refusal::message`].
    pub signature: RawSignature,
}

impl Refusal {
    /// What the agent signs.
    pub fn message(&self, genesis: H256) -> H256 {
        hash(
            Tag::Refusal,
            genesis,
            &(self.request, self.attempt, self.agent, self.reason, self.finalised_hash),
        )
    }
}

/// An agent's signed confirmation that it can regenerate its share of a token (section 6, step 5).
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Confirmation {
    /// The key.
    pub key: KeyId,
    /// Its epoch.
    pub epoch: Epoch,
    /// The enrolment that made the token.
    pub enrolment_id: EnrolmentId,
    /// The leaf.
    pub leaf: LeafPath,
    /// Who confirms.
    pub agent: AgentId,
    /// The agent's signature over [`Confirmation::message`].
    pub signature: RawSignature,
}

impl Confirmation {
    /// What the agent signs.
    pub fn message(&self, genesis: H256) -> H256 {
        hash(
            Tag::Confirmation,
            genesis,
            &(self.key, self.epoch, self.enrolment_id, &self.leaf, self.agent),
        )
    }
}

/// An agent's signed statement that it destroyed what regenerates its leaves of an epoch: the label of
/// its token is punctured in its device root (section 11).
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Puncture {
    /// The key.
    pub key: KeyId,
    /// The epoch that is over.
    pub epoch: Epoch,
    /// The enrolment that made its token.
    pub enrolment_id: EnrolmentId,
    /// Who punctured.
    pub agent: AgentId,
    /// Whether the agent's root provider tells old copies of its state from the newest: what a restored
    /// disk undoes counts for nothing.
    pub rollback_protected: bool,
    /// The agent's signature over [`Puncture::message`].
    pub signature: RawSignature,
}

impl Puncture {
    /// What the agent signs.
    pub fn message(&self, genesis: H256) -> H256 {
        hash(
            Tag::Puncture,
            genesis,
            &(self.key, self.epoch, self.enrolment_id, self.agent, self.rollback_protected),
        )
    }
}

/// What the offchain worker brings from an agent onto the chain.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum AgentNote {
    /// It released a share.
    #[codec(index = 0)]
    Release(Release),
    /// It refused.
    #[codec(index = 1)]
    Refusal(Refusal),
    /// It can regenerate its share of a new token.
    #[codec(index = 2)]
    Confirmation(Confirmation),
    /// It can regenerate its shares of an epoch no more.
    #[codec(index = 3)]
    Puncture(Puncture),
}

impl AgentNote {
    /// Who signed.
    pub const fn agent(&self) -> AgentId {
        match self {
            Self::Release(release) => release.agent,
            Self::Refusal(refusal) => refusal.agent,
            Self::Confirmation(confirmation) => confirmation.agent,
            Self::Puncture(puncture) => puncture.agent,
        }
    }

    /// Whether the signature is the agent's.
    pub fn verify(&self, genesis: H256) -> bool {
        let (message, signature) = match self {
            Self::Release(release) => (release.message(genesis), &release.signature),
            Self::Refusal(refusal) => (refusal.message(genesis), &refusal.signature),
            Self::Confirmation(note) => (note.message(genesis), &note.signature),
            Self::Puncture(note) => (note.message(genesis), &note.signature),
        };
        verify_raw(signature, message, &self.agent().0)
    }
}

/// Verifies a raw sr25519 signature over a hash.
pub fn verify_raw(signature: &RawSignature, message: H256, public: &H256) -> bool {
    use sp_runtime::traits::Verify;
    signature.verify(message.as_bytes(), &sp_core::sr25519::Public::from_raw(public.0))
}

/// Which leaves were released for a request, so that how it ends is decided without reading every
/// release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ReleasedLeaves {
    /// A bit for each leaf in preorder, by attempt from 1.
    pub leaves: [[u8; MAX_LEAVES as usize / 8]; MAX_ATTEMPTS as usize],
    /// Whether the leaves of one attempt were enough for its enclave to complete the request.
    pub enough: bool,
}

impl ReleasedLeaves {
    /// Whether the leaf with this number in preorder was released for an attempt.
    pub fn contains(&self, attempt: Attempt, leaf: usize) -> bool {
        let bits = self.leaves.get(usize::from(attempt).saturating_sub(1));
        bits.and_then(|bits| bits.get(leaf / 8)).is_some_and(|byte| byte & (1 << (leaf % 8)) != 0)
    }

    /// Whether any leaf was released for another attempt than this one.
    pub fn any_beside(&self, attempt: Attempt) -> bool {
        (1..)
            .zip(&self.leaves)
            .any(|(other, bits)| other != attempt && bits.iter().any(|byte| *byte != 0))
    }

    /// Notes that it was.
    pub fn insert(&mut self, attempt: Attempt, leaf: usize) {
        let bits = self.leaves.get_mut(usize::from(attempt).saturating_sub(1));
        if let Some(byte) = bits.and_then(|bits| bits.get_mut(leaf / 8)) {
            *byte |= 1 << (leaf % 8);
        }
    }
}
