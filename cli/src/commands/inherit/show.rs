//! `regent inherit show`

use std::io::Write;

use clap::Args;
use regent_client::contract::address_of;
use regent_contract_abi::IInheritance::{self, Case};
use regent_primitives::AccountId;

use crate::{
    commands::snapshot::ShowOptions, context::Context, error::CliError, output::show,
    policy_file::parse_account, views::InheritanceView,
};

/// Options of `regent inherit show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent inherit show 0x52..
  regent inherit show 0x52.. --who //Bob")]
pub struct Options {
    /// Which contract.
    #[command(flatten)]
    pub of: ShowOptions,
    /// Also say whether the contract obeys this account: SS58, or //NAME.
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub who: Option<AccountId>,
}

/// Shows an inheritance, in one finalised state.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let snapshot = options.of.snapshot(context).await?;
    let until = |proves| snapshot.ask(IInheritance::contestUntilCall { proves });
    let obeyed = match &options.who {
        None => None,
        Some(account) => {
            let who = address_of(account).0.into();
            let obeyed = snapshot.ask(IInheritance::controllerCall { who }).await?;
            Some((account.clone(), obeyed))
        }
    };
    let view = InheritanceView {
        clock: snapshot.clock().await?,
        standing: snapshot.ask(IInheritance::standingCall {}).await?,
        key: snapshot.ask(IInheritance::keyCall {}).await?,
        alive: snapshot.ask(IInheritance::aliveCall {}).await?,
        grace_until: snapshot.ask(IInheritance::graceUntilCall {}).await?,
        death_until: until(Case::Death).await?,
        incapacity_until: until(Case::Incapacity).await?,
        recovery_until: until(Case::Recovery).await?,
        obeyed,
        contract: snapshot.contract,
    };
    show(out, context.json(), &view)
}
