//! What the enclave speaks, by JSON-RPC 2.0 over HTTP: one parameter and one result a method, each
//! in SCALE as `0x` hexadecimal.
//!
//! | method | parameter | result |
//! |---|---|---|
//! | `enclave_info` | none | [`EnclaveInfo`] |
//! | `enclave_openSession` | [`OpenSession`] | [`crate::Session`] |
//! | `enclave_deliver` | [`Delivery`] | [`DeliveryStatus`] |
//! | `enclave_execute` | [`Execution`] | [`Outcome`] |

use alloc::vec::Vec;
use codec::{Decode, Encode};
use sp_core::H256;

use crate::{
    access_tree::LeafPath,
    approval::SignedApproval,
    chain_proof::ChainProof,
    policy::{ChangeSignatures, Policy},
    receipt::SignedReceipt,
    release::{Release, SealedShare},
    request::{Attempt, RequestBody},
    session::Measurement,
    token::RegenToken,
    BlockNumber, RequestId, SessionId,
};

/// `enclave_info`
pub const INFO_METHOD: &str = "enclave_info";
/// `enclave_openSession`
pub const OPEN_SESSION_METHOD: &str = "enclave_openSession";
/// `enclave_deliver`
pub const DELIVER_METHOD: &str = "enclave_deliver";
/// `enclave_execute`
pub const EXECUTE_METHOD: &str = "enclave_execute";

/// What an enclave says of itself; nothing here is trusted without evidence.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EnclaveInfo {
    /// The chain it serves.
    pub genesis: H256,
    /// The block where its trust begins, and with it every [`ChainProof`] that is brought to it: the
    /// chain's first, or a later one that its configuration names.
    pub origin: H256,
    /// The newest block whose change of authorities it has verified, at first the origin: changes up to it
    /// need not be brought again.
    pub followed: BlockNumber,
    /// What its evidence will state.
    pub measurement: Measurement,
    /// Sessions open now.
    pub sessions: u32,
}

/// Asks for a session.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct OpenSession {
    /// The request, whose id the requester knows before it submits.
    pub request: RequestId,
    /// The attempt, from 1.
    pub attempt: Attempt,
    /// A finalised block's hash.
    pub finalised_hash: H256,
    /// Blocks the session may live.
    pub lifetime: BlockNumber,
}

/// An agent's sealed share with its signed release.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Delivery {
    /// The signed release; its `sealed_hash` is that of `sealed`.
    pub release: Release,
    /// The sealed share.
    pub sealed: SealedShare,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum DeliveryStatus {
    /// Kept until execution.
    #[codec(index = 0)]
    Accepted,
    /// A share of this leaf was already here.
    #[codec(index = 1)]
    Duplicate,
    /// The operation was done without it: nothing is to be sent again.
    #[codec(index = 2)]
    NotNeeded,
}

/// A policy that succeeds another, with the signatures its predecessor's change rule asks for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PolicyStep {
    /// The successor.
    pub policy: Policy,
    /// Signatures of the predecessor's change role.
    pub signatures: ChangeSignatures,
}

/// Asks for the operation, with all that the enclave verifies. It waits for a satisfying set of
/// shares until `patience_milliseconds` have passed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Execution {
    /// The session.
    pub session: SessionId,
    /// The approved request.
    pub body: RequestBody,
    /// Its payload.
    pub payload: Vec<u8>,
    /// The policy the token commits to (for an enrolment, the request's own).
    pub policy: Policy,
    /// The successors that lead from there to the request's policy; empty if it is the same.
    pub lineage: Vec<PolicyStep>,
    /// The approvals, in the order the chain accepted them.
    pub approvals: Vec<SignedApproval>,
    /// The key's token; none for an enrolment.
    pub token: Option<RegenToken>,
    /// Where request, session and key stand in the newest final state.
    pub chain: ChainProof,
    /// How long to wait for shares, in milliseconds.
    pub patience_milliseconds: u32,
}

/// What came of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Outcome {
    /// One signature per message the payload asks to sign, or one sealed plaintext (its associated
    /// data is the request's id); empty for an enrolment.
    pub result: Vec<Vec<u8>>,
    /// The new token, for an enrolment.
    pub token: Option<RegenToken>,
    /// The receipt.
    pub receipt: SignedReceipt,
    /// Leaves whose share was wrong.
    pub faulty: Vec<LeafPath>,
}
