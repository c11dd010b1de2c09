//! `regent contract credits`

use std::io::Write;

use clap::Args;
use regent_primitives::InstitutionId;

use crate::{
    context::Context,
    error::CliError,
    output::show,
    views::{CreditsView, InstitutionCredits},
};

/// Options of `regent contract credits`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent contract credits
  regent contract credits --institution 0 --json")]
pub struct Options {
    /// Only of this institution, by its number. `regent status` shows the institutions.
    #[arg(long, value_name = "NUMBER")]
    pub institution: Option<InstitutionId>,
}

/// Shows institutions' storage credits, and who may deploy.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    // One block for all of it.
    let at = Some(client.finalised_hash().await?);
    let mut records = client.status(at).await?.institutions;
    let mut deployers = client.deployers(at).await?;
    if let Some(only) = options.institution {
        records.retain(|(id, _)| *id == only);
        deployers.retain(|(_, institution)| *institution == Some(only));
        if records.is_empty() {
            return Err(CliError::NotFound {
                what: "institution",
                id: only.to_string(),
                remedy: "`regent status` shows the institutions",
            });
        }
    }
    let mut institutions = Vec::with_capacity(records.len());
    for (id, record) in records {
        let name = String::from_utf8_lossy(&record.name).into_owned();
        let credits = client.credits(id, at).await?;
        institutions.push(InstitutionCredits { id, name, credits });
    }
    show(out, context.json(), &CreditsView { institutions, deployers })
}
