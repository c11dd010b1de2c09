//! `regent sale show`

use std::io::Write;

use regent_contract_abi::ISale;

use crate::{
    commands::snapshot::ShowOptions, context::Context, error::CliError, output::show,
    views::SaleView,
};

/// Shows a sale, in one finalised state.
pub async fn run(
    options: &ShowOptions,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let snapshot = options.snapshot(context).await?;
    let view = SaleView {
        clock: snapshot.clock().await?,
        standing: snapshot.ask(ISale::standingCall {}).await?,
        key: snapshot.ask(ISale::keyCall {}).await?,
        due: snapshot.ask(ISale::dueCall {}).await?,
        refund: snapshot.ask(ISale::refundCall {}).await?,
        settle_until: snapshot.ask(ISale::settleUntilCall {}).await?,
        requests_until: snapshot.ask(ISale::requestsUntilCall {}).await?,
        contract: snapshot.contract,
    };
    show(out, context.json(), &view)
}
