//! `regent contract deploy`

use std::{io::Write, path::PathBuf};

use clap::Args;
use rand_core::{OsRng, RngCore};
use regent_client::calls;
use serde_json::json;

use super::carry_contract::{
    address_of, bytes_of, check_deposit, explained, reason, weight_of, MAX_DEPOSIT,
};
use crate::{args::AccountOptions, context::Context, error::CliError, output::write_json};

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

/// Bytes of an ABI.
pub type Bytes = std::sync::Arc<[u8]>;

/// Puts a contract onto the chain.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let code = std::fs::read(&options.code).map_err(|e| CliError::file(&options.code, e))?;
    let account = context.account(&options.account)?;
    let client = context.client().await?;
    // The address follows from the salt, and so is known before.
    let mut salt = [0; 32];
    OsRng.fill_bytes(&mut salt);
    let dry = client.dry_instantiate(account.id(), &code, &options.data, salt, None).await?;
    let dry = dry.map_err(explained)?;
    if dry.reverted {
        return Err(CliError::Refused(vec![reason(&dry.data)]));
    }
    check_deposit(&dry, options.max_deposit)?;
    let (bytes, data) = (code.len(), options.data.to_vec());
    let call = calls::revive::instantiate_with_code(weight_of(&dry), dry.deposit, code, data, salt);
    let inclusion = client.submit_finalised(&account, call).await?;
    let address = address_of(dry.contract);
    let record = client.contract(dry.contract, Some(inclusion.block)).await?;
    let record = record.ok_or_else(|| {
        CliError::Evidence(format!("no contract is at {address}, where it was deployed"))
    })?;
    if context.json() {
        return write_json(
            out,
            &json!({
                "contract": address,
                "account": record.account.to_string(),
                "bytes": bytes,
                "deposit": dry.deposit.to_string(),
                "block": inclusion.number,
            }),
        );
    }
    writeln!(out, "contract {address} is final in block {}", inclusion.number)?;
    writeln!(out, "account      {}", record.account)?;
    Ok(writeln!(out, "deposit      {} credits, for {bytes} bytes of code", dry.deposit)?)
}
