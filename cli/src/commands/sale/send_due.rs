//! What `regent sale reserve` and `regent sale pay` share.

use std::io::Write;

use alloy_sol_types::SolCall;
use regent_contract_abi::ISale;
use serde_json::json;

use super::ActOptions;
use crate::{
    commands::{carry_cash::asset, carry_contract::show_contract},
    context::Context,
    error::CliError,
    output::write_json,
    units::show_cash,
};

/// Has the buyer call with the cash that is due, which may be none, and tells so.
pub async fn send_due(
    options: &ActOptions,
    context: &Context,
    call: impl SolCall,
    done: &str,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client, contract) = options.begin(context).await?;
    let due = contract.ask(&client, account.id(), &ISale::dueCall {}, None).await?;
    let most = options.max_deposit;
    let called = contract.call_with_value(&client, &account, due, &call, most).await?;
    let block = called.inclusion.number;
    if context.json() {
        return write_json(
            out,
            &json!({
                "contract": show_contract(contract.address),
                "done": done,
                "amount": due.to_string(),
                "deposit": called.dry.deposit.to_string(),
                "block": block,
            }),
        );
    }
    writeln!(out, "{done}, final in block {block}")?;
    if due != 0 {
        writeln!(out, "paid         {}", show_cash(&asset(&client).await?.terms, due))?;
    }
    Ok(())
}
