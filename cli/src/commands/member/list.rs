//! `regent member list`

use std::io::Write;

use clap::Args;
use regent_primitives::InstitutionId;

use crate::{context::Context, error::CliError, output::show, views::MemberList};

/// Options of `regent member list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent member list
  regent member list --institution 0 --json")]
pub struct Options {
    /// Only those of this institution, by its number. `regent status` shows the institutions.
    #[arg(long, value_name = "NUMBER")]
    pub institution: Option<InstitutionId>,
}

/// Lists members.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let mut members = context.client().await?.all_members(None).await?;
    if let Some(institution) = options.institution {
        members.retain(|(_, of)| *of == institution);
    }
    show(out, context.json(), &MemberList(members))
}
