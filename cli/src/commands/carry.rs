//! What commands that make requests share.

use std::{io::Write, time::Duration};

use regent_client::{
    flows::{request, wait_for_request, Draft, FlowError, Requested},
    Account, Client,
};
use regent_primitives::{runtime_api::RequestState, RequestId};
use serde_json::json;

use crate::{args::WaitOptions, context::Context, error::CliError, output::write_json};

/// How long a request that was just submitted may take to be final.
const FINALITY_PATIENCE: Duration = Duration::from_secs(10);

/// Whether a request is waited for, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    /// Only submit it.
    pub detach: bool,
    /// How long it may take.
    pub wait: &'a WaitOptions,
}

/// Submits a request. Reasons for which the chain would refuse it are told before anything is
/// submitted; unless detached, a session for its first attempt is opened with it.
pub async fn submit(
    context: &Context,
    client: &Client,
    account: &Account,
    draft: Draft,
    manner: Manner<'_>,
) -> Result<Requested, CliError> {
    let prepared = draft.prepare(client, account.id()).await?;
    let reasons = client.evaluate(&prepared.body, &prepared.payload, None).await?;
    if !reasons.is_empty() {
        return Err(CliError::Refused(reasons));
    }
    let enclave = if manner.detach { None } else { Some(context.enclave()?) };
    let session = enclave.as_ref().map(|enclave| (enclave, manner.wait.session_blocks));
    let mut progress = context.progress();
    let requested = request(client, account, &prepared, session, &mut progress).await?;
    if manner.detach {
        // Whoever is told its id finds it.
        known(client, requested.id).await?;
    } else {
        context.say(format_args!(
            "request {}\nwaiting for approval: `regent approve {} --account //NAME`",
            requested.id, requested.id
        ));
    }
    Ok(requested)
}

/// The request in finalised state; one that was just submitted is waited for.
pub async fn known(client: &Client, id: RequestId) -> Result<RequestState, FlowError> {
    let found =
        wait_for_request(client, id, "the request", FINALITY_PATIENCE, |_, state| Ok(state)).await;
    match found {
        Err(FlowError::Timeout { .. }) => Err(FlowError::UnknownRequest(id)),
        other => other,
    }
}

/// Tells the id of a request that nobody waits for.
pub fn tell_detached(
    context: &Context,
    out: &mut dyn Write,
    id: RequestId,
) -> Result<(), CliError> {
    if context.json() {
        write_json(out, &json!({ "id": id.to_string() }))
    } else {
        Ok(writeln!(out, "{id}")?)
    }
}
