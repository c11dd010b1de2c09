//! `regent key enrol`

use std::io::Write;

use clap::Args;
use regent_client::flows::{Draft, Task};
use regent_primitives::{Algorithm, PolicyHash, QuorumId};

use super::carry::{carry, tree_of, CarryOptions};
use crate::{context::Context, error::CliError};

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
    /// As every request.
    #[command(flatten)]
    pub carry: CarryOptions,
}

/// Enrols a key.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.carry.account).await?;
    let tree = tree_of(&client, options.quorum, options.threshold).await?;
    let draft = Draft {
        task: Task::Enrol { algorithm: options.algorithm, quorum: options.quorum, tree },
        policy: Some(options.policy),
        lifetime: options.carry.lifetime,
    };
    let carried = carry(&options.carry, context, &client, &account, draft, out).await?;
    let Some(carried) = carried else { return Ok(()) };
    let record = carried.key("key of request", "see `regent key list`")?;
    carried.tell_key(record, context, out)
}
