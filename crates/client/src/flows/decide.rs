//! Approving and denying.

use regent_primitives::{
    runtime_api::RequestState, BlockNumber, Decision, RequestId, RequestStatus, SignedApproval,
};

use super::{
    check::{check_request, check_seen},
    FlowError,
};
use crate::{calls, Account, Client, Submitted};

/// A person's decision, signed and accepted by the node's pool.
#[derive(Debug)]
pub struct Verdict {
    /// What was signed.
    pub approval: SignedApproval,
    /// Its transaction.
    pub submitted: Submitted,
}

/// Signs an approval or denial of a request and submits it: for the stage that is open in the best
/// block where none is named, valid until the request expires where no block is named. `carrier`
/// signs the transaction; the approver does where there is none.
///
/// # Errors
/// If the request is unknown or waits for no approval, or the pool does not take the transaction.
pub async fn decide(
    client: &Client,
    approver: &Account,
    carrier: Option<&Account>,
    id: RequestId,
    decision: Decision,
    stage: Option<u8>,
    expires: Option<BlockNumber>,
) -> Result<Verdict, FlowError> {
    let best = client.best_head().await?;
    let state = client.request(id, Some(best.hash)).await?.ok_or(FlowError::UnknownRequest(id))?;
    decide_on(client, approver, carrier, &state, decision, stage, expires).await
}

/// As [`decide`], for a request as it was read and shown: what is signed is this body and no other,
/// and for the stage that is open in this state where none is named.
///
/// # Errors
/// As [`decide`]; as [`check_request`]; [`FlowError::PayloadWithheld`] if an open request is approved of
/// which the state holds no payload.
pub async fn decide_on(
    client: &Client,
    approver: &Account,
    carrier: Option<&Account>,
    state: &RequestState,
    decision: Decision,
    stage: Option<u8>,
    expires: Option<BlockNumber>,
) -> Result<Verdict, FlowError> {
    check_request(client.genesis(), state)?;
    check_seen(state, decision)?;
    let stage = match (stage, state.record.status) {
        (Some(stage), _) | (None, RequestStatus::Pending { stage }) => stage,
        (None, status) => {
            return Err(FlowError::NotPending { id: state.id, status: status.name() })
        }
    };
    let body = &state.record.body;
    let expires = expires.unwrap_or(body.expires);
    let approval = approver.approval(client.genesis(), body, stage, decision, expires);
    let call = calls::requests::approve(approval.clone());
    let submitted = client.submit(carrier.unwrap_or(approver), call).await?;
    Ok(Verdict { approval, submitted })
}
