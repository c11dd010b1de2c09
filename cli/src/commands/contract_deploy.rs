//! `regent contract deploy`

use std::{io::Write, path::PathBuf};

use clap::Args;
use regent_client::Contract;
use serde_json::json;

use super::carry_contract::{bytes_of, show_contract, Bytes, MAX_DEPOSIT};
use crate::{
    args::AccountOptions, context::Context, error::CliError, output::write_json, units::hexadecimal,
};

/// Options of `regent contract deploy`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Example:
  regent contract deploy contracts/out/Escrow.polkavm --account //Alice")]
pub struct Options {
    /// A PolkaVM blob, or EVM bytecode where the chain allows it.
    #[arg(value_name = "FILE")]
    pub code: PathBuf,
    /// The constructor's arguments, encoded as its ABI says.
    #[arg(long, value_name = "HEX", value_parser = bytes_of, default_value = "0x")]
    pub data: Bytes,
    /// The most credits it may take from the institution's purse.
    #[arg(long, value_name = "CREDITS", default_value_t = MAX_DEPOSIT)]
    pub max_deposit: u128,
    /// Whose account deploys; governance must have admitted it.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Puts a contract onto the chain.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let code = std::fs::read(&options.code).map_err(|e| CliError::file(&options.code, e))?;
    let (account, client) = context.actor(&options.account).await?;
    let (bytes, data) = (code.len(), options.data.to_vec());
    let deployer = account.id().to_string();
    let deployed = Contract::deploy(&client, &account, code, data, options.max_deposit).await?;
    let (address, account) = (show_contract(deployed.contract.address), deployed.contract.account);
    let (block, deposit) = (deployed.inclusion.number, deployed.deposit);
    let (salt, data) = (hexadecimal(deployed.salt), hexadecimal(&options.data));
    if context.json() {
        return write_json(
            out,
            &json!({
                "contract": address,
                "account": account.to_string(),
                "deployer": deployer,
                "salt": salt,
                "data": data,
                "bytes": bytes,
                "deposit": deposit.to_string(),
                "block": block,
            }),
        );
    }
    writeln!(out, "contract {address} is final in block {block}")?;
    writeln!(out, "account      {account}")?;
    writeln!(
        out,
        "verified by  regent contract verify {address} --code FILE --deployer {deployer} --salt {salt} --data {data}"
    )?;
    Ok(writeln!(out, "deposit      {deposit} credits, for {bytes} bytes of code")?)
}
