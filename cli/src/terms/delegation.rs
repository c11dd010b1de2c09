//! Terms of a delegation.

use alloy_primitives::{Address, Bytes};
use regent_contract_abi::IDelegation::{AssetKind, Budget, Terms};
use regent_primitives::{cash_api::CashTerms, Asset, BitcoinNetwork};
use serde::Deserialize;
use toml::Value;

use super::{
    error::{ensure, OfField},
    party::{address, at_most, PartyEntry},
    Clock, TermsError, TermsFile,
};
use crate::units::{parse_amount, parse_asset, parse_recipient, show_asset};

/// Commented terms to start from.
pub const EXAMPLE: &str = include_str!("delegation_example.toml");

/// Budgets are at most so many.
const MAX_BUDGETS: usize = 8;

/// Recipients are at most so many.
const MAX_RECIPIENTS: usize = 16;

/// Terms of a delegation, as a file has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegationFile {
    until: Value,
    requests: u32,
    lifetime: Value,
    adviser: String,
    recipients: Vec<String>,
    owner: PartyEntry,
    budgets: Vec<BudgetEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BudgetEntry {
    asset: String,
    total: String,
}

impl TermsFile for DelegationFile {
    type Terms = Terms;
    const COMMAND: &'static str = "delegate";
    const EXAMPLE: &'static str = EXAMPLE;
    const CODE: &'static str = "contracts/out/InkDelegation.polkavm";

    fn terms(&self, clock: &Clock, _: Option<&CashTerms>) -> Result<Terms, TermsError> {
        let owner = self.owner.read("owner")?;
        let adviser = address(&self.adviser, "adviser")?;
        ensure(adviser != owner.who, "adviser", "is the owner; name somebody else")?;
        ensure(
            self.requests > 0,
            "requests",
            "is 0, so that the adviser could do nothing; give at least 1",
        )?;
        Ok(Terms {
            owner,
            adviser,
            until: clock.date(&self.until, "until")?,
            budgets: self.budgets()?,
            recipients: self.recipients()?,
            requests: self.requests,
            lifetime: clock.period(&self.lifetime, "lifetime")?,
        })
    }
}

impl DelegationFile {
    fn budgets(&self) -> Result<Vec<Budget>, TermsError> {
        const BUDGETS: &str = "budgets";
        at_most(self.budgets.len(), MAX_BUDGETS, BUDGETS)?;
        ensure(!self.budgets.is_empty(), BUDGETS, "is empty; name what the adviser may move")?;
        let mut assets = Vec::new();
        let mut budgets = Vec::new();
        for entry in &self.budgets {
            let asset = parse_asset(&entry.asset).of("budgets.asset")?;
            let twice = assets.contains(&asset);
            let name = show_asset(&asset);
            ensure(!twice, "budgets.asset", format!("names {name} twice; name each once"))?;
            assets.push(asset);
            budgets.push(budget(asset, entry.total()?));
        }
        for asset in &assets {
            // Without, every transfer of the token would be refused.
            if let Asset::Erc20 { chain_id, .. } = *asset {
                let ether = Asset::Ether { chain_id };
                let name = show_asset(&ether);
                ensure(
                    assets.contains(&ether),
                    BUDGETS,
                    format!("have none of {name}, in which a token's transfers pay fees; add one"),
                )?;
            }
        }
        Ok(budgets)
    }

    fn recipients(&self) -> Result<Vec<Bytes>, TermsError> {
        const RECIPIENTS: &str = "recipients";
        at_most(self.recipients.len(), MAX_RECIPIENTS, RECIPIENTS)?;
        ensure(!self.recipients.is_empty(), RECIPIENTS, "is empty; name to whom value may move")?;
        let mut recipients = Vec::new();
        for text in &self.recipients {
            let recipient = Bytes::from(parse_recipient(text).of(RECIPIENTS)?.to_vec());
            ensure(!recipient.is_empty(), RECIPIENTS, "has an empty script; leave it out")?;
            let twice = recipients.contains(&recipient);
            ensure(!twice, RECIPIENTS, format!("names {text:?} twice; name each once"))?;
            recipients.push(recipient);
        }
        Ok(recipients)
    }
}

impl BudgetEntry {
    /// In the asset's smallest unit.
    fn total(&self) -> Result<u128, TermsError> {
        const TOTAL: &str = "budgets.total";
        let total = parse_amount(&self.total).of(TOTAL)?;
        let total = u128::try_from(total).map_err(|_| "exceeds 128 bits; give less").of(TOTAL)?;
        ensure(total > 0, TOTAL, "is 0; leave the budget out")?;
        Ok(total)
    }
}

/// As the contract has it.
fn budget(asset: Asset, total: u128) -> Budget {
    let (kind, chain, token) = match asset {
        Asset::Ether { chain_id } => (AssetKind::Ether, chain_id, Address::ZERO),
        Asset::Erc20 { chain_id, contract } => {
            (AssetKind::Erc20, chain_id, Address::from(contract))
        }
        Asset::Bitcoin { network } => (AssetKind::Bitcoin, number(network), Address::ZERO),
    };
    Budget { kind, chain, token, total }
}

