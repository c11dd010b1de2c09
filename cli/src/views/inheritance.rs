//! Inheritances.

use std::io::Write;

use alloy_primitives::FixedBytes;
use regent_client::Contract;
use regent_contract_abi::IInheritance::Standing;
use regent_payload::ethereum::checksummed;
use regent_primitives::{AccountId, BlockNumber};
use serde_json::{json, Value};

use crate::{output::Show, terms::Clock, units::hexadecimal};

/// Where an inheritance stands.
pub struct InheritanceView {
    /// The contract.
    pub contract: Contract,
    /// When it was asked.
    pub clock: Clock,
    /// Where it stands.
    pub standing: Standing,
    /// The key, or 0.
    pub key: FixedBytes<32>,
    /// The block of the last proof of life.
    pub alive: BlockNumber,
    /// The last block of the grace period; 0 if silence was not reported.
    pub grace_until: BlockNumber,
    /// The last block in which a death can be contested; 0 if it is not proven.
    pub death_until: BlockNumber,
    /// The same of incapacity.
    pub incapacity_until: BlockNumber,
    /// The same of recovery.
    pub recovery_until: BlockNumber,
    /// Whether the contract obeys an account that was asked for.
    pub obeyed: Option<(AccountId, bool)>,
}

/// Its name, and who is in control.
const fn words(standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Draft => ("draft", "no key is bound yet; the owner is in control"),
        Standing::Owner => ("owner", "in force; the owner is in control"),
        Standing::Guardian => {
            ("guardian", "the guardian is in control while the owner cannot decide")
        }
        Standing::Trustee => {
            ("trustee", "an heir's trustee is in control until the heir is of age")
        }
        Standing::Heirs => ("heirs", "the heirs are in control, together"),
        Standing::Revoked => ("revoked", "revoked; the owner is in control, for good"),
        Standing::Left => ("left", "over; the key has left, and whoever owns it is in control"),
        Standing::__Invalid => ("unknown", "unknown; the contract is of another kind or version"),
    }
}

impl InheritanceView {
    fn cases(&self) -> [(&'static str, BlockNumber); 3] {
        [
            ("death", self.death_until),
            ("incapacity", self.incapacity_until),
            ("recovery", self.recovery_until),
        ]
    }

    fn silence(&self) -> String {
        let until = self.grace_until;
        if until == 0 {
            return "not reported".to_owned();
        }
        let distance = self.clock.distance(until);
        if self.clock.block > until {
            format!("the owner is silent: the last block to answer was {until}, {distance}")
        } else {
            format!(
                "reported; the owner can answer until block {until}, {distance}, by `prove-life`"
            )
        }
    }

    fn case(&self, until: BlockNumber) -> String {
        if until == 0 {
            return "not proven".to_owned();
        }
        let distance = self.clock.distance(until);
        if self.clock.block > until {
            format!(
                "proven; its contest period ended with block {until}, {distance}: `prepare`, then \
                 `execute`"
            )
        } else {
            format!("proven; can be contested until block {until}, {distance}, by `contest`")
        }
    }
}

impl Show for InheritanceView {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let clock = &self.clock;
        writeln!(out, "inheritance  {}", checksummed(self.contract.address.0))?;
        writeln!(out, "account      {}", self.contract.account)?;
        writeln!(out, "control      {}", words(self.standing).1)?;
        if self.key.is_zero() {
            writeln!(out, "key          none yet; bind one with `regent inherit bind`")?;
        } else {
            writeln!(out, "key          {}", hexadecimal(self.key))?;
        }
        writeln!(out, "sign of life block {}, {}", self.alive, clock.distance(self.alive))?;
        writeln!(out, "silence      {}", self.silence())?;
        for (name, until) in self.cases() {
            writeln!(out, "{name:<12} {}", self.case(until))?;
        }
        if let Some((account, obeyed)) = &self.obeyed {
            let is = if *obeyed { "is" } else { "is not" };
            writeln!(out, "in control   {account} {is}")?;
        }
        writeln!(out, "as of        block {}", clock.block)
    }

