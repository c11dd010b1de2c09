//! Terms of a sale.

use alloy_primitives::{keccak256, Address, FixedBytes};
use codec::Encode;
use regent_contract_abi::ISale::{Office, Price, SignOff, Terms};
use regent_primitives::{cash_api::CashTerms, AccessTree, QuorumId};
use serde::Deserialize;
use toml::Value;

use super::{
    error::{ensure, OfField},
    party::{address, addresses, at_most, bytes32, optional_bytes32, threshold, PartyEntry},
    Clock, TermsError, TermsFile,
};
use crate::units::parse_cash;

/// Commented terms to start from.
pub const EXAMPLE: &str = include_str!("sale_example.toml");

/// What terms say of a quorum and a tree: by which agents a key is shared.
pub fn sharing_hash(quorum: QuorumId, tree: &AccessTree) -> FixedBytes<32> {
    keccak256((quorum, tree).encode())
}

/// Sign-offs are at most so many.
const MAX_SIGN_OFFS: usize = 4;

/// Terms of a sale, as a file has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaleFile {
    deadline: Value,
    ruling: Value,
    lifetime: Value,
    arbiter: String,
    sharing: String,
    condition: Option<String>,
    deposit: Option<String>,
    seller: PartyEntry,
    buyer: PartyEntry,
    price: PriceEntry,
    #[serde(default)]
    sign_offs: Vec<SignOffEntry>,
}

/// An amount in cash, or the others for a payment elsewhere.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceEntry {
    amount: Option<String>,
    oracles: Option<Vec<String>>,
    threshold: Option<u8>,
    statement: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignOffEntry {
    office: String,
    account: String,
}

impl TermsFile for SaleFile {
    type Terms = Terms;
    const COMMAND: &'static str = "sale";
    const EXAMPLE: &'static str = EXAMPLE;
    const CODE: &'static str = "contracts/out/InkSale.polkavm";

    fn terms(&self, clock: &Clock, cash: Option<&CashTerms>) -> Result<Terms, TermsError> {
        let (seller, buyer) = (self.seller.read("seller")?, self.buyer.read("buyer")?);
        let parties = [seller.who, buyer.who];
        ensure(seller.who != buyer.who, "buyer.account", "is the seller; name somebody else")?;
        let arbiter = address(&self.arbiter, "arbiter")?;
        ensure(!parties.contains(&arbiter), "arbiter", "is a party; name somebody else")?;
        let sharing = bytes32(&self.sharing, "sharing")?;
        let none = "is 0; give what `regent key show` tells of the key";
        ensure(!sharing.is_zero(), "sharing", none)?;
        let price = self.price.read(parties, cash)?;
        let deposit = self.deposit(&price, cash)?;
        Ok(Terms {
            price,
            seller,
            buyer,
            deposit,
            signOffs: self.sign_offs()?,
            arbiter,
            deadline: clock.date(&self.deadline, "deadline")?,
            ruling: clock.period(&self.ruling, "ruling")?,
            lifetime: clock.period(&self.lifetime, "lifetime")?,
            condition: optional_bytes32(self.condition.as_deref(), "condition")?,
            sharing,
        })
    }
}

impl SaleFile {
    fn deposit(&self, price: &Price, cash: Option<&CashTerms>) -> Result<u128, TermsError> {
        let Some(text) = &self.deposit else { return Ok(0) };
        let deposit = units(text, cash, "deposit")?;
        // A price that is paid elsewhere has no amount here.
        let exceeds = price.amount != 0 && deposit > price.amount;
        ensure(!exceeds, "deposit", "is more than the price, of which it is part; lower it")?;
        Ok(deposit)
    }

    fn sign_offs(&self) -> Result<Vec<SignOff>, TermsError> {
        at_most(self.sign_offs.len(), MAX_SIGN_OFFS, "sign_offs")?;
        let mut sign_offs = Vec::new();
        for entry in &self.sign_offs {
            let office = parse_office(&entry.office).of("sign_offs.office")?;
            let who = address(&entry.account, "sign_offs.account")?;
            // In two qualities somebody may sign off, but in each once.
            let sign_off = SignOff { office, who };
            let twice = sign_offs.contains(&sign_off);
            ensure(!twice, "sign_offs", "names somebody twice; name each once")?;
            sign_offs.push(sign_off);
        }
        Ok(sign_offs)
    }
}

