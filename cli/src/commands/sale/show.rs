//! `regent sale show`

use std::io::Write;

use clap::Args;
use regent_client::Contract;
use regent_contract_abi::ISale;
use sp_core::H160;

use crate::{
    commands::carry_contract::{parse_contract, NOBODY},
    context::Context,
    error::CliError,
    output::show,
    terms::Clock,
    views::SaleView,
};

/// Options of `regent sale show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent sale show 0x52..")]
pub struct Options {
    /// Address of the contract.
    #[arg(value_name = "ADDRESS", value_parser = parse_contract)]
    pub contract: H160,
}

/// Shows a sale, in one finalised state.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let contract = Contract::find(&client, options.contract).await?;
    let head = client.finalised_head().await?;
    let at = Some(head.hash);
    let view = SaleView {
        clock: Clock::at(&client, head.number).await?,
        standing: contract.ask(&client, &NOBODY, &ISale::standingCall {}, at).await?,
        key: contract.ask(&client, &NOBODY, &ISale::keyCall {}, at).await?,
        due: contract.ask(&client, &NOBODY, &ISale::dueCall {}, at).await?,
        refund: contract.ask(&client, &NOBODY, &ISale::refundCall {}, at).await?,
        settle_until: contract.ask(&client, &NOBODY, &ISale::settleUntilCall {}, at).await?,
        requests_until: contract.ask(&client, &NOBODY, &ISale::requestsUntilCall {}, at).await?,
        contract,
    };
    show(out, context.json(), &view)
}
