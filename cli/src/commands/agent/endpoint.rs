//! `regent agent endpoint`

use std::io::Write;

use clap::Args;
use regent_client::calls;

use super::consent::ConsentOptions;
use crate::{context::Context, error::CliError, identity::Identity};

/// Options of `regent agent endpoint`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent-agent identity --config agent.toml --institution 0 --endpoint http://10.0.0.6:9955 --json \\
      > identity.json
  regent agent endpoint --identity identity.json --keystore administrator.json")]
pub struct Options {
    /// The agent's consent to its new endpoint, and who brings it.
    #[command(flatten)]
    pub consent: ConsentOptions,
}

/// Says where an agent is reached from now on.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let update = |Identity { agent, endpoint, proof, .. }| {
        calls::quorums::update_endpoint(agent, endpoint, proof)
    };
    options.consent.bring(update, "moved", context, out).await
}
