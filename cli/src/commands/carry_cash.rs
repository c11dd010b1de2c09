//! What the commands that move cash share.

use std::io::Write;

use regent_client::{contract::contract_account, Call, Client};
use regent_primitives::{
    cash_api::{CashRecord, CashTerms},
    AccountId,
};
use serde_json::json;

use super::carry_contract::parse_contract;
use crate::{
    args::AccountOptions,
    context::Context,
    error::CliError,
    output::write_json,
    policy_file::parse_account,
    units::{parse_cash, show_cash},
};

/// Reads an account: an SS58 address, //NAME for development, or a contract's address.
pub fn parse_holder(text: &str) -> Result<AccountId, String> {
    if text.starts_with("0x") {
        return parse_contract(text).map(contract_account);
    }
    parse_account(text)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_are_people_and_contracts() {
        let alice = parse_holder("//Alice").expect("read");
        assert_eq!(parse_holder(&alice.to_string()), Ok(alice));
        let contract = parse_holder("0x0000000000000000000000000000000052470000").expect("read");
        let bytes: &[u8; 32] = contract.as_ref();
        assert_eq!((&bytes[16..20], &bytes[20..]), (&[0x52, 0x47, 0, 0][..], &[0xee; 12][..]));
        assert!(parse_holder("0x52").is_err() && parse_holder("Alice").is_err());
    }
}
