//! An operation from request to receipt, as one function a step.
//!
//! ```text
//! Draft::prepare -> request -> (decide, by approvers) -> execute
//! ```
//!
//! Each takes a [`Progress`] that is told of every phase as it ends, and returns the [`Timings`].

mod check;
mod decide;
mod draft;
mod execute;
mod request;
mod timing;
mod wait;

pub use check::check_request;
pub use decide::{decide, decide_on, Verdict};
pub use draft::{Draft, Prepared, Task};
pub use execute::{execute, gather, prove, ExecuteOptions, Executed};
pub use request::{open_attempt, request, Requested};
pub use timing::{quiet, Phase, Progress, Step, Timings};
pub use wait::{wait_for_block, wait_for_epoch, wait_for_key, wait_for_request};

use std::time::Duration;

use regent_primitives::{AccountId, KeyId, RequestId};
use regent_proof::HeadError;

use crate::{ClientError, EnclaveError, ProofError};

/// Why a flow did not come to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FlowError {
    /// The node.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The enclave.
    #[error(transparent)]
    Enclave(#[from] EnclaveError),
    /// The node does not prove what it says.
    #[error("the node does not prove who finalised its blocks: {0}; use another node")]
    Unproven(HeadError),
    /// No such key in finalised state.
    #[error("there is no key {0} in finalised state; see `regent key list`")]
    UnknownKey(KeyId),
    /// The key cannot be used.
    #[error("key {key} is {state}, not active; wait for its agents' confirmations, or accept those there are")]
    KeyNotActive {
        /// The key.
        key: KeyId,
        /// Its state.
        state: &'static str,
    },
    /// An enrolment names no policy.
    #[error("field `policy` is missing: an enrolment must name the policy the key is bound to")]
    MissingPolicy,
    /// No such request in finalised state.
    #[error("there is no request {0} in finalised state; see `regent request list`, or wait some blocks")]
    UnknownRequest(RequestId),
    /// The request waits for no approval.
    #[error("request {id} is {status}: it waits for no approval")]
    NotPending {
        /// The request.
        id: RequestId,
        /// Where it stands.
        status: &'static str,
    },
    /// The request is over.
    #[error("request {id} is {status}: nothing more can happen to it; make a new one")]
    Over {
        /// The request.
        id: RequestId,
        /// How it ended.
        status: &'static str,
    },
    /// All attempts are used up.
    #[error("request {0} has used up its attempts; make a new one")]
    NoAttemptLeft(RequestId),
    /// Something the chain should hold is not there.
    #[error(
        "the node's answer about request {id} lacks {what}; its runtime is of another version"
    )]
    Incomplete {
        /// The request.
        id: RequestId,
        /// What is missing.
        what: &'static str,
    },
    /// The payload that the node shows is not the one that was requested.
    #[error("the payload that the node shows is not the one of request {0}: it lies, or its state was changed; do not act on it, use another node")]
    OtherPayload(RequestId),
    /// The node shows an approval or a denial that nobody signed.
    #[error("the node shows an approval or a denial of request {id} by {approver}, who signed none of it: it lies; do not act on it, use another node")]
    ForgedApproval {
        /// The request.
        id: RequestId,
        /// Whom it names.
        approver: AccountId,
    },
    /// The node shows no payload of a request that is open.
    #[error("the node shows no payload of request {0}, which the chain holds while it is open: nothing was signed; approve only what you have seen, and use another node")]
    PayloadWithheld(RequestId),
    /// The enclave's receipt does not cover what it answered.
    #[error("the enclave's receipt of request {id} does not cover its answer: its {what} is another; use nothing of the answer, and report the enclave")]
    Receipt {
        /// The request.
        id: RequestId,
        /// What differs.
        what: &'static str,
    },
    /// The key on chain is not the one that the enclave enrolled.
    #[error("the node shows another token of the key that request {0} enrolled than the enclave made: it lies; send nothing to that key's address, use another node")]
    OtherToken(RequestId),
    /// It took too long.
    #[error("waited {} s for {what}, in vain", waited.as_secs())]
    Timeout {
        /// What for.
        what: &'static str,
        /// How long.
        waited: Duration,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Randomness(String),
}

impl From<ProofError> for FlowError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Node(error) => Self::Client(error),
            ProofError::Head(error) => Self::Unproven(error),
        }
    }
}
