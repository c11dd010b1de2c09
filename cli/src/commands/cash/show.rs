//! `regent cash show`

use std::io::Write;

use clap::Args;
use regent_client::contract::contract_account;
use regent_primitives::AccountId;

use crate::{
    commands::{carry_cash::record, carry_contract::parse_contract},
    context::Context,
    error::CliError,
    output::show,
    policy_file::parse_account,
    views::CashView,
};

/// Options of `regent cash show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent cash show
  regent cash show //Bob
  regent cash show 0x52..")]
pub struct Options {
    /// Whose: an SS58 address, //NAME for development, or a contract's address.
    #[arg(value_name = "ACCOUNT", value_parser = parse_holder)]
    pub account: Option<AccountId>,
}

/// Shows the asset, and what an account holds.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let client = context.client().await?;
    let record = record(&client).await?;
    let holding = match &options.account {
        Some(account) => Some((account.clone(), client.cash_of(account, None).await?)),
        None => None,
    };
    show(out, context.json(), &CashView { record, holding })
}

/// Reads an account: an SS58 address, //NAME for development, or a contract's address.
fn parse_holder(text: &str) -> Result<AccountId, String> {
    if text.starts_with("0x") {
        return parse_contract(text).map(contract_account);
    }
    parse_account(text)
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
