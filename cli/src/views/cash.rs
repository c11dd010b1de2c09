//! The asset that contracts are paid in.

use std::io::Write;

use regent_primitives::{cash_api::CashRecord, AccountId};
use serde_json::{json, Value};

use crate::{output::Show, units::show_cash};

/// What `regent cash show` tells.
pub struct CashView {
    /// The asset.
    pub record: CashRecord,
    /// An account, with the units that it holds.
    pub holding: Option<(AccountId, u128)>,
}

impl Show for CashView {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let CashRecord { terms, issued, redeemed, outstanding } = &self.record;
        let show = |amount: u128| show_cash(terms, amount);
        writeln!(out, "issuer       institution {}", terms.issuer)?;
        writeln!(out, "outstanding  {} of at most {}", show(*outstanding), show(terms.ceiling))?;
        writeln!(out, "issued       {}", show(*issued))?;
        writeln!(out, "redeemed     {}", show(*redeemed))?;
        match &self.holding {
            Some((account, amount)) => {
                writeln!(out, "account      {account}")?;
                writeln!(out, "holds        {}", show(*amount))
            }
            None => Ok(()),
        }
    }

    fn json(&self) -> Value {
        let CashRecord { terms, issued, redeemed, outstanding } = &self.record;
        json!({
            "issuer": terms.issuer,
            "name": String::from_utf8_lossy(&terms.name),
            "decimals": terms.decimals,
            "ceiling": terms.ceiling.to_string(),
            "issued": issued.to_string(),
            "redeemed": redeemed.to_string(),
            "outstanding": outstanding.to_string(),
            "account": self.holding.as_ref().map(|(account, _)| account.to_string()),
            "units": self.holding.as_ref().map(|(_, amount)| amount.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use regent_primitives::cash_api::{CashName, CashTerms};

    use super::*;
    use crate::output::text;

    #[test]
    fn people_read_decimals_and_programs_units() {
        let name = CashName::truncate_from(b"EUR".to_vec());
        let terms = CashTerms { issuer: 0, ceiling: 100_000, name, decimals: 2 };
        let record = CashRecord { terms, issued: 900, redeemed: 300, outstanding: 600 };
        let holding = Some((AccountId::new([1; 32]), 5));
        let view = CashView { record, holding };
        let text = text(&view);
        assert!(text.contains("6.00 EUR of at most 1000.00 EUR"), "{text}");
        assert!(text.contains("holds        0.05 EUR"), "{text}");
        let json = view.json();
        assert_eq!((&json["outstanding"], &json["units"]), (&json!("600"), &json!("5")));
    }
}
