//! What the commands share by which an owner decides about a key, in one transaction.

use std::io::Write;

use clap::Args;
use regent_client::Call;
use regent_primitives::KeyId;
use serde_json::json;

use crate::{args::AccountOptions, context::Context, error::CliError, output::write_json};

/// Which key, and who says so.
#[derive(Clone, Debug, Args)]
pub struct OwnKey {
    /// Id of the key.
    pub key: KeyId,
    /// Whose account decides: the key's owner's.
    #[command(flatten)]
    pub account: AccountOptions,
}

impl OwnKey {
    /// Submits the owner's call and waits until it is final. `done` says what it did.
    pub async fn decide(
        &self,
        call: Call,
        done: &str,
        context: &Context,
        out: &mut (impl Write + Send),
    ) -> Result<(), CliError> {
        let (account, client) = context.actor(&self.account).await?;
        let inclusion = client.submit_finalised(&account, call).await?;
        if context.json() {
            let (key, block) = (self.key.to_string(), inclusion.number);
            write_json(out, &json!({ "key": key, "done": done, "block": block }))
        } else {
            Ok(writeln!(out, "{done}, final in block {}", inclusion.number)?)
        }
    }
}
