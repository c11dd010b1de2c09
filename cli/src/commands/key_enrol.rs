//! `regent key enrol`

use std::io::Write;

use clap::Args;
use regent_client::flows::{execute, Draft, Task};
use regent_primitives::{AccessTree, Algorithm, PolicyHash, QuorumId};
use serde_json::json;

use super::carry::{self, Manner};
use crate::{
    args::{AccountOptions, WaitOptions},
    context::Context,
    error::CliError,
    output::{write_json, Show},
    views::KeyView,
};

/// Options of `regent key enrol`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent key enrol --algorithm ecdsa-secp256k1 --policy 0x3f.. --account //Alice
  # in another terminal, as the approvers: regent approve REQUEST --account //Bob")]
pub struct Options {
    /// What the key is for: ecdsa-secp256k1, bip340, ed25519, sr25519, ecdsa-p256, aes-256-gcm,
    /// ml-kem-768 or ml-dsa-65.
    #[arg(long)]
    pub algorithm: Algorithm,
    /// The policy it is bound to.
    #[arg(long, value_name = "HASH")]
    pub policy: PolicyHash,
    /// The quorum its agents come from.
    #[arg(long, default_value_t = 0)]
    pub quorum: QuorumId,
    /// How many of the quorum's agents must take part; the quorum's own threshold otherwise.
    #[arg(long)]
    pub threshold: Option<u16>,
    /// Whose account requests, and owns the key.
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

/// Enrols a key.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let account = context.account(&options.account)?;
    let client = context.client().await?;
    let quorum = client.quorum(options.quorum, None).await?.ok_or(CliError::NotFound {
        what: "quorum",
        id: options.quorum.to_string(),
        remedy: "see `regent status` for how many there are; they are numbered from 0",
    })?;
    let threshold = options.threshold.unwrap_or(quorum.threshold);
    let tree = AccessTree::threshold_of_agents(threshold, &quorum.agents)
        .map_err(|error| CliError::input("--threshold", error))?;
    let draft = Draft {
        task: Task::Enrol { algorithm: options.algorithm, quorum: options.quorum, tree },
        policy: Some(options.policy),
        lifetime: options.lifetime,
    };
    let manner = Manner { detach: options.detach, wait: &options.wait };
    let requested = carry::submit(context, &client, &account, draft, manner).await?;
    if options.detach {
        return carry::tell_detached(context, out, requested.id);
    }
    let enclave = context.enclave()?;
    let done = execute(
        &client,
        &enclave,
        &account,
        requested.id,
        &options.wait.execute(),
        &mut context.progress(),
    )
    .await?;
    let record = done.key.as_ref().ok_or(CliError::NotFound {
        what: "key of request",
        id: requested.id.to_string(),
        remedy: "see `regent key list`",
    })?;
    let view = KeyView(record);
    if context.json() {
        let value = json!({ "request": requested.id.to_string(), "key": view.json() });
        write_json(out, &value)
    } else {
        Ok(view.text(out)?)
    }
}