    fn json(&self) -> Value {
        let block = |number: BlockNumber| (number != 0).then_some(number);
        let cases: serde_json::Map<String, Value> = self
            .cases()
            .into_iter()
            .map(|(name, until)| {
                let contestable = until >= self.clock.block;
                let case = json!({
                    "proven": until != 0,
                    "contest_until": block(until),
                    "contestable": until != 0 && contestable,
                });
                (name.to_owned(), case)
            })
            .collect();
        json!({
            "contract": checksummed(self.contract.address.0),
            "account": self.contract.account.to_string(),
            "standing": words(self.standing).0,
            "key": (!self.key.is_zero()).then(|| hexadecimal(self.key)),
            "alive": self.alive,
            "grace_until": block(self.grace_until),
            "cases": cases,
            "obeyed": self.obeyed.as_ref().map(|(account, obeyed)| {
                json!({ "account": account.to_string(), "obeyed": obeyed })
            }),
            "block": self.clock.block,
            "block_milliseconds": self.clock.slot_milliseconds,
        })
    }
}

#[cfg(test)]
mod tests {
    use sp_core::H160;

    use super::*;
    use crate::output::text;

    fn view(standing: Standing) -> InheritanceView {
        InheritanceView {
            contract: Contract::at(H160::repeat_byte(0x52)),
            clock: Clock { block: 1_000_000, slot_milliseconds: 500 },
            standing,
            key: FixedBytes([7; 32]),
            alive: 481_600,
            grace_until: 0,
            death_until: 0,
            incapacity_until: 0,
            recovery_until: 0,
            obeyed: None,
        }
    }

    fn line<'a>(text: &'a str, start: &str) -> &'a str {
        text.lines().find(|line| line.starts_with(start)).expect("a line")
    }

    #[test]
    fn a_quiet_inheritance_says_who_is_in_control() {
        let text = text(&view(Standing::Owner));
        assert!(line(&text, "control").ends_with("the owner is in control"));
        assert!(line(&text, "sign of life").ends_with("block 481600, about 3 days ago"));
        assert!(line(&text, "silence").ends_with("not reported"));
        assert!(line(&text, "death").ends_with("not proven"));
    }

    #[test]
    fn what_is_proven_can_be_contested_for_a_while() {
        let mut view = view(Standing::Owner);
        view.grace_until = 999_999;
        view.death_until = 1_000_000 + 172_800;
        view.incapacity_until = 1_000_000;
        view.recovery_until = 999_000;
        let text = text(&view);
        assert!(line(&text, "silence").contains("is silent"), "{text}");
        assert!(line(&text, "death").contains("until block 1172800, in about 1 day"), "{text}");
        assert!(line(&text, "incapacity").contains("can be contested"), "the last block counts");
        assert!(line(&text, "recovery").contains("ended with block 999000"), "{text}");
        let json = view.json();
        assert_eq!(json["cases"]["death"]["contest_until"], 1_172_800);
        assert_eq!(json["cases"]["recovery"]["contestable"], false);
        assert_eq!(json["cases"]["incapacity"]["contestable"], true);
    }

    #[test]
    fn every_standing_has_words_of_its_own() {
        use Standing::{Draft, Guardian, Heirs, Left, Owner, Revoked, Trustee};
        let all = [Draft, Owner, Guardian, Trustee, Heirs, Revoked, Left];
        let names: std::collections::BTreeSet<_> = all.map(words).into_iter().collect();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn whom_the_contract_obeys_is_told_if_asked_for() {
        let mut view = view(Standing::Draft);
        view.key = FixedBytes::ZERO;
        view.obeyed = Some((AccountId::new([1; 32]), false));
        let text = text(&view);
        assert!(line(&text, "in control").ends_with("is not"), "{text}");
        assert!(line(&text, "key").contains("regent inherit bind"), "{text}");
        assert_eq!(view.json()["obeyed"]["obeyed"], false);
        assert_eq!(view.json()["key"], Value::Null);
    }
}
