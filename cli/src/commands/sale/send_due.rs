//! What `regent sale reserve` and `regent sale pay` share.

use std::io::Write;

use alloy_sol_types::SolCall;
use clap::Args;
use regent_contract_abi::ISale;
use regent_primitives::cash_api::CashTerms;
use serde_json::json;

use super::ActOptions;
use crate::{
    commands::{
        carry_cash::{asset, scale},
        carry_contract::show_contract,
    },
    context::Context,
    error::CliError,
    output::write_json,
    units::{parse_cash, show_cash},
};

/// Options of a command that pays what a contract asks.
#[derive(Clone, Debug, Args)]
pub struct PayOptions {
    /// The most cash that is paid, such as 700.00, as the terms say that you have read and verified. Required
    /// if anything is due: how much that is, the contract says and the node.
    #[arg(long, value_name = "AMOUNT")]
    pub at_most: Option<String>,
    /// As every act.
    #[command(flatten)]
    pub act: ActOptions,
}

/// Has the buyer call with the cash that is due, which may be none, and tells so.
pub async fn send_due(
    options: &PayOptions,
    context: &Context,
    call: impl SolCall,
    done: &str,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client, contract) = options.act.begin(context).await?;
    let due = contract.ask(&client, account.id(), &ISale::dueCall {}, None).await?;
    let mut paid = None;
    if due != 0 {
        let (terms, source) = asset(context, &client).await?;
        agree(&terms, due, options.at_most.as_deref())?;
        context.say(scale(&terms, due, source));
        paid = Some(show_cash(&terms, due));
    }
    let most = options.act.max_deposit;
    let called = contract.call_with_value(&client, &account, due, &call, most).await?;
    let block = called.inclusion.number;
    if context.json() {
        return write_json(
            out,
            &json!({
                "contract": show_contract(contract.address),
                "done": done,
                "amount": due.to_string(),
                "deposit": called.dry.deposit.to_string(),
                "block": block,
            }),
        );
    }
    writeln!(out, "{done}, final in block {block}")?;
    if let Some(paid) = paid {
        writeln!(out, "paid         {paid}")?;
    }
    Ok(())
}

/// Whether the buyer agreed to pay so much.
fn agree(terms: &CashTerms, due: u128, at_most: Option<&str>) -> Result<(), CliError> {
    const AT_MOST: &str = "--at-most";
    let asked = show_cash(terms, due);
    let Some(text) = at_most else {
        return Err(CliError::input(
            AT_MOST,
            format!("the contract asks {asked}; if the terms say so that you have verified (`regent sale verify`), give --at-most \"{asked}\""),
        ));
    };
    let most = parse_cash(terms, text).map_err(|reason| CliError::input(AT_MOST, reason))?;
    if due > most {
        return Err(CliError::Refused(vec![format!(
            "the contract asks {asked}, and --at-most is {}: nothing was paid; verify its terms with `regent sale verify`",
            show_cash(terms, most)
        )]));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use regent_primitives::cash_api::CashName;

    use super::*;

    #[test]
    fn nothing_is_paid_but_what_the_buyer_agreed_to() {
        let name = CashName::truncate_from(b"EUR".to_vec());
        let euros = CashTerms { issuer: 0, ceiling: 0, name, decimals: 2 };
        for enough in ["700.00", "700.00 EUR", "1000"] {
            agree(&euros, 70_000, Some(enough)).expect("agreed");
        }
        let unsaid = agree(&euros, 70_000, None).expect_err("nobody agreed");
        let text = unsaid.to_string();
        assert!(text.contains("700.00 EUR") && text.contains("--at-most"), "{text}");
        assert_eq!(unsaid.exit_code(), 2);
        let more = agree(&euros, 70_001, Some("700.00")).expect_err("a cent more");
        let text = more.to_string();
        assert!(text.contains("700.01 EUR") && text.contains("700.00 EUR"), "{text}");
        assert_eq!(more.exit_code(), 3);
        assert_eq!(agree(&euros, 1, Some("much")).expect_err("no amount").exit_code(), 2);
    }
}
