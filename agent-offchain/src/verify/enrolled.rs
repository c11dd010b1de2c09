//! A token is believed only as the fruit of an enrolment, refresh or reshare this agent contributed to.
//!
//! The mask depends on the enrolment's id, which names request and session, and the request's id is
//! the hash of its body. So whoever changes a token's policy, tree or algorithm in the chain's state
//! has to name another enrolment, for which this agent's mask is another. Corrections and commitments
//! are in no request: for them speaks the session's signature on the receipt.

use regent_primitives::{
    receipt::result_hash, runtime_api::RequestState, Attempt, Operation, RegenToken, RequestId,
    H256,
};

/// Why a token is not the fruit of an enrolment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolledError {
    /// The state is of another request.
    #[error("the state's request has another id than {0}")]
    Request(RequestId),
    /// The request was not one to make a token.
    #[error("request {0} makes no token")]
    NotEnrolment(RequestId),
    /// The attempt has no session in this block.
    #[error("attempt {0} of the enrolment has no session")]
    NoSession(Attempt),
    /// A field of the token is not what was approved.
    #[error("the token's {0} is not what the enrolment's request says")]
    Field(&'static str),
    /// No receipt, or one that the session did not sign for this token.
    #[error("no receipt of the enrolment's session covers this token")]
    Receipt,
    /// The token does not succeed the one before it.
    #[error(transparent)]
    Successor(#[from] regent_protocol::SuccessorError),
    /// The token contradicts itself.
    #[error(transparent)]
    Token(#[from] regent_protocol::TokenError),
}

/// Checks a token against the request and the session that made it, the session's receipt, and its
/// commitments against each other.
///
/// # Errors
/// The first thing that does not fit.
pub fn check_enrolled(
    genesis: H256,
    token: &RegenToken,
    request: RequestId,
    attempt: Attempt,
    state: &RequestState,
) -> Result<(), EnrolledError> {
    let body = &state.record.body;
    if body.id(genesis) != request {
        return Err(EnrolledError::Request(request));
    }
    let (algorithm, tree) = match (&body.operation, &state.key) {
        (Operation::Enrol { algorithm, tree, .. }, _) => (*algorithm, tree),
        (operation, Some(old)) if operation.is_succession() => {
            let named = operation.named_tree().map(|(_, tree)| tree);
            (old.token.algorithm, named.unwrap_or(&old.token.tree))
        }
        _ => return Err(EnrolledError::NotEnrolment(request)),
    };
    let session = state
        .sessions
        .iter()
        .map(|record| &record.session)
        .find(|session| session.attempt == attempt)
        .ok_or(EnrolledError::NoSession(attempt))?;
    let enrolment = session.enrolment_of(genesis, request);
    let fields = [
        (token.key_id == body.key, "key"),
        // That a next epoch's is a later one is checked with the token before it.
        (body.operation.is_succession() || token.epoch == body.epoch, "epoch"),
        (token.algorithm == algorithm, "algorithm"),
        (token.tree == *tree, "access tree"),
        (token.policy_hash == body.next_policy(), "policy"),
        (token.enrolment_id == enrolment, "enrolment"),
    ];
    if let Some((_, field)) = fields.into_iter().find(|(equal, _)| !equal) {
        return Err(EnrolledError::Field(field));
    }
    let covered = state.receipt.as_ref().is_some_and(|signed| {
        let receipt = &signed.receipt;
        receipt.request == request
            && receipt.attempt == attempt
            && receipt.session == session.id
            && receipt.result_hash == result_hash(genesis, token)
            && signed.verify(genesis, &session.signing_public)
    });
    if !covered {
        return Err(EnrolledError::Receipt);
    }
    match (&body.operation, &state.key) {
        (Operation::Enrol { .. }, _) | (_, None) => regent_protocol::verify_token(token)?,
        (Operation::Refresh, Some(old)) => regent_protocol::verify_refresh(&old.token, token)?,
        (_, Some(old)) => regent_protocol::verify_reshare(&old.token, token)?,
    }
    Ok(())
}
