//! What the commands that move cash share.

use std::io::Write;

use regent_client::{Call, Client};
use regent_primitives::cash_api::{CashRecord, CashTerms};
use serde_json::json;

use crate::{
    args::AccountOptions,
    context::Context,
    error::CliError,
    output::write_json,
    units::{parse_cash, show_cash},
};

/// The asset, in finalised state.
pub async fn asset(client: &Client) -> Result<CashRecord, CliError> {
    client.cash(None).await?.ok_or_else(|| CliError::NotFound {
        what: "issuer",
        id: "of cash".to_owned(),
        remedy: "governance names one, by Cash.set_issuer",
    })
}

/// An amount in the asset's smallest unit, as its decimals make it. `field` is where it was given.
pub async fn units(
    client: &Client,
    field: &'static str,
    text: &str,
) -> Result<(CashTerms, u128), CliError> {
    let CashRecord { terms, .. } = asset(client).await?;
    let amount = parse_cash(&terms, text).map_err(|reason| CliError::input(field, reason))?;
    Ok((terms, amount))
}

/// Submits what is made of an amount, waits until it is final, and tells so.
pub async fn submit(
    options: &AccountOptions,
    context: &Context,
    amount: &str,
    done: &str,
    call: impl FnOnce(u128) -> Call,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(options).await?;
    let (terms, amount) = units(&client, "AMOUNT", amount).await?;
    let block = client.submit_finalised(&account, call(amount)).await?.number;
    if context.json() {
        let amount = amount.to_string();
        return write_json(out, &json!({ "done": done, "amount": amount, "block": block }));
    }
    Ok(writeln!(out, "{done} {}, final in block {block}", show_cash(&terms, amount))?)
}
