//! `regent inherit show`

use std::io::Write;

use clap::Args;
use regent_client::{contract::address_of, Contract};
use regent_contract_abi::IInheritance::{self, Case};
use regent_primitives::AccountId;
use sp_core::H160;

use crate::{
    commands::carry_contract::{parse_contract, NOBODY},
    context::Context,
    error::CliError,
    output::show,
    policy_file::parse_account,
    terms::Clock,
    views::InheritanceView,
};

/// Options of `regent inherit show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent inherit show 0x52..
  regent inherit show 0x52.. --who //Bob")]
pub struct Options {
    /// Address of the contract.
    #[arg(value_name = "ADDRESS", value_parser = parse_contract)]
    pub contract: H160,
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
    let client = context.client().await?;
    let contract = Contract::find(&client, options.contract).await?;
    let head = client.finalised_head().await?;
    let at = Some(head.hash);
    let until = async |proves| {
        let call = IInheritance::contestUntilCall { proves };
        contract.ask(&client, &NOBODY, &call, at).await
    };
    let obeyed = match &options.who {
        None => None,
        Some(account) => {
            let who = address_of(account).0.into();
            let call = IInheritance::controllerCall { who };
            Some((account.clone(), contract.ask(&client, &NOBODY, &call, at).await?))
        }
    };
    let view = InheritanceView {
        clock: Clock::at(&client, head.number).await?,
        standing: contract.ask(&client, &NOBODY, &IInheritance::standingCall {}, at).await?,
        key: contract.ask(&client, &NOBODY, &IInheritance::keyCall {}, at).await?,
        alive: contract.ask(&client, &NOBODY, &IInheritance::aliveCall {}, at).await?,
        grace_until: contract.ask(&client, &NOBODY, &IInheritance::graceUntilCall {}, at).await?,
        death_until: until(Case::Death).await?,
        incapacity_until: until(Case::Incapacity).await?,
        recovery_until: until(Case::Recovery).await?,
        obeyed,
        contract,
    };
    show(out, context.json(), &view)
}
