//! `regent contract call`

use std::io::Write;

use clap::Args;
use regent_client::Contract;
use serde_json::json;
use sp_core::H160;

use super::{
    carry_cash::units,
    carry_contract::{bytes_of, parse_contract, show_contract, Bytes, MAX_DEPOSIT},
};
use crate::{
    args::AccountOptions, context::Context, error::CliError, output::write_json, units::hexadecimal,
};

/// Options of `regent contract call`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent contract call 0x52.. --data 0xec13cc7b.. --account //Alice
  regent contract call 0x52.. --data 0xdf78bce2.. --account //Alice --dry-run
  regent contract call 0x52.. --data 0x1b9265b8 --value 700.00 --account //Ferdie")]
pub struct Options {
    /// Address of the contract, or of the control plane itself.
    #[arg(value_name = "ADDRESS", value_parser = parse_contract)]
    pub contract: H160,
    /// Selector and arguments, encoded as its ABI says.
    #[arg(long, value_name = "HEX", value_parser = bytes_of)]
    pub data: Bytes,
    /// Cash to send, such as 12.50; none unless given.
    #[arg(long, value_name = "AMOUNT")]
    pub value: Option<String>,
    /// Only tell what it would return.
    #[arg(long)]
    pub dry_run: bool,
    /// The most credits it may take from the institution's purse.
    #[arg(long, value_name = "CREDITS", default_value_t = MAX_DEPOSIT)]
    pub max_deposit: u128,
    /// Whose account calls.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Calls a contract. What it returns is that of a dry run before: transactions return nothing.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.account).await?;
    let contract = Contract::at(options.contract);
    let value = match &options.value {
        Some(value) => units(context, &client, "--value", value).await?.1,
        None => 0,
    };
    let dry = contract.dry_run(&client, account.id(), value, &options.data, None).await?;
    let block = if options.dry_run {
        None
    } else {
        let (data, most) = (options.data.to_vec(), options.max_deposit);
        Some(contract.submit(&client, &account, &dry, value, data, most).await?.number)
    };
    let returned = hexadecimal(&dry.data);
    if context.json() {
        return write_json(
            out,
            &json!({
                "contract": show_contract(contract.address),
                "returned": returned,
                "deposit": dry.deposit.to_string(),
                "ref_time": dry.ref_time,
                "block": block,
            }),
        );
    }
    match block {
        Some(block) => writeln!(out, "called, final in block {block}")?,
        None => writeln!(out, "dry run: nothing was changed")?,
    }
    writeln!(out, "returned     {returned}")?;
    writeln!(out, "execution    {:.3} ms", dry.ref_time as f64 / 1e9)?;
    Ok(writeln!(out, "deposit      {} credits", dry.deposit)?)
}
