//! Delegations.

use std::io::Write;

use alloy_primitives::FixedBytes;
use regent_client::Contract;
use regent_contract_abi::IDelegation::{Controller, Standing};
use regent_payload::ethereum::checksummed;
use regent_primitives::BlockNumber;
use serde_json::{json, Value};

use crate::{output::Show, terms::Clock, units::hexadecimal};

/// Where a delegation stands.
pub struct DelegationView {
    /// The contract.
    pub contract: Contract,
    /// When it was asked.
    pub clock: Clock,
    /// Where it stands.
    pub standing: Standing,
    /// Whom it obeys.
    pub controller: Controller,
    /// The key, or 0.
    pub key: FixedBytes<32>,
    /// For each budget of the terms, in their order, what was moved, in the asset's smallest unit.
    pub spent: Vec<u128>,
    /// Requests the adviser made.
    pub requests: u32,
    /// The last block in which one of them may still be carried out; 0 if there is none.
    pub requests_until: BlockNumber,
}

/// Its name, who is in control, and what comes next. The date passes without anybody's doing: only the
/// controller shows it.
const fn words(standing: Standing, controller: Controller) -> [&'static str; 3] {
    let adviser = matches!(controller, Controller::Adviser);
    match standing {
        Standing::Draft => [
            "draft",
            "no key is bound yet; the owner is in control",
            "the owner binds one: `regent delegate bind`",
        ],
        Standing::Delegated if adviser => [
            "delegated",
            "in force; the adviser is in control, within bounds",
            "the adviser's requests: `submit`; the owner may `recall`",
        ],
        Standing::Delegated => [
            "delegated",
            "the date has passed; the owner is in control",
            "the owner takes the key back: `prepare`, then `release`",
        ],
        Standing::Recalled => [
            "recalled",
            "the adviser was recalled; the owner is in control",
            "the owner takes the key back: `prepare`, then `release`",
        ],
        Standing::Left => {
            ["left", "over; the key has left, and whoever owns it is in control", "nothing"]
        }
        Standing::__Invalid => [
            "unknown",
            "unknown; the contract is of another kind or version",
            "correct the address",
        ],
    }
}

/// Whom it obeys, by name.
const fn name(controller: Controller) -> &'static str {
    match controller {
        Controller::Owner => "owner",
        Controller::Adviser => "adviser",
        Controller::Nobody => "nobody",
        Controller::__Invalid => "unknown",
    }
}

impl Show for DelegationView {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let clock = &self.clock;
        let [_, control, next] = words(self.standing, self.controller);
        writeln!(out, "delegation   {}", checksummed(self.contract.address.0))?;
        writeln!(out, "account      {}", self.contract.account)?;
        writeln!(out, "control      {control}")?;
        if !self.key.is_zero() {
            writeln!(out, "key          {}", hexadecimal(self.key))?;
        }
        writeln!(out, "requests     {} made by the adviser", self.requests)?;
        for (at, spent) in self.spent.iter().enumerate() {
            writeln!(out, "budget {at}     {spent} moved, in the asset's smallest unit")?;
        }
        let until = self.requests_until;
        // The last block counts.
        if until != 0 && until >= clock.block {
            let distance = clock.distance(until);
            writeln!(out, "open         the adviser's may run until block {until}, {distance}")?;
        }
        writeln!(out, "next         {next}")?;
        writeln!(out, "as of        block {}", clock.block)
    }

    fn json(&self) -> Value {
        json!({
            "contract": checksummed(self.contract.address.0),
            "account": self.contract.account.to_string(),
            "standing": words(self.standing, self.controller)[0],
            "controller": name(self.controller),
            "key": (!self.key.is_zero()).then(|| hexadecimal(self.key)),
            "spent": self.spent.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "requests": self.requests,
            "requests_until": (self.requests_until != 0).then_some(self.requests_until),
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

    fn view(standing: Standing, controller: Controller) -> DelegationView {
        DelegationView {
            contract: Contract::at(H160::repeat_byte(0x52)),
            clock: Clock { block: 1_000, slot_milliseconds: 500 },
            standing,
            controller,
            key: FixedBytes([7; 32]),
            spent: vec![60, 0],
            requests: 2,
            requests_until: 0,
        }
    }

    #[test]
    fn a_mandate_says_what_the_adviser_did_and_what_may_still_run() {
        let mut view = view(Standing::Delegated, Controller::Adviser);
        view.requests_until = 1_240;
        let text = text(&view);
        assert!(text.contains("the adviser is in control, within bounds\n"), "{text}");
        assert!(text.contains("requests     2 made"), "{text}");
        assert!(text.contains("budget 0     60 moved"), "{text}");
        assert!(text.contains("budget 1     0 moved"), "{text}");
        assert!(text.contains("until block 1240, in about 2 minutes\n"), "{text}");
        let json = view.json();
        assert_eq!(json["standing"], "delegated");
        assert_eq!(json["controller"], "adviser");
        assert_eq!(json["spent"], serde_json::json!(["60", "0"]));
        assert_eq!(json["requests_until"], 1_240);
    }

    #[test]
    fn once_the_date_has_passed_the_owner_is_in_control() {
        let mut view = view(Standing::Delegated, Controller::Owner);
        assert!(text(&view).contains("the owner is in control\n"));
        assert_eq!(view.json()["controller"], "owner");
        assert_eq!(view.json()["requests_until"], Value::Null);
        for (until, runs) in [(999, false), (1_000, true)] {
            view.requests_until = until;
            assert_eq!(text(&view).contains("may run until"), runs, "block {until}");
        }
    }

    #[test]
    fn every_standing_has_words_of_its_own() {
        use Standing::{Delegated, Draft, Left, Recalled};
        let all = [Draft, Delegated, Recalled, Left];
        let names: std::collections::BTreeSet<_> =
            all.map(|standing| words(standing, Controller::Owner)).into_iter().collect();
        assert_eq!(names.len(), all.len());
        let [_, adviser, _] = words(Delegated, Controller::Adviser);
        assert!(names.iter().all(|[_, control, _]| *control != adviser));
    }
}
