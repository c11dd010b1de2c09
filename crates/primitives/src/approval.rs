//! Approvals are signatures, not flags (section 7).

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::traits::Verify;

use crate::{
    hashing::{hash, Tag},
    ids::{Epoch, KeyId, PolicyHash, RequestId},
    request::{OperationKind, RequestBody},
    AccountId, BlockNumber, Signature,
};

/// Yes or no.
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
pub enum Decision {
    /// Let it happen.
    #[codec(index = 0)]
    Approve,
    /// Stop it for good.
    #[codec(index = 1)]
    Deny,
}

/// What an approver signs, detached from any transaction.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Approval {
    /// The chain.
    pub genesis: H256,
    /// The request.
    pub request: RequestId,
    /// The key.
    pub key: KeyId,
    /// Its epoch.
    pub epoch: Epoch,
    /// The kind of operation.
    pub operation: OperationKind,
    /// The exact payload.
    pub payload_hash: H256,
    /// The policy.
    pub policy: PolicyHash,
    /// The stage of the policy this counts for.
    pub stage: u8,
    /// Yes or no.
    pub decision: Decision,
    /// The last block at which it counts.
    pub expires: BlockNumber,
}

impl Approval {
    /// The approval of a request at a stage, to be signed.
    pub fn of(
        genesis: H256,
        body: &RequestBody,
        stage: u8,
        decision: Decision,
        expires: BlockNumber,
    ) -> Self {
        Self {
            genesis,
            request: body.id(genesis),
            key: body.key,
            epoch: body.epoch,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            policy: body.policy,
            stage,
            decision,
            expires,
        }
    }

    /// The 32 bytes that are signed: `H(approval)`.
    pub fn message(&self) -> H256 {
        hash(Tag::Approval, self.genesis, self)
    }

    /// [`Approval::message`] as wallets sign it: they put raw bytes between `<Bytes>` and
    /// `</Bytes>`, so that no signature of theirs is ever a transaction.
    pub fn wrapped_message(&self) -> Vec<u8> {
        [b"<Bytes>".as_slice(), self.message().as_bytes(), b"</Bytes>"].concat()
    }
}

/// An approval with its signature.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SignedApproval {
    /// What was signed.
    pub approval: Approval,
    /// By whom.
    pub approver: AccountId,
    /// Over [`Approval::message`] or [`Approval::wrapped_message`].
    pub signature: Signature,
}

impl SignedApproval {
    /// Whether the signature is the approver's, over this approval.
    pub fn verify(&self) -> bool {
        self.signature.verify(self.approval.message().as_bytes(), &self.approver)
            || self.signature.verify(self.approval.wrapped_message().as_slice(), &self.approver)
    }
}
