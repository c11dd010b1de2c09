//! What the commands share that bring an agent's consent onto the chain.

use std::{io::Write, path::PathBuf};

use clap::Args;
use regent_client::{Call, Client};
use regent_primitives::AccountId;

use crate::{
    args::AccountOptions, commands::change::Change, context::Context, error::CliError,
    identity::Identity,
};

/// Which consent, and who brings it.
#[derive(Clone, Debug, Args)]
pub struct ConsentOptions {
    /// What `regent-agent identity --institution NUMBER --endpoint URL --json` printed; `-` for
    /// standard input.
    #[arg(long, value_name = "FILE")]
    pub identity: PathBuf,
    /// Whose account signs: the administrator's of the institution.
    #[command(flatten)]
    pub account: AccountOptions,
}

impl ConsentOptions {
    /// Checks the consent, submits the call that is made of it, and waits until it is final.
    pub async fn bring(
        &self,
        call: fn(Identity) -> Call,
        done: &str,
        context: &Context,
        out: &mut (impl Write + Send),
    ) -> Result<(), CliError> {
        // Before anything is asked of a node.
        let identity = Identity::read(&self.identity)?;
        let (account, client) = context.actor(&self.account).await?;
        check(&identity, account.id(), &client).await?;
        let change = Change { field: "agent", id: identity.agent.to_string(), done };
        change.make(&client, &account, call(identity), context, out).await
    }
}

/// Whether this account may bring it to this chain: told here with what to do, before a transaction fails.
async fn check(identity: &Identity, who: &AccountId, client: &Client) -> Result<(), CliError> {
    let wrong = |reason: String| Err(CliError::input("--identity", reason));
    let (found, expected) = (identity.genesis, client.genesis());
    if found != expected {
        return wrong(format!(
            "field `genesis`: it is for the chain {found:?}, and the node's is {expected:?}; name a node \
             of that chain, or have the agent sign for this one with --genesis {expected:?}"
        ));
    }
    let number = identity.institution;
    let institutions = client.status(None).await?.institutions;
    match institutions.iter().find(|(id, _)| *id == number) {
        None => wrong(format!(
            "field `institution`: there is no institution {number}; see `regent status`"
        )),
        Some((_, record)) if record.administrator != *who => wrong(format!(
            "field `institution`: {} administers institution {number}, not {who}; sign as that \
             account, or have the agent sign for another --institution",
            record.administrator
        )),
        Some(_) => Ok(()),
    }
}
