//! What commands share that change one thing by one transaction.

use std::io::Write;

use regent_client::{Account, Call, Client};
use serde_json::json;

use crate::{context::Context, error::CliError, output::write_json};

/// A change, in words.
pub struct Change<'a> {
    /// What it is that is changed, which is also the JSON field that names it.
    pub field: &'static str,
    /// Which one.
    pub id: String,
    /// What is done to it.
    pub done: &'a str,
}

impl Change<'_> {
    /// Submits the call that makes it, waits until it is final, and tells so.
    pub async fn make(
        self,
        client: &Client,
        account: &Account,
        call: Call,
        context: &Context,
        out: &mut (impl Write + Send),
    ) -> Result<(), CliError> {
        let Self { field, id, done } = self;
        let block = client.submit_finalised(account, call).await?.number;
        if context.json() {
            write_json(out, &json!({ field: id, "done": done, "block": block }))
        } else {
            Ok(writeln!(out, "{field} {id}: {done}, final in block {block}")?)
        }
    }
}