impl PriceEntry {
    fn read(&self, parties: [Address; 2], cash: Option<&CashTerms>) -> Result<Price, TermsError> {
        match &self.amount {
            Some(text) => self.in_cash(text, cash),
            None => self.elsewhere(parties),
        }
    }

    fn in_cash(&self, text: &str, cash: Option<&CashTerms>) -> Result<Price, TermsError> {
        const AMOUNT: &str = "price.amount";
        let attested =
            self.oracles.is_some() || self.threshold.is_some() || self.statement.is_some();
        ensure(
            !attested,
            AMOUNT,
            "is paid in cash, which nobody attests; leave it or the others out",
        )?;
        let amount = units(text, cash, AMOUNT)?;
        ensure(amount != 0, AMOUNT, "is 0; give what the buyer pays")?;
        Ok(Price { amount, oracles: Vec::new(), threshold: 0, statement: FixedBytes::ZERO })
    }

    fn elsewhere(&self, parties: [Address; 2]) -> Result<Price, TermsError> {
        const ORACLES: &str = "price.oracles";
        const MISSING: &str = "is missing; give it, or the amount of a price in cash";
        let oracles = addresses(self.oracles.as_deref().ok_or(MISSING).of(ORACLES)?, ORACLES)?;
        ensure(!oracles.is_empty(), ORACLES, "is empty; name who attests the payment")?;
        let partial = oracles.iter().any(|oracle| parties.contains(oracle));
        ensure(!partial, ORACLES, "names a party; name somebody else")?;
        let needed = self.threshold.ok_or(MISSING).of("price.threshold")?;
        threshold(needed, oracles.len(), "price.threshold")?;
        let statement = self.statement.as_deref().ok_or(MISSING).of("price.statement")?;
        let statement = bytes32(statement, "price.statement")?;
        ensure(
            !statement.is_zero(),
            "price.statement",
            "is 0; hash the agreement with `b2sum -l 256 FILE`",
        )?;
        Ok(Price { amount: 0, oracles, threshold: needed, statement })
    }
}

/// An amount of cash in its smallest unit, as the chain's decimals make it.
fn units(text: &str, cash: Option<&CashTerms>, field: &str) -> Result<u128, TermsError> {
    let unknown = "is in cash, and no chain that has any is at hand; name a node of one";
    parse_cash(cash.ok_or(unknown).of(field)?, text).of(field)
}

fn parse_office(text: &str) -> Result<Office, String> {
    match text {
        "sanctions" => Ok(Office::Sanctions),
        "regulator" => Ok(Office::Regulator),
        _ => Err(format!("{text:?} is none of sanctions, regulator")),
    }
}

#[cfg(test)]
mod tests {
    use regent_primitives::cash_api::CashName;

    use super::*;
    use crate::terms::examples::{self, assert_encoded, assert_fields_named, CLOCK};

    fn terms(text: &str) -> Result<Terms, TermsError> {
        examples::terms::<SaleFile>(text)
    }

    /// The same on a chain with cash.
    fn with_euros(text: &str) -> Result<Terms, TermsError> {
        let name = CashName::truncate_from(b"EUR".to_vec());
        let euros = CashTerms { issuer: 0, ceiling: 1_000_000, name, decimals: 2 };
        SaleFile::parse(text)?.terms(&CLOCK, Some(&euros))
    }

    /// The example with a deposit, and with other lines for the price.
    fn priced(price: &str) -> String {
        let (before, rest) = EXAMPLE.split_once("oracles = ").expect("a price elsewhere");
        let (_, after) = rest.split_once("\n\n").expect("its end");
        let before = before.replacen("# deposit =", "deposit =", 1);
        format!("{before}{price}\n\n{after}")
    }

