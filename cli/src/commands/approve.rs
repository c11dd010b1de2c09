//! `regent approve`

use std::io::Write;

use clap::Args;
use regent_client::flows::{check_request, decide_on, FlowError};
use regent_primitives::{Decision, RequestId};
use serde_json::json;

use super::carry::known;
use crate::{
    args::AccountOptions,
    context::Context,
    error::CliError,
    output::{write_json, Show},
    views::RequestView,
};

/// Options of `regent approve`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent request show 0x51..           # look before you approve
  regent approve 0x51.. --account //Bob
  regent approve 0x51.. --keystore bob.json")]
pub struct Options {
    /// Id of the request.
    pub request: RequestId,
    /// Whose account approves.
    #[command(flatten)]
    pub account: AccountOptions,
    /// The stage to approve for; the open one otherwise.
    #[arg(long)]
    pub stage: Option<u8>,
    /// The last block at which the approval counts; the request's own otherwise.
    #[arg(long, value_name = "BLOCK")]
    pub expires: Option<u32>,
}

/// Approves a request.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    show_and_decide(options, Decision::Approve, context, out).await
}

/// Signs and submits a decision, and waits until it is final.
pub async fn show_and_decide(
    options: &Options,
    decision: Decision,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.account).await?;
    let id = options.request;
    // What is about to be signed, shown from the chain and not from who asks for the signature: one
    // state is read once it is final that there is such a request, shown, and signed.
    known(&client, id).await?;
    let best = client.best_head().await?;
    let state = client.request(id, Some(best.hash)).await?.ok_or(FlowError::UnknownRequest(id))?;
    check_request(client.genesis(), &state)?;
    let mut shown = Vec::new();
    writeln!(shown, "chain        {:?}", client.genesis())?;
    RequestView(&state).text(&mut shown)?;
    context.say(String::from_utf8_lossy(&shown).trim_end());
    let mut verdict =
        decide_on(&client, &account, None, &state, decision, options.stage, options.expires)
            .await?;
    let inclusion = verdict.submitted.finalised().await?;
    let after = client.request(id, Some(inclusion.block)).await?;
    let status = after.map_or("unknown", |state| state.record.status.name());
    let stage = verdict.approval.approval.stage;
    if context.json() {
        write_json(
            out,
            &json!({
                "chain": format!("{:?}", client.genesis()),
                "id": id.to_string(),
                "decision": if decision == Decision::Approve { "approve" } else { "deny" },
                "stage": stage,
                "status": status,
                "block": inclusion.number,
            }),
        )
    } else {
        let word = if decision == Decision::Approve { "approved" } else { "denied" };
        Ok(writeln!(
            out,
            "{word} for stage {stage}, final in block {}; the request is {status}",
            inclusion.number
        )?)
    }
}
