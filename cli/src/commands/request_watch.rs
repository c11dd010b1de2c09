//! `regent request watch`

use std::{io::Write, path::PathBuf, time::Duration};

use clap::Args;
use regent_client::flows::{check_request, execute, wait_for_request, FlowError};
use regent_primitives::{runtime_api::RequestState, Operation, RequestId, RequestStatus};
use serde_json::json;

use super::{
    carry::known,
    request_decrypt::{kept, open, write_secret},
    request_sign::assembled,
};
use crate::{
    args::{AccountOptions, Signer, WaitOptions},
    context::Context,
    error::CliError,
    output::{show, write_json},
    views::OutcomeView,
};

/// Options of `regent request watch`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent request watch 0x51..
  regent request watch 0x51.. --execute --account //Alice")]
pub struct Options {
    /// Id of the request.
    pub request: RequestId,
    /// Once approved, have the enclave do the operation and bring the receipt onto the chain.
    #[arg(long, requires = "signer")]
    pub execute: bool,
    /// The requester's account.
    #[arg(long, value_name = "//NAME", group = "signer")]
    pub account: Option<String>,
    /// The requester's account, exported by polkadot-js.
    #[arg(long, value_name = "FILE.json", group = "signer")]
    pub keystore: Option<PathBuf>,
    /// The keystore's password, first line of an owner-only file.
    #[arg(long, value_name = "FILE", requires = "keystore", conflicts_with = "account")]
    pub password_file: Option<PathBuf>,
    /// The key that `regent request decrypt --detach` kept.
    #[arg(long, value_name = "FILE", requires = "execute")]
    pub result_key: Option<PathBuf>,
    /// Where a plaintext goes, owner-only.
    #[arg(long, value_name = "FILE", requires = "result_key")]
    pub out: Option<PathBuf>,
    /// How long it may take.
    #[command(flatten)]
    pub wait: WaitOptions,
}

impl Options {
    fn account(&self) -> AccountOptions {
        AccountOptions {
            signer: Signer { account: self.account.clone(), keystore: self.keystore.clone() },
            password_file: self.password_file.clone(),
        }
    }
}

/// Follows a request.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    if options.execute {
        carry_through(options, context, out).await
    } else {
        follow(options, context, out).await
    }
}

async fn follow(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let patience = Duration::from_secs(options.wait.wait);
    let id = options.request;
    known(&client, id).await?;
    let mut last = None;
    let mut broken = None;
    let ended = wait_for_request(&client, id, "the request's end", patience, |head, state| {
        let state = state.ok_or(FlowError::UnknownRequest(id))?;
        check_request(client.genesis(), &state)?;
        let seen = standing(&state);
        if last.as_ref() != Some(&seen) {
            let (status, approvals, releases) = seen;
            let line = if context.json() {
                json!({
                    "id": id.to_string(),
                    "block": head.number,
                    "status": status.name(),
                    "approvals": approvals,
                    "releases": releases,
                })
                .to_string()
            } else {
                format!(
                    "block {:<6} {}, {approvals} approvals, {releases} releases",
                    head.number,
                    words(status)
                )
            };
            // Written at once: whoever watches reads along.
            broken = writeln!(out, "{line}").and_then(|()| out.flush()).err();
            last = Some(seen);
        }
        let ended = broken.is_some() || state.record.status.is_over();
        Ok(ended.then_some(state))
    })
    .await?;
    match (broken, ended.record.status) {
        (Some(error), _) => Err(error.into()),
        (None, RequestStatus::Completed) => Ok(()),
        (None, status) => Err(FlowError::Over { id, status: status.name() }.into()),
    }
}

fn standing(state: &RequestState) -> (RequestStatus, usize, usize) {
    (state.record.status, state.approvals.len(), state.releases.len())
}

fn words(status: RequestStatus) -> String {
    match status {
        RequestStatus::Pending { stage } => format!("pending at stage {stage}"),
        other => other.name().to_owned(),
    }
}

async fn carry_through(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let account = context.account(&options.account())?;
    let kem = options.result_key.as_deref().map(kept).transpose()?;
    let client = context.client().await?;
    let enclave = context.enclave()?;
    let id = options.request;
    let state = known(&client, id).await?;
    if matches!(state.record.body.operation, Operation::Decrypt { .. }) && kem.is_none() {
        return Err(CliError::input(
            "--result-key",
            "the result is sealed to a key; name the file that `request decrypt --detach` wrote",
        ));
    }
    let done =
        execute(&client, &enclave, &account, id, &options.wait.execute(), &mut context.progress())
            .await?;
    if let Some(record) = &done.key {
        let (key, state) = (record.token.key_id.to_string(), record.state.name());
        return if context.json() {
            write_json(out, &json!({ "id": id.to_string(), "key": key, "state": state }))
        } else {
            Ok(writeln!(out, "key {key} is {state}")?)
        };
    }
    let plaintext = kem.map(|kem| open(&kem, client.genesis(), id, &done)).transpose()?;
    let written_to = match (&options.out, &plaintext) {
        (Some(path), Some(plaintext)) => Some(write_secret(path, plaintext)?),
        _ => None,
    };
    let view = OutcomeView {
        id,
        assembled: if plaintext.is_some() { None } else { assembled(&done)? },
        executed: &done,
        plaintext: plaintext.as_deref().filter(|_| written_to.is_none()).map(Vec::as_slice),
        written_to,
        timings: done.timings.clone(),
    };
    show(out, context.json(), &view)
}
