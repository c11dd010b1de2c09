//! What commands that make requests share.

use std::{io::Write, time::Duration};

use clap::Args;
use regent_client::{
    flows::{execute, request, wait_for_request, Draft, Executed, FlowError, Timings},
    Account, Client,
};
use regent_primitives::{
    runtime_api::{QuorumRecord, RequestState},
    AccessTree, KeyRecord, QuorumId, RequestId, H256,
};
use serde_json::json;

use crate::{
    args::{AccountOptions, WaitOptions},
    context::Context,
    error::CliError,
    output::{write_json, Show},
    views::KeyView,
};

/// How long a request that was just submitted may take to be final.
const FINALITY_PATIENCE: Duration = Duration::from_secs(10);

/// Options of every command that makes a request.
#[derive(Clone, Debug, Args)]
pub struct CarryOptions {
    /// Whose account requests, and owns a key that is enrolled.
    #[command(flatten)]
    pub account: AccountOptions,
    /// Blocks the request may live.
    #[arg(long, value_name = "BLOCKS", default_value_t = 1_200)]
    pub lifetime: u32,
    /// Only submit the request; `regent request watch --execute` carries it through.
    #[arg(long)]
    pub detach: bool,
    /// How long it may take.
    #[command(flatten)]
    pub wait: WaitOptions,
}

/// A request that was carried to its end.
pub struct Carried {
    /// Its id.
    pub id: RequestId,
    /// What came of it.
    pub executed: Executed,
    /// How long each phase took, from its submission on.
    pub timings: Timings,
}

impl Carried {
    /// The key it made, or the epoch of a key.
    pub fn key(&self, what: &'static str, remedy: &'static str) -> Result<&KeyRecord, CliError> {
        let id = self.id.to_string();
        self.executed.key.as_ref().ok_or(CliError::NotFound { what, id, remedy })
    }

    /// Tells of a key that it made.
    pub fn tell_key(
        &self,
        record: &KeyRecord,
        context: &Context,
        out: &mut dyn Write,
    ) -> Result<(), CliError> {
        let view = KeyView(record);
        if context.json() {
            write_json(out, &json!({ "request": self.id.to_string(), "key": view.json() }))
        } else {
            Ok(view.text(out)?)
        }
    }
}

/// Submits a request and carries it through. Reasons for which the chain would refuse it are told
/// before anything is submitted. Of a detached one only the id is told, once it is final.
pub async fn carry(
    options: &CarryOptions,
    context: &Context,
    client: &Client,
    account: &Account,
    draft: Draft,
    out: &mut (impl Write + Send),
) -> Result<Option<Carried>, CliError> {
    let prepared = draft.prepare(client, account.id()).await?;
    let reasons = client.evaluate(&prepared.body, &prepared.payload, None).await?;
    if !reasons.is_empty() {
        return Err(CliError::Refused(reasons));
    }
    let mut progress = context.progress();
    if options.detach {
        let id = request(client, account, &prepared, None, &mut progress).await?.id;
        // Whoever is told its id finds it.
        known(client, id).await?;
        tell_detached(context, out, id)?;
        return Ok(None);
    }
    // A session for its first attempt is opened with it.
    let enclave = context.enclave()?;
    let session = Some((&enclave, options.wait.session_blocks));
    let requested = request(client, account, &prepared, session, &mut progress).await?;
    let (id, mut timings) = (requested.id, requested.timings);
    context.say(format_args!(
        "request {id}\nwaiting for approval: `regent approve {id} --account //NAME`"
    ));
    let wait = options.wait.execute();
    let executed = execute(client, &enclave, account, id, &wait, &mut progress).await?;
    timings.extend(executed.timings.clone());
    Ok(Some(Carried { id, executed, timings }))
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

/// A quorum, in finalised state or at a block.
pub async fn known_quorum(
    client: &Client,
    quorum: QuorumId,
    at: Option<H256>,
) -> Result<QuorumRecord, CliError> {
    client.quorum(quorum, at).await?.ok_or_else(|| CliError::NotFound {
        what: "quorum",
        id: quorum.to_string(),
        remedy: "see `regent quorum list`; they are numbered from 0",
    })
}

/// The agents of a quorum, as many of whom as the person says, or else the quorum, must take part.
pub async fn tree_of(
    client: &Client,
    quorum: QuorumId,
    threshold: Option<u16>,
) -> Result<AccessTree, CliError> {
    let record = known_quorum(client, quorum, None).await?;
    AccessTree::threshold_of_agents(threshold.unwrap_or(record.threshold), &record.agents)
        .map_err(|error| CliError::input("--threshold", error))
}

fn tell_detached(context: &Context, out: &mut dyn Write, id: RequestId) -> Result<(), CliError> {
    if context.json() {
        write_json(out, &json!({ "id": id.to_string() }))
    } else {
        Ok(writeln!(out, "{id}")?)
    }
}
