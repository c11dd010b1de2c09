//! `regent policy check`

use std::{io::Write, path::PathBuf};

use clap::Args;
use regent_primitives::{KeyId, PolicyHash};
use serde_json::json;

use super::request_sign::PayloadOptions;
use crate::{
    args::AccountOptions,
    context::Context,
    error::CliError,
    output::{show, write_json},
    policy_file::PolicyFile,
    views::{effect_lines, PolicyView},
};

/// Options of `regent policy check`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent policy check --file treasury.toml
  regent policy check --key 0x7a.. --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount \"2 ether\" \\
      --chain-id 1 --nonce 0 --account //Alice")]
pub struct Options {
    /// A policy file to check by itself.
    #[arg(long, value_name = "FILE.toml", conflicts_with = "key")]
    pub file: Option<PathBuf>,
    /// A key: evaluates a request for it, as it would be made now, without submitting it.
    #[arg(long, value_name = "KEY", required_unless_present = "file")]
    pub key: Option<KeyId>,
    /// The policy to evaluate under, if not the one the key is bound to.
    #[arg(long, value_name = "HASH", requires = "key")]
    pub policy: Option<PolicyHash>,
    /// What would be signed.
    #[command(flatten)]
    pub payload: PayloadOptions,
    /// Blocks the request would live.
    #[arg(long, value_name = "BLOCKS", default_value_t = 1_200)]
    pub lifetime: u32,
    /// Who would request.
    #[command(flatten)]
    pub account: OptionalAccount,
}

/// Whose account would act, where any does.
#[derive(Clone, Debug, Args)]
pub struct OptionalAccount {
    /// The account that would request: //NAME.
    #[arg(long, value_name = "//NAME", requires = "key")]
    pub account: Option<String>,
}

/// Checks a file, or evaluates a request.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    if let Some(file) = &options.file {
        let policy = PolicyFile::read(file)?.policy()?;
        // Its hash is bound to a chain: told for the network at hand, if there is one.
        let genesis = match context.client().await {
            Ok(client) => Some(client.genesis()),
            Err(error @ CliError::OtherChain { .. }) => return Err(error),
            Err(_) => None,
        };
        let hash = genesis.map(|genesis| policy.hash(genesis));
        let view = PolicyView { hash, policy: &policy, record: None };
        return show(out, context.json(), &view);
    }
    let Some(key) = options.key else {
        return Err(CliError::input("--key", "name a key, or a policy file by --file"));
    };
    let Some(name) = &options.account.account else {
        return Err(CliError::input("--account", "name the account that would request"));
    };
    let account = context.account(&AccountOptions::development(name))?;
    let client = context.client().await?;
    let prepared = options
        .payload
        .draft(&client, key, options.policy, options.lifetime)
        .await?
        .prepare(&client, account.id())
        .await?;
    let reasons = client.evaluate(&prepared.body, &prepared.payload, None).await?;
    let effect = effect_lines(&prepared.body.effect);
    if context.json() {
        write_json(
            out,
            &json!({ "allowed": reasons.is_empty(), "reasons": reasons, "effect": effect }),
        )?;
    } else {
        for line in &effect {
            writeln!(out, "does     {line}")?;
        }
        if reasons.is_empty() {
            writeln!(out, "allowed  once its stages have approved")?;
        }
    }
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(CliError::Refused(reasons))
    }
}
