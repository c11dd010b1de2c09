//! `regent policy show`

use std::io::Write;

use clap::Args;
use regent_primitives::PolicyHash;
use serde_json::json;

use crate::{
    context::Context,
    error::CliError,
    output::{show, write_json},
    views::PolicyView,
};

/// Options of `regent policy show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent policy show 0x3f..
  regent policy show            # lists all")]
pub struct Options {
    /// Hash of the policy; all are listed without it.
    pub hash: Option<PolicyHash>,
}

/// Shows a policy, or lists all.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    if let Some(hash) = options.hash {
        let record = client.policy(hash, None).await?.ok_or(CliError::NotFound {
            what: "policy",
            id: hash.to_string(),
            remedy: "list all with `regent policy show`",
        })?;
        let view = PolicyView { hash: Some(hash), policy: &record.policy, record: Some(&record) };
        return show(out, context.json(), &view);
    }
    let at = Some(client.finalised_hash().await?);
    let mut listed = Vec::new();
    for hash in client.all_policies(at).await? {
        if let Some(record) = client.policy(hash, at).await? {
            listed.push((hash, String::from_utf8_lossy(&record.policy.name).into_owned()));
        }
    }
    if context.json() {
        let list = listed
            .iter()
            .map(|(hash, name)| json!({ "hash": hash.to_string(), "name": name }))
            .collect();
        return write_json(out, &list);
    }
    for (hash, name) in listed {
        writeln!(out, "{hash}  {name}")?;
    }
    Ok(())
}
