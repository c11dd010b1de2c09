//! `regent agent register`

use std::io::Write;

use clap::Args;
use regent_client::calls;

use super::consent::ConsentOptions;
use crate::{context::Context, error::CliError, identity::Identity};

/// Options of `regent agent register`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent-agent identity --config agent.toml --institution 0 --endpoint http://10.0.0.5:9955 --json \\
      > identity.json
  regent agent register --identity identity.json --keystore administrator.json")]
pub struct Options {
    /// The agent's consent, and who brings it.
    #[command(flatten)]
    pub consent: ConsentOptions,
}

/// Registers an agent.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let register = |Identity { agent, endpoint, proof, .. }| {
        calls::quorums::register_agent(agent, endpoint, proof)
    };
    options.consent.bring(register, "registered", context, out).await
}
