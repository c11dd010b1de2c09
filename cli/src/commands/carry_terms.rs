//! What the commands about terms of contracts share.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use alloy_sol_types::SolValue;
use clap::Args;
use regent_client::Contract;
use serde_json::json;

use super::carry_contract::show_contract;
use crate::{
    args::AccountOptions,
    context::Context,
    error::CliError,
    output::write_json,
    terms::{Clock, TermsFile},
    units::hexadecimal,
};

/// What deploying takes from the institution's purse unless told otherwise: 256 KiB, of which most is for
/// the code.
const MAX_DEPOSIT: u128 = 256 * 1024;

/// Options of a command that shows an example.
#[derive(Clone, Debug, Args)]
pub struct ExampleOptions {}

/// Options of a command that checks terms.
#[derive(Clone, Debug, Args)]
pub struct CheckOptions {
    /// The terms.
    #[arg(long, value_name = "FILE.toml")]
    pub file: PathBuf,
}

/// Options of a command that puts a contract with terms onto the chain.
#[derive(Clone, Debug, Args)]
pub struct DeployOptions {
    /// The terms.
    #[arg(long, value_name = "FILE.toml")]
    pub file: PathBuf,
    /// The contract's PolkaVM blob, if not the one that was built in this folder.
    #[arg(long, value_name = "FILE")]
    pub code: Option<PathBuf>,
    /// The most credits it may take from the institution's purse.
    #[arg(long, value_name = "CREDITS", default_value_t = MAX_DEPOSIT)]
    pub max_deposit: u128,
    /// Whose account deploys; governance must have admitted it.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Writes a commented example.
pub async fn example(
    text: &str,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    if context.json() {
        return write_json(out, &json!({ "toml": text }));
    }
    Ok(out.write_all(text.as_bytes())?)
}

/// Checks terms, at the pace of the network at hand, if there is one.
pub async fn check<F: TermsFile>(
    options: &CheckOptions,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let file = F::read(&options.file)?;
    let (clock, cash) = match context.client().await {
        Ok(client) => (Clock::now(&client).await?, client.cash(None).await?),
        Err(error @ CliError::OtherChain { .. }) => return Err(error),
        Err(_) => (Clock::offline(), None),
    };
    let cash = cash.map(|record| record.terms);
    let data = hexadecimal(file.terms(&clock, cash.as_ref())?.abi_encode());
    let (block, pace) = (clock.block, clock.slot_milliseconds);
    if context.json() {
        return write_json(
            out,
            &json!({ "block": block, "block_milliseconds": pace, "data": data }),
        );
    }
    writeln!(out, "the terms are in order")?;
    Ok(writeln!(out, "time         a block takes {pace} ms; dates count from block {block}")?)
}

/// Puts a contract with terms onto the chain.
pub async fn deploy<F: TermsFile>(
    options: &DeployOptions,
    context: &Context,
    built: &str,
    command: &str,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let file = F::read(&options.file)?;
    let code = read_code(options.code.as_deref(), built)?;
    let (account, client) = context.actor(&options.account).await?;
    let cash = client.cash(None).await?.map(|record| record.terms);
    let data = file.terms(&Clock::now(&client).await?, cash.as_ref())?.abi_encode();
    let deployed = Contract::deploy(&client, &account, code, data, options.max_deposit).await?;
    let (address, account) = (show_contract(deployed.contract.address), deployed.contract.account);
    let (block, deposit) = (deployed.inclusion.number, deployed.deposit);
    if context.json() {
        return write_json(
            out,
            &json!({
                "contract": address,
                "account": account.to_string(),
                "deposit": deposit.to_string(),
                "block": block,
            }),
        );
    }
    writeln!(out, "contract {address} is final in block {block}")?;
    writeln!(out, "account      {account}, for policies to name as requester, and to own the key")?;
    writeln!(out, "deposit      {deposit} credits")?;
    writeln!(
        out,
        "next         give it the key: regent key prepare and regent key transfer, --to {account}"
    )?;
    Ok(writeln!(out, "then         regent {command} bind {address} --key KEY --account //NAME")?)
}

/// The contract's blob: the one that was named, or else the one that was built.
pub fn read_code(named: Option<&Path>, built: &str) -> Result<Vec<u8>, CliError> {
    let path = named.unwrap_or(Path::new(built));
    std::fs::read(path).map_err(|error| {
        let path = path.display();
        CliError::input(
            "--code",
            format!("{path}: {error}; name the contract's blob, or build it as contracts/README.md says"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_blob_is_named_with_a_remedy() {
        let error = read_code(None, "nowhere/InkSale.polkavm").expect_err("not there");
        assert_eq!(error.exit_code(), 2);
        let text = error.to_string();
        assert!(text.contains("--code") && text.contains("nowhere/InkSale.polkavm"), "{text}");
    }
}
