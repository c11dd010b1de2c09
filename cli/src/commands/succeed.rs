//! What commands that make a key's next epoch share.

use std::io::Write;

use clap::Args;
use regent_client::{
    flows::{execute, Draft, Task},
    Client,
};
use regent_primitives::{KeyId, KeyState, Operation, PolicyHash};
use serde_json::json;

use super::carry::{self, Manner};
use crate::{
    args::{AccountOptions, WaitOptions},
    context::Context,
    error::CliError,
    output::{write_json, Show},
    views::KeyView,
};

/// Options of every request for a next epoch.
#[derive(Clone, Debug, Args)]
pub struct SucceedOptions {
    /// Under which policy; the newest of the key's otherwise. It must allow the operation.
    #[arg(long, value_name = "HASH")]
    pub policy: Option<PolicyHash>,
    /// Whose account requests.
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

/// Requests the next epoch of a key, and carries it through.
pub async fn succeed(
    options: &SucceedOptions,
    context: &Context,
    client: &Client,
    key: KeyId,
    operation: Operation,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let account = context.account(&options.account)?;
    let draft = Draft {
        task: Task::Succeed { key, operation },
        policy: options.policy,
        lifetime: options.lifetime,
    };
    let manner = Manner { detach: options.detach, wait: &options.wait };
    let requested = carry::submit(context, client, &account, draft, manner).await?;
    if options.detach {
        return carry::tell_detached(context, out, requested.id);
    }
    let (enclave, wait) = (context.enclave()?, options.wait.execute());
    let mut progress = context.progress();
    let done = execute(client, &enclave, &account, requested.id, &wait, &mut progress).await?;
    let record = done.key.as_ref().ok_or(CliError::NotFound {
        what: "epoch made by request",
        id: requested.id.to_string(),
        remedy: "see `regent key epochs`",
    })?;
    let view = KeyView(record);
    if context.json() {
        let value = json!({ "request": requested.id.to_string(), "key": view.json() });
        return write_json(out, &value);
    }
    view.text(out)?;
    if record.state == KeyState::Pending {
        writeln!(
            out,
            "waits for    its owner: all who took part have confirmed, and none is to spare; \
             `regent key accept {key}` takes that risk"
        )?;
    }
    Ok(())
}
