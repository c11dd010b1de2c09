//! `regent delegate show`

use std::io::Write;

use regent_contract_abi::IDelegation;

use crate::{
    commands::snapshot::ShowOptions, context::Context, error::CliError, output::show,
    views::DelegationView,
};

/// Shows a delegation, in one finalised state.
pub async fn run(
    options: &ShowOptions,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let snapshot = options.snapshot(context).await?;
    let view = DelegationView {
        clock: snapshot.clock().await?,
        standing: snapshot.ask(IDelegation::standingCall {}).await?,
        controller: snapshot.ask(IDelegation::controllerCall {}).await?,
        key: snapshot.ask(IDelegation::keyCall {}).await?,
        spent: snapshot.ask(IDelegation::spentCall {}).await?,
        requests: snapshot.ask(IDelegation::requestsCall {}).await?,
        requests_until: snapshot.ask(IDelegation::requestsUntilCall {}).await?,
        contract: snapshot.contract,
    };
    show(out, context.json(), &view)
}
