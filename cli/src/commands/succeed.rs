//! What commands that make a key's next epoch share.

use std::io::Write;

use clap::Args;
use regent_client::{
    flows::{Draft, Task},
    Client,
};
use regent_primitives::{KeyId, KeyState, Operation, PolicyHash};

use super::carry::{carry, CarryOptions};
use crate::{context::Context, error::CliError};

/// Options of every request for a next epoch.
#[derive(Clone, Debug, Args)]
pub struct SucceedOptions {
    /// Id of the key.
    pub key: KeyId,
    /// Under which policy; the newest of the key's otherwise. It must allow the operation.
    #[arg(long, value_name = "HASH")]
    pub policy: Option<PolicyHash>,
    /// As every request.
    #[command(flatten)]
    pub carry: CarryOptions,
}

/// Requests the next epoch of a key, and carries it through.
pub async fn succeed(
    options: &SucceedOptions,
    context: &Context,
    client: &Client,
    operation: Operation,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let account = context.account(&options.carry.account)?;
    let key = options.key;
    let prepares = operation.next_owner().is_some();
    let draft = Draft {
        task: Task::Succeed { key, operation },
        policy: options.policy,
        lifetime: options.carry.lifetime,
    };
    let carried = carry(&options.carry, context, client, &account, draft, out).await?;
    let Some(carried) = carried else { return Ok(()) };
    let record = carried.key("epoch made by request", "see `regent key epochs`")?;
    carried.tell_key(record, context, out)?;
    if record.state != KeyState::Pending || context.json() {
        return Ok(());
    }
    if prepares {
        writeln!(
            out,
            "waits for    its owner: `regent key transfer` hands it over, `regent key withdraw {key}` \
             gives it up"
        )?;
    } else {
        writeln!(
            out,
            "waits for    its owner: all who took part have confirmed, and none is to spare; \
             `regent key accept {key}` takes that risk"
        )?;
    }
    Ok(())
}
