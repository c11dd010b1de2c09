//! `regent member add`

use std::io::Write;

use clap::Args;
use regent_client::calls;
use regent_primitives::AccountId;

use crate::{
    args::AccountOptions, commands::change::Change, context::Context, error::CliError,
    policy_file::parse_account,
};

/// Options of `regent member add`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent member add 5Grw.. --keystore administrator.json")]
pub struct Options {
    /// Which account: an SS58 address, or //NAME for development.
    #[arg(value_name = "ACCOUNT", value_parser = parse_account)]
    pub member: AccountId,
    /// Whose account signs: the administrator's of the institution.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Lets an account act for the institution.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.account).await?;
    let call = calls::consortium::add_member(options.member.clone());
    let change = Change { field: "member", id: options.member.to_string(), done: "added" };
    change.make(&client, &account, call, context, out).await
}
