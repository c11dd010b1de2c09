//! What the commands share by which an owner decides about a key, in one transaction.

use std::io::Write;

use clap::Args;
use regent_client::Call;
use regent_primitives::KeyId;

use super::change::Change;
use crate::{args::AccountOptions, context::Context, error::CliError};

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
    /// Submits the owner's call about the key and waits until it is final. `done` says what it did.
    pub async fn decide(
        &self,
        call: impl FnOnce(KeyId) -> Call,
        done: &str,
        context: &Context,
        out: &mut (impl Write + Send),
    ) -> Result<(), CliError> {
        let (account, client) = context.actor(&self.account).await?;
        let change = Change { field: "key", id: self.key.to_string(), done };
        change.make(&client, &account, call(self.key), context, out).await
    }
}
