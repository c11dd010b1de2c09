//! What the commands share that change who acts for an institution.

use std::io::Write;

use clap::Args;
use regent_client::Call;
use regent_primitives::AccountId;

use crate::{
    args::AccountOptions, commands::change::Change, context::Context, error::CliError,
    policy_file::parse_account,
};

/// Which account, and who says so.
#[derive(Clone, Debug, Args)]
pub struct MemberOptions {
    /// Which account: an SS58 address, or //NAME for development.
    #[arg(value_name = "ACCOUNT", value_parser = parse_account)]
    pub member: AccountId,
    /// Whose account signs: the administrator's of the institution.
    #[command(flatten)]
    pub account: AccountOptions,
}

impl MemberOptions {
    /// Submits the call that is made of the account, and waits until it is final. `done` says what it did.
    pub async fn change(
        &self,
        call: fn(AccountId) -> Call,
        done: &str,
        context: &Context,
        out: &mut (impl Write + Send),
    ) -> Result<(), CliError> {
        let (account, client) = context.actor(&self.account).await?;
        let change = Change { field: "member", id: self.member.to_string(), done };
        change.make(&client, &account, call(self.member.clone()), context, out).await
    }
}
