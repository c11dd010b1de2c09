//! `regent contract verify`

use std::{io::Write, path::PathBuf};

use clap::Args;

use super::{
    carry_contract::{bytes_of, Bytes},
    carry_verify::{verify, VerifyOptions},
};
use crate::{context::Context, error::CliError};

/// Options of `regent contract verify`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
No node is asked. Whether the contract was deployed, `regent contract show` says.

Example:
  regent contract verify 0x52.. --code contracts/out/Escrow.polkavm --deployer //Alice --salt 0x1f..")]
pub struct Options {
    /// Its PolkaVM blob, or EVM bytecode: built from sources that you have read.
    #[arg(long, value_name = "FILE")]
    pub code: PathBuf,
    /// The constructor's arguments, encoded as its ABI says.
    #[arg(long, value_name = "HEX", value_parser = bytes_of, default_value = "0x")]
    pub data: Bytes,
    /// What else its address follows from.
    #[command(flatten)]
    pub of: VerifyOptions,
}

/// Verifies that a contract is this code, deployed with these arguments.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let code = std::fs::read(&options.code).map_err(|e| CliError::file(&options.code, e))?;
    verify(&options.of, context, &code, &options.data, out)
}