/// A network by its number, as the contract has it.
const fn number(network: BitcoinNetwork) -> u64 {
    match network {
        BitcoinNetwork::Main => 0,
        BitcoinNetwork::Test => 1,
        BitcoinNetwork::Regtest => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::examples::{self, assert_encoded, assert_fields_named};

    /// The token of the example.
    const TOKEN: &str = "erc20:1:0xdAC17F958D2ee523a2206206994597C13D831ec7";

    fn terms(text: &str) -> Result<Terms, TermsError> {
        examples::terms::<DelegationFile>(text)
    }

    #[test]
    fn the_example_is_encoded_as_its_abi_says() {
        assert_encoded::<DelegationFile>(EXAMPLE, include_str!("testdata/delegation.hex"));
    }

    fn wrong(from: &str, to: &str) -> String {
        examples::wrong::<DelegationFile>(EXAMPLE, from, to)
    }

    #[test]
    fn errors_name_the_field() {
        let cases = [
            ("until = \"30 days\"", "until = 1000", "`until`"),
            ("requests = 20", "requests = 0", "`requests`"),
            ("lifetime = \"10 minutes\"", "lifetime = \"10\"", "`lifetime`"),
            ("adviser = \"//Bob\"", "adviser = \"Bob\"", "`adviser`"),
            ("adviser = \"//Bob\"", "adviser = \"//Alice\"", "`adviser`"),
            ("\"0x70997970C51812dc", "\"0x70997970c51812dc", "`recipients`"),
            ("\"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4\"", "\"script:\"", "`recipients`"),
            ("account = \"//Alice\"", "account = \"Alice\"", "`owner.account`"),
            ("policy = \"0x11", "policy = \"11 and ", "`owner.policy`"),
            ("asset = \"ether:1\"", "asset = \"gold\"", "`budgets.asset`"),
            ("asset = \"bitcoin:main\"", "asset = \"ether:1\"", "`budgets.asset`"),
            ("asset = \"ether:1\"", "asset = \"ether:2\"", "`budgets`"),
            ("total = \"10 ether\"", "total = \"ten ether\"", "`budgets.total`"),
            ("total = \"10 ether\"", "total = \"0 ether\"", "`budgets.total`"),
        ];
        assert_fields_named::<DelegationFile>(EXAMPLE, &cases);
    }

    #[test]
    fn amounts_are_what_a_contract_can_count() {
        let most = format!("total = \"{}\"", u128::MAX);
        let text = EXAMPLE.replacen("total = \"10 ether\"", &most, 1);
        assert_eq!(terms(&text).expect("valid").budgets[0].total, u128::MAX);
        let error =
            wrong("total = \"10 ether\"", "total = \"340282366920938463463374607431768211456\"");
        assert!(error.contains("`budgets.total`") && error.contains("128 bits"), "{error}");
    }

    #[test]
    fn a_list_is_neither_empty_nor_too_long_and_names_nobody_twice() {
        let start = EXAMPLE.find("recipients = [").expect("there");
        let end = EXAMPLE.find("# Whose key").expect("there");
        let with = |recipients: &[String]| {
            let list = format!("recipients = {recipients:?}\n");
            terms(&format!("{}{list}{}", &EXAMPLE[..start], &EXAMPLE[end..]))
        };
        let many = |number: u8| (0..number).map(|at| format!("0x{at:040x}")).collect::<Vec<_>>();
        assert_eq!(with(&many(16)).expect("valid").recipients.len(), 16);
        let twice = [many(1), many(1)].concat();
        for recipients in [many(0), many(17), twice] {
            let error = with(&recipients).expect_err("refused").to_string();
            assert!(error.contains("`recipients`"), "{error}");
        }

        let start = EXAMPLE.find("[[budgets]]").expect("there");
        let with = |number: u64| {
            let budget =
                |chain: u64| format!("[[budgets]]\nasset = \"ether:{chain}\"\ntotal = \"1\"\n");
            let list: String = (1..=number).map(budget).collect();
            terms(&format!("{}{list}", &EXAMPLE[..start]))
        };
        assert_eq!(with(8).expect("valid").budgets.len(), 8);
        let error = with(9).expect_err("too many").to_string();
        assert!(error.contains("`budgets`"), "{error}");
        let none = EXAMPLE[..start].replacen("until =", "budgets = []\nuntil =", 1);
        let error = terms(&none).expect_err("none").to_string();
        assert!(error.contains("`budgets`"), "{error}");
    }

    #[test]
    fn a_token_needs_a_budget_for_its_fees() {
        let error = wrong("asset = \"ether:1\"", "asset = \"ether:5\"");
        assert!(error.contains("ether:1") && error.contains("fees"), "{error}");
        let elsewhere = EXAMPLE.replacen("asset = \"ether:1\"", "asset = \"ether:5\"", 1);
        let both = elsewhere.replacen(TOKEN, &TOKEN.replacen(":1:", ":5:", 1), 1);
        assert!(terms(&both).is_ok(), "on the token's own chain");
    }

    #[test]
    fn unknown_and_missing_fields_are_refused() {
        assert!(wrong("adviser =", "manager =").contains("manager"));
        assert!(wrong("total = \"10 ether\"", "total = \"10 ether\"\nfee = 1").contains("fee"));
        let missing = wrong("requests = 20\n", "");
        assert!(missing.contains("requests") && missing.contains("regent delegate example"));
    }
}
