//! What the commands about contracts share.

use std::{io::Write, sync::Arc};

use alloy_primitives::FixedBytes;
use alloy_sol_types::SolCall;
use clap::Args;
use regent_client::{Account, Client, Contract};
use regent_payload::ethereum;
use regent_primitives::KeyId;
use serde_json::json;
use sp_core::H160;

use super::leaf;
use crate::{
    args::{AccountOptions, Leaf},
    context::Context,
    error::CliError,
    output::write_json,
};

/// Bytes of an ABI.
pub type Bytes = Arc<[u8]>;

/// What the commands take from the institution's purse unless told otherwise: 64 KiB.
pub const MAX_DEPOSIT: u128 = 64 * 1024;

/// Reads an address.
pub fn parse_contract(text: &str) -> Result<H160, String> {
    ethereum::parse_address(text).map(H160).map_err(|error| error.to_string())
}

/// An address as people read it.
pub fn show_contract(address: H160) -> String {
    ethereum::checksummed(address.0)
}

/// Reads bytes.
pub fn bytes_of(text: &str) -> Result<Bytes, String> {
    let digits = text.strip_prefix("0x").ok_or("expected 0x and hexadecimal digits")?;
    hex::decode(digits).map(Bytes::from).map_err(|error| error.to_string())
}

/// Options of every command that has a contract do something.
#[derive(Clone, Debug, Args)]
pub struct ActOptions {
    /// Address of the contract.
    #[arg(value_name = "ADDRESS", value_parser = parse_contract)]
    pub contract: H160,
    /// The most credits it may take from the institution's purse.
    #[arg(long, value_name = "CREDITS", default_value_t = MAX_DEPOSIT)]
    pub max_deposit: u128,
    /// Whose account acts.
    #[command(flatten)]
    pub account: AccountOptions,
}

impl ActOptions {
    /// Who acts, on which contract.
    pub async fn begin(&self, context: &Context) -> Result<(Account, Client, Contract), CliError> {
        let (account, client) = context.actor(&self.account).await?;
        let contract = Contract::find(&client, self.contract).await?;
        Ok((account, client, contract))
    }
}

/// Options of a command that has a contract keep a key.
#[derive(Clone, Debug, Args)]
pub struct BindOptions {
    /// The key. The contract must own it: it was transferred to the contract's account, or enrolled by it.
    #[arg(long)]
    pub key: KeyId,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

impl BindOptions {
    /// The key, as a contract's call has it.
    pub fn word(&self) -> FixedBytes<32> {
        self.key.0 .0.into()
    }
}

/// What came of an act, to be told.
pub struct Told<'a> {
    /// In words.
    pub done: &'a str,
    /// The hash of the evidence that it names, if it names one.
    pub evidence: Option<String>,
}

impl<'a> From<&'a str> for Told<'a> {
    fn from(done: &'a str) -> Self {
        Self { done, evidence: None }
    }
}

/// Has a contract do something that it answers with nothing, and tells so.
pub async fn act(
    options: &ActOptions,
    context: &Context,
    call: impl SolCall,
    told: impl Into<Told<'_>>,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let Told { done, evidence } = told.into();
    let (account, client, contract) = options.begin(context).await?;
    let called = contract.call(&client, &account, &call, options.max_deposit).await?;
    let block = called.inclusion.number;
    if context.json() {
        return write_json(
            out,
            &json!({
                "contract": show_contract(contract.address),
                "done": done,
                "evidence": evidence,
                "deposit": called.dry.deposit.to_string(),
                "block": block,
            }),
        );
    }
    writeln!(out, "{done}, final in block {block}")?;
    if let Some(evidence) = evidence {
        writeln!(out, "evidence     {evidence}")?;
    }
    Ok(())
}

/// Runs a command that is no more than an act. Says whether errors are to be told as JSON, too.
pub async fn run_act(
    command: &Leaf<ActOptions>,
    call: impl SolCall,
    done: &str,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    leaf!(command, |own, context| act(own, context, call, done, out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_addresses_are_read() {
        assert_eq!(bytes_of("0x0aff").expect("read")[..], [0x0a, 0xff]);
        assert!(bytes_of("0aff").is_err() && bytes_of("0x0").is_err());
        let address = parse_contract("0x0000000000000000000000000000000052470000").expect("read");
        assert_eq!(address.0[16..], [0x52, 0x47, 0, 0]);
        assert!(parse_contract("0x52").is_err());
    }
}