    #[test]
    fn the_example_is_encoded_as_its_abi_says() {
        assert_encoded::<SaleFile>(EXAMPLE, include_str!("testdata/sale.hex"));
    }

    fn wrong(from: &str, to: &str) -> String {
        examples::wrong::<SaleFile>(EXAMPLE, from, to)
    }

    #[test]
    fn errors_name_the_field() {
        let cases = [
            ("deadline = \"60 days\"", "deadline = 1000", "`deadline`"),
            ("ruling = \"14 days\"", "ruling = \"14\"", "`ruling`"),
            ("lifetime = \"1 day\"", "lifetime = 0", "`lifetime`"),
            ("arbiter = \"//Eve\"", "arbiter = \"Eve\"", "`arbiter`"),
            ("arbiter = \"//Eve\"", "arbiter = \"//Bob\"", "`arbiter`"),
            ("sharing = \"0x44", "sharing = \"two of three", "`sharing`"),
            ("account = \"//Alice\"", "account = \"Alice\"", "`seller.account`"),
            ("account = \"//Bob\"", "account = \"//Alice\"", "`buyer.account`"),
            ("policy = \"0x22", "policy = \"22 and ", "`buyer.policy`"),
            ("\"//Charlie\", \"//Dave\"", "\"//Charlie\", \"//Charlie\"", "`price.oracles`"),
            ("\"//Charlie\", \"//Dave\"", "\"//Charlie\", \"//Bob\"", "`price.oracles`"),
            ("[\"//Charlie\", \"//Dave\"]", "[]", "`price.oracles`"),
            ("threshold = 2", "threshold = 3", "`price.threshold`"),
            ("statement = \"0x33", "statement = \"gold", "`price.statement`"),
            ("office = \"sanctions\"", "office = \"tax\"", "`sign_offs.office`"),
            ("account = \"//Ferdie\"", "account = \"Ferdie\"", "`sign_offs.account`"),
        ];
        assert_fields_named::<SaleFile>(EXAMPLE, &cases);
    }

    #[test]
    fn unknown_and_missing_fields_are_refused() {
        assert!(wrong("arbiter =", "judge =").contains("judge"));
        assert!(wrong("threshold = 2", "threshold = 2\ncoins = 5").contains("coins"));
        assert!(wrong("threshold = 2\n", "").contains("`price.threshold`"));
        let missing = wrong("ruling = \"14 days\"\n", "");
        assert!(missing.contains("ruling") && missing.contains("regent sale example"));
    }

    #[test]
    fn a_price_in_cash_is_in_its_smallest_unit() {
        let terms = with_euros(&priced("amount = \"700.00\"")).expect("valid");
        assert_eq!((terms.price.amount, terms.deposit), (70_000, 10_000));
        assert!(terms.price.oracles.is_empty() && terms.price.statement.is_zero());
        // A deposit goes with a payment elsewhere, too.
        let with_deposit = EXAMPLE.replacen("# deposit =", "deposit =", 1);
        let terms = with_euros(&with_deposit).expect("valid");
        assert_eq!((terms.price.amount, terms.deposit), (0, 10_000));
    }

    #[test]
    fn errors_of_prices_in_cash_name_the_field() {
        for (price, field) in [
            ("amount = \"0\"", "`price.amount`"),
            ("amount = \"7.001\"", "`price.amount`"),
            ("amount = \"seven\"", "`price.amount`"),
            ("amount = \"700.00\"\nthreshold = 1", "`price.amount`"),
            ("amount = \"99.99\"", "`deposit`"),
            ("threshold = 1", "`price.oracles`"),
        ] {
            match with_euros(&priced(price)) {
                Err(error) => assert!(error.to_string().contains(field), "{price}: {error}"),
                Ok(_) => panic!("{price} was accepted"),
            }
        }
        // Its decimals are the chain's to say.
        let offline = terms(&priced("amount = \"700.00\"")).map(drop).expect_err("no chain");
        assert!(offline.to_string().contains("`price.amount`"), "{offline}");
    }
}
