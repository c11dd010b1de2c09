//! Terms of a sale.

use alloy_primitives::Address;
use regent_contract_abi::ISale::{Office, Price, SignOff, Terms};
use serde::Deserialize;
use toml::Value;

use super::{
    error::{ensure, OfField},
    party::{address, addresses, at_most, bytes32, optional_bytes32, threshold, PartyEntry},
    Clock, TermsError, TermsFile,
};

/// Commented terms to start from.
pub const EXAMPLE: &str = include_str!("sale_example.toml");

/// Sign-offs are at most so many.
const MAX_SIGN_OFFS: usize = 4;

/// Terms of a sale, as a file has them. The price is paid elsewhere: the chain has no coin, so that there
/// is no deposit and no amount.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaleFile {
    deadline: Value,
    ruling: Value,
    lifetime: Value,
    arbiter: String,
    condition: Option<String>,
    seller: PartyEntry,
    buyer: PartyEntry,
    price: PriceEntry,
    #[serde(default)]
    sign_offs: Vec<SignOffEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceEntry {
    oracles: Vec<String>,
    threshold: u8,
    statement: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignOffEntry {
    office: String,
    account: String,
}

impl TermsFile for SaleFile {
    type Terms = Terms;
    const SEE: &'static str = "regent sale example";

    fn terms(&self, clock: &Clock) -> Result<Terms, TermsError> {
        let (seller, buyer) = (self.seller.read("seller")?, self.buyer.read("buyer")?);
        let parties = [seller.who, buyer.who];
        ensure(seller.who != buyer.who, "buyer.account", "is the seller; name somebody else")?;
        let arbiter = address(&self.arbiter, "arbiter")?;
        ensure(!parties.contains(&arbiter), "arbiter", "is a party; name somebody else")?;
        Ok(Terms {
            price: self.price.read(parties)?,
            seller,
            buyer,
            deposit: 0,
            signOffs: self.sign_offs()?,
            arbiter,
            deadline: clock.date(&self.deadline, "deadline")?,
            ruling: clock.period(&self.ruling, "ruling")?,
            lifetime: clock.period(&self.lifetime, "lifetime")?,
            condition: optional_bytes32(self.condition.as_deref(), "condition")?,
        })
    }
}

impl SaleFile {
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
    fn read(&self, parties: [Address; 2]) -> Result<Price, TermsError> {
        const ORACLES: &str = "price.oracles";
        let oracles = addresses(&self.oracles, ORACLES)?;
        ensure(!oracles.is_empty(), ORACLES, "is empty; name who attests the payment")?;
        let partial = oracles.iter().any(|oracle| parties.contains(oracle));
        ensure(!partial, ORACLES, "names a party; name somebody else")?;
        threshold(self.threshold, oracles.len(), "price.threshold")?;
        let statement = bytes32(&self.statement, "price.statement")?;
        ensure(
            !statement.is_zero(),
            "price.statement",
            "is 0; hash the agreement with `b2sum -l 256 FILE`",
        )?;
        Ok(Price { amount: 0, oracles, threshold: self.threshold, statement })
    }
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
    use alloy_sol_types::SolValue;

    use super::*;

    /// The ABI encoding of the example's terms at block 1,000 of half-second blocks, made by a program
    /// of its own in another language.
    const ENCODED: &str = include_str!("testdata/sale.hex");

    const CLOCK: Clock = Clock { block: 1_000, slot_milliseconds: 500 };

    fn terms(text: &str) -> Result<Terms, TermsError> {
        SaleFile::parse(text)?.terms(&CLOCK)
    }

    #[test]
    fn the_example_is_encoded_as_its_abi_says() {
        let encoded = hex::encode(terms(EXAMPLE).expect("valid").abi_encode());
        assert_eq!(encoded, ENCODED.split_whitespace().collect::<String>());
    }

    fn wrong(from: &str, to: &str) -> String {
        let text = EXAMPLE.replacen(from, to, 1);
        assert_ne!(text, EXAMPLE, "{from} is in the example");
        match terms(&text) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{to} was accepted"),
        }
    }

    #[test]
    fn errors_name_the_field() {
        for (from, to, field) in [
            ("deadline = \"60 days\"", "deadline = 1000", "`deadline`"),
            ("ruling = \"14 days\"", "ruling = \"14\"", "`ruling`"),
            ("lifetime = \"1 day\"", "lifetime = 0", "`lifetime`"),
            ("arbiter = \"//Eve\"", "arbiter = \"Eve\"", "`arbiter`"),
            ("arbiter = \"//Eve\"", "arbiter = \"//Bob\"", "`arbiter`"),
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
        ] {
            let error = wrong(from, to);
            assert!(error.contains(field), "{to}: {error}");
        }
    }

    #[test]
    fn unknown_and_missing_fields_are_refused() {
        assert!(wrong("arbiter =", "judge =").contains("judge"));
        assert!(wrong("threshold = 2", "threshold = 2\namount = 5").contains("amount"));
        let missing = wrong("ruling = \"14 days\"\n", "");
        assert!(missing.contains("ruling") && missing.contains("regent sale example"));
    }
}
