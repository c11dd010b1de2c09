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
    views::Source,
};

fn no_issuer() -> CliError {
    CliError::NotFound {
        what: "issuer",
        id: "of cash".to_owned(),
        remedy: "governance names one, by Cash.set_issuer",
    }
}

/// The asset with what there is of it, in finalised state, as the node says.
pub async fn record(client: &Client) -> Result<CashRecord, CliError> {
    client.cash(None).await?.ok_or_else(no_issuer)
}

/// What governance decided of the asset, if it did, and on whose word: its decimals make amounts of
/// numbers, and are proven where the chain is pinned.
pub async fn terms(
    context: &Context,
    client: &Client,
) -> Result<(Option<CashTerms>, Source), CliError> {
    match context.genesis()? {
        Some(genesis) => {
            let block = client.proven_block(genesis).await?;
            Ok((block.cash().await?, Source::of(&block)))
        }
        None => Ok((client.cash(None).await?.map(|record| record.terms), Source::Node)),
    }
}

/// The same of an asset that must be there.
pub async fn asset(context: &Context, client: &Client) -> Result<(CashTerms, Source), CliError> {
    let (terms, source) = terms(context, client).await?;
    Ok((terms.ok_or_else(no_issuer)?, source))
}

/// An amount in the asset's smallest unit, as its decimals make it. `field` is where it was given. What is
/// about to be signed is told: the units, and on whose word they are so many.
pub async fn units(
    context: &Context,
    client: &Client,
    field: &'static str,
    text: &str,
) -> Result<(CashTerms, u128), CliError> {
    let (terms, source) = asset(context, client).await?;
    let amount = parse_cash(&terms, text).map_err(|reason| CliError::input(field, reason))?;
    context.say(scale(&terms, amount, source));
    Ok((terms, amount))
}

/// An amount with the units that are signed.
pub fn scale(terms: &CashTerms, amount: u128, source: Source) -> String {
    let shown = show_cash(terms, amount);
    format!("{shown} is {amount} units, with {} decimals {source}", terms.decimals)
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
    let (terms, amount) = units(context, &client, "AMOUNT", amount).await?;
    let block = client.submit_finalised(&account, call(amount)).await?.number;
    if context.json() {
        let amount = amount.to_string();
        return write_json(out, &json!({ "done": done, "amount": amount, "block": block }));
    }
    Ok(writeln!(out, "{done} {}, final in block {block}", show_cash(&terms, amount))?)
}

#[cfg(test)]
mod tests {
    use regent_primitives::cash_api::CashName;

    use super::*;

    #[test]
    fn an_amount_is_told_with_its_units_and_decimals() {
        let name = CashName::truncate_from(b"EUR".to_vec());
        let terms = CashTerms { issuer: 0, ceiling: 9, name, decimals: 2 };
        let text = scale(&terms, 1_250, Source::Node);
        assert!(text.starts_with("12.50 EUR is 1250 units, with 2 decimals as the node says"));
    }
}
