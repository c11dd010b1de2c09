//! `regent delegate show`

use std::io::Write;

use clap::Args;
use regent_client::Contract;
use regent_contract_abi::IDelegation;
use sp_core::H160;

use crate::{
    commands::carry_contract::{parse_contract, NOBODY},
    context::Context,
    error::CliError,
    output::show,
    terms::Clock,
    views::DelegationView,
};

/// Options of `regent delegate show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent delegate show 0x52..")]
pub struct Options {
    /// Address of the contract.
    #[arg(value_name = "ADDRESS", value_parser = parse_contract)]
    pub contract: H160,
}

/// Shows a delegation, in one finalised state.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let contract = Contract::find(&client, options.contract).await?;
    let head = client.finalised_head().await?;
    let at = Some(head.hash);
    let view = DelegationView {
        clock: Clock::at(&client, head.number).await?,
        standing: contract.ask(&client, &NOBODY, &IDelegation::standingCall {}, at).await?,
        controller: contract.ask(&client, &NOBODY, &IDelegation::controllerCall {}, at).await?,
        key: contract.ask(&client, &NOBODY, &IDelegation::keyCall {}, at).await?,
        spent: contract.ask(&client, &NOBODY, &IDelegation::spentCall {}, at).await?,
        requests: contract.ask(&client, &NOBODY, &IDelegation::requestsCall {}, at).await?,
        requests_until: contract
            .ask(&client, &NOBODY, &IDelegation::requestsUntilCall {}, at)
            .await?,
        contract,
    };
    show(out, context.json(), &view)
}
