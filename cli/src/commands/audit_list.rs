//! `regent audit list`

use std::io::Write;

use clap::Args;
use regent_primitives::{KeyId, PolicyHash, RequestId, Subject};

use crate::audit_links::Links;
use crate::{context::Context, error::CliError, output::show, views::EntryView};

/// Options of `regent audit list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent audit list
  regent audit list --request 0x51.. --json")]
pub struct Options {
    /// Only entries about this request.
    #[arg(long, group = "subject")]
    pub request: Option<RequestId>,
    /// Only entries about this key.
    #[arg(long, group = "subject")]
    pub key: Option<KeyId>,
    /// Only entries about this policy.
    #[arg(long, group = "subject")]
    pub policy: Option<PolicyHash>,
    /// Only the newest so many.
    #[arg(long, value_name = "COUNT")]
    pub last: Option<usize>,
}

impl Options {
    fn subject(&self) -> Option<Subject> {
        self.request
            .map(Subject::Request)
            .or(self.key.map(Subject::Key))
            .or(self.policy.map(Subject::Policy))
    }
}

/// Lists entries of the finalised log. Whatever is shown, all links from the first entry on are
/// checked, and the end against the head that the chain states.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let at = client.finalised_hash().await?;
    let mut links = Links::default();
    let mut entries = links.advance(&client, at).await?;
    links.check_head(&client, at).await?;
    if let Some(subject) = options.subject() {
        entries.retain(|(entry, _)| entry.subject == subject);
    }
    let skipped = options.last.map_or(0, |last| entries.len().saturating_sub(last));
    for (entry, hash) in entries.iter().skip(skipped) {
        show(out, context.json(), &EntryView { entry, hash: *hash })?;
    }
    context.say(format_args!(
        "{} entries, every link holds, head {:?} as the chain states it",
        links.count(),
        links.newest()
    ));
    Ok(())
}
