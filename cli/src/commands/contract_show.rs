//! `regent contract show`

use std::io::Write;

use clap::Args;
use regent_client::contract::contract_account;
use serde_json::json;
use sp_core::H160;

use super::carry_contract::{parse_contract, show_contract};
use crate::{context::Context, error::CliError, output::write_json};

/// Options of `regent contract show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regent contract show 0x52..")]
pub struct Options {
    /// Address of the contract.
    #[arg(value_name = "ADDRESS", value_parser = parse_contract)]
    pub contract: H160,
}

/// Shows a contract.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let address = show_contract(options.contract);
    let record =
        client.contract(options.contract, None).await?.ok_or_else(|| CliError::NotFound {
            what: "contract",
            id: address.clone(),
            remedy: "deploy it with `regent contract deploy`",
        })?;
    let account = contract_account(options.contract);
    let code_hash = format!("{:?}", record.code_hash);
    if context.json() {
        return write_json(
            out,
            &json!({
                "contract": address,
                "account": account.to_string(),
                "code_hash": code_hash,
                "bytes": record.code_bytes,
            }),
        );
    }
    writeln!(out, "contract     {address}")?;
    writeln!(out, "account      {account}")?;
    Ok(writeln!(out, "code         {code_hash}, {} bytes", record.code_bytes)?)
}
