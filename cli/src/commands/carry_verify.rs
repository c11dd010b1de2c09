//! What the commands share that verify a contract without a node: its address follows from its code, its
//! terms, who deployed it and a salt.

use std::io::Write;

use clap::Args;
use regent_client::Contract;
use regent_primitives::{AccountId, H256};
use serde_json::json;
use sp_core::H160;
use sp_crypto_hashing::keccak_256;

use super::carry_contract::{parse_contract, show_contract};
use crate::{
    context::Context,
    error::CliError,
    output::write_json,
    policy_file::parse_account,
    units::{hexadecimal, parse_hash},
};

/// How a PolkaVM blob begins. Other code is EVM bytecode, which makes the contract's code when it is deployed.
const POLKAVM: &[u8] = b"PVM\0";

/// What a contract's address follows from beside its code and its constructor's arguments.
#[derive(Clone, Debug, Args)]
pub struct VerifyOptions {
    /// Address of the contract.
    #[arg(value_name = "ADDRESS", value_parser = parse_contract)]
    pub contract: H160,
    /// Who deployed it: an SS58 address, or //NAME for development.
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub deployer: AccountId,
    /// The salt that deploying told.
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub salt: H256,
}

/// Tells that a contract is what it is said to be, if it is.
pub fn verify(
    options: &VerifyOptions,
    context: &Context,
    code: &[u8],
    data: &[u8],
    out: &mut impl Write,
) -> Result<(), CliError> {
    check(options, code, data)?;
    let (address, code_hash) = (show_contract(options.contract), hexadecimal(keccak_256(code)));
    if context.json() {
        let contract = Contract::at(options.contract).account.to_string();
        return write_json(
            out,
            &json!({
                "contract": address,
                "account": contract,
                "code_hash": code_hash,
                "data": hexadecimal(data),
            }),
        );
    }
    if code.starts_with(POLKAVM) {
        writeln!(out, "contract {address} is this code on these terms, and can be nothing else")?;
    } else {
        writeln!(out, "contract {address} was made by this EVM bytecode, which chose its code")?;
    }
    writeln!(out, "code         {code_hash}, {} bytes", code.len())?;
    Ok(writeln!(out, "deployer     {}", options.deployer)?)
}

fn check(options: &VerifyOptions, code: &[u8], data: &[u8]) -> Result<(), CliError> {
    let VerifyOptions { contract, deployer, salt } = options;
    let found = Contract::deployed_by(deployer, code, data, salt.0).address;
    if found == *contract {
        return Ok(());
    }
    Err(CliError::Evidence(format!(
        "code, terms, deployer and salt make contract {}, expected {}: one of them is not what was deployed; pay nothing to it, and hand it nothing, until they fit",
        show_contract(found),
        show_contract(*contract)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_terms_deployer_and_salt_are_all_proven() {
        let deployer = parse_account("//Alice").expect("read");
        let salt = H256::repeat_byte(7);
        let contract = Contract::deployed_by(&deployer, b"code", b"terms", salt.0).address;
        let options = VerifyOptions { contract, deployer, salt };
        check(&options, b"code", b"terms").expect("what was deployed");
        let bob = parse_account("//Bob").expect("read");
        let others = [
            (options.clone(), "other", "terms"),
            (options.clone(), "code", "other"),
            (VerifyOptions { deployer: bob, ..options.clone() }, "code", "terms"),
            (VerifyOptions { salt: H256::zero(), ..options.clone() }, "code", "terms"),
            (VerifyOptions { contract: H160::zero(), ..options }, "code", "terms"),
        ];
        for (at, (options, code, data)) in others.into_iter().enumerate() {
            let refused = check(&options, code.as_bytes(), data.as_bytes());
            let refused = refused.map_err(|error| error.exit_code());
            assert_eq!(refused, Err(7), "{at}");
        }
    }
}
