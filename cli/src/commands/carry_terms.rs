//! What the commands about terms of contracts share.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use alloy_sol_types::SolValue;
use clap::Args;
use regent_client::{Client, Contract};
use regent_primitives::{cash_api::CashTerms, BlockNumber};
use serde_json::json;

use super::{
    carry_cash::terms as cash_terms,
    carry_contract::show_contract,
    carry_verify::{verify, VerifyOptions},
};
use crate::{
    args::AccountOptions,
    context::Context,
    error::CliError,
    output::write_json,
    terms::{Clock, TermsFile},
    units::hexadecimal,
    views::Source,
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

/// Options of a command that verifies what a contract was deployed with.
#[derive(Clone, Debug, Args)]
pub struct VerifyTermsOptions {
    /// The terms.
    #[arg(long, value_name = "FILE.toml")]
    pub file: PathBuf,
    /// The block from which its periods and dates count: deploying told it.
    #[arg(long, value_name = "BLOCK")]
    pub block: BlockNumber,
    /// The contract's PolkaVM blob, if not the one that was built in this folder.
    #[arg(long, value_name = "FILE")]
    pub code: Option<PathBuf>,
    /// What else its address follows from.
    #[command(flatten)]
    pub of: VerifyOptions,
}

/// Writes a commented example.
pub async fn example<F: TermsFile>(
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    if context.json() {
        return write_json(out, &json!({ "toml": F::EXAMPLE }));
    }
    Ok(out.write_all(F::EXAMPLE.as_bytes())?)
}

/// Checks terms, at the pace of the network at hand, if there is one.
pub async fn check<F: TermsFile>(
    options: &CheckOptions,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let file = F::read(&options.file)?;
    let (clock, cash) = match at_hand(context).await? {
        Some(client) => {
            let (clock, cash, _) = now(context, &client).await?;
            (clock, cash)
        }
        None => (Clock::offline(), None),
    };
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

/// The node, if there is one.
async fn at_hand(context: &Context) -> Result<Option<Client>, CliError> {
    match context.client().await {
        Ok(client) => Ok(Some(client)),
        Err(error @ CliError::OtherChain { .. }) => Err(error),
        Err(_) => Ok(None),
    }
}

/// What makes blocks of periods and units of amounts, and on whose word: proven where the chain is pinned.
async fn now(
    context: &Context,
    client: &Client,
) -> Result<(Clock, Option<CashTerms>, Source), CliError> {
    match context.genesis()? {
        Some(genesis) => {
            let block = client.proven_block(genesis).await?;
            let clock = Clock::at(client, block.number()).await?;
            Ok((clock, block.cash().await?, Source::of(&block)))
        }
        None => {
            let cash = client.cash(None).await?.map(|record| record.terms);
            Ok((Clock::now(client).await?, cash, Source::Node))
        }
    }
}

/// Verifies that a contract was deployed with these terms. A node is asked for nothing but the decimals of
/// cash, if there is one.
pub async fn verify_terms<F: TermsFile>(
    options: &VerifyTermsOptions,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let file = F::read(&options.file)?;
    let code = read_code(options.code.as_deref(), F::CODE)?;
    let cash = match at_hand(context).await? {
        Some(client) => {
            let (terms, source) = cash_terms(context, &client).await?;
            if let Some(terms) = &terms {
                context.say(format_args!("cash has {} decimals, {source}", terms.decimals));
            }
            terms
        }
        None => None,
    };
    let clock = Clock::from_block(options.block);
    let data = file.terms(&clock, cash.as_ref())?.abi_encode();
    verify(&options.of, context, &code, &data, out)
}

/// Puts a contract with terms onto the chain.
pub async fn deploy<F: TermsFile>(
    options: &DeployOptions,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let file = F::read(&options.file)?;
    let code = read_code(options.code.as_deref(), F::CODE)?;
    let (account, client) = context.actor(&options.account).await?;
    let (clock, cash, source) = now(context, &client).await?;
    let data = file.terms(&clock, cash.as_ref())?.abi_encode();
    let (from, pace) = (clock.block, clock.slot_milliseconds);
    context.say(format_args!(
        "a block takes {pace} ms; periods and dates count from block {from}, {source}"
    ));
    if let Some(cash) = &cash {
        context.say(format_args!("cash has {} decimals, {source}", cash.decimals));
    }
    let (command, deployer) = (F::COMMAND, account.id().to_string());
    let told = hexadecimal(&data);
    let deployed = Contract::deploy(&client, &account, code, data, options.max_deposit).await?;
    let (address, account) = (show_contract(deployed.contract.address), deployed.contract.account);
    let salt = hexadecimal(deployed.salt);
    let (block, deposit) = (deployed.inclusion.number, deployed.deposit);
    if context.json() {
        return write_json(
            out,
            &json!({
                "contract": address,
                "account": account.to_string(),
                "deployer": deployer,
                "salt": salt,
                "from_block": from,
                "data": told,
                "deposit": deposit.to_string(),
                "block": block,
            }),
        );
    }
    writeln!(out, "contract {address} is final in block {block}")?;
    writeln!(
        out,
        "verified by  regent {command} verify {address} --file FILE --deployer {deployer} --salt {salt} --block {from}"
    )?;
    writeln!(out, "account      {account}, for policies to name as requester, and to own the key")?;
    writeln!(out, "deposit      {deposit} credits")?;
    writeln!(
        out,
        "next         give it the key: regent key prepare and regent key transfer, --to {account}"
    )?;
    Ok(writeln!(out, "then         regent {command} bind {address} --key KEY --account //NAME")?)
}

/// The contract's blob: the one that was named, or else the one that was built.
fn read_code(named: Option<&Path>, built: &str) -> Result<Vec<u8>, CliError> {
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
