//! Sales.

use std::io::Write;

use alloy_primitives::FixedBytes;
use regent_client::Contract;
use regent_contract_abi::ISale::Standing;
use regent_payload::ethereum::checksummed;
use regent_primitives::BlockNumber;
use serde_json::{json, Value};

use crate::{output::Show, terms::Clock, units::hexadecimal};

/// Where a sale stands.
pub struct SaleView {
    /// The contract.
    pub contract: Contract,
    /// When it was asked.
    pub clock: Clock,
    /// Where it stands.
    pub standing: Standing,
    /// The key, or 0.
    pub key: FixedBytes<32>,
    /// What the buyer has to send next; 0 where the price is paid elsewhere.
    pub due: u128,
    /// What is refunded to the buyer, and not sent yet.
    pub refund: u128,
    /// The last block in which it can be settled.
    pub settle_until: BlockNumber,
    /// The last block in which a request of the seller may still be carried out.
    pub requests_until: BlockNumber,
}

/// Its name, where it stands, and what comes next.
const fn words(standing: Standing) -> [&'static str; 3] {
    match standing {
        Standing::Draft => [
            "draft",
            "no key is bound yet; the seller is in control",
            "the seller binds one: `bind`",
        ],
        Standing::Open => [
            "open",
            "for sale; the seller uses the key",
            "the buyer reserves it, `reserve`, or pays at once, `pay`",
        ],
        Standing::Reserved => [
            "reserved",
            "a payment is to come; nobody uses the key",
            "the buyer pays: `pay`; or elsewhere, and oracles attest it: `attest-payment`",
        ],
        Standing::Paid => [
            "paid",
            "all is paid; nobody uses the key",
            "once all consented (`sign-off`): `prepare --step settle`, then `settle`",
        ],
        Standing::Disputed => [
            "disputed",
            "disputed, or a payment has to be returned; nobody uses the key",
            "the arbiter rules: `rule`; what was paid is returned before: `attest-return`",
        ],
        Standing::Settled => ["settled", "sold; the buyer has the key", "nothing"],
        Standing::Cancelled => [
            "cancelled",
            "nothing is sold; the seller uses the key",
            "the seller takes it back: `prepare --step take-back`, then `take-back`; a refund is \
             sent to the buyer: `withdraw`",
        ],
        Standing::Left => ["left", "over; the seller has the key", "nothing"],
        Standing::__Invalid => [
            "unknown",
            "unknown; the contract is of another kind or version",
            "correct the address",
        ],
    }
}

impl SaleView {
    fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Settled | Standing::Cancelled | Standing::Left)
    }
}

impl Show for SaleView {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let clock = &self.clock;
        let [_, standing, next] = words(self.standing);
        writeln!(out, "sale         {}", checksummed(self.contract.address.0))?;
        writeln!(out, "account      {}", self.contract.account)?;
        writeln!(out, "standing     {standing}")?;
        if !self.key.is_zero() {
            writeln!(out, "key          {}", hexadecimal(self.key))?;
        }
        if !self.is_over() {
            let until = self.settle_until;
            let distance = clock.distance(until);
            let over = if clock.block > until { "; anyone may `expire` it" } else { "" };
            writeln!(out, "settle until block {until}, {distance}{over}")?;
        }
        if self.requests_until > clock.block {
            let until = self.requests_until;
            let distance = clock.distance(until);
            writeln!(out, "requests     the seller's may run until block {until}, {distance}")?;
        }
        if self.due != 0 || self.refund != 0 {
            writeln!(out, "amounts      {} due, {} to withdraw", self.due, self.refund)?;
        }
        writeln!(out, "next         {next}")?;
        writeln!(out, "as of        block {}", clock.block)
    }

    fn json(&self) -> Value {
        json!({
            "contract": checksummed(self.contract.address.0),
            "account": self.contract.account.to_string(),
            "standing": words(self.standing)[0],
            "key": (!self.key.is_zero()).then(|| hexadecimal(self.key)),
            "due": self.due.to_string(),
            "refund": self.refund.to_string(),
            "settle_until": self.settle_until,
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

    fn view(standing: Standing) -> SaleView {
        SaleView {
            contract: Contract::at(H160::repeat_byte(0x52)),
            clock: Clock { block: 1_000, slot_milliseconds: 500 },
            standing,
            key: FixedBytes([7; 32]),
            due: 0,
            refund: 0,
            settle_until: 1_240,
            requests_until: 0,
        }
    }

    #[test]
    fn an_open_sale_says_until_when_and_what_comes_next() {
        let mut view = view(Standing::Open);
        view.requests_until = 1_120;
        let text = text(&view);
        assert!(text.contains("settle until block 1240, in about 2 minutes\n"), "{text}");
        assert!(text.contains("may run until block 1120"), "{text}");
        assert!(text.contains("`reserve`"), "{text}");
        assert_eq!(view.json()["standing"], "open");
    }

    #[test]
    fn a_sale_whose_time_is_over_can_be_ended() {
        let mut view = view(Standing::Reserved);
        view.settle_until = 999;
        assert!(text(&view).contains("`expire`"));
        view.standing = Standing::Settled;
        assert!(!text(&view).contains("`expire`"));
    }

    #[test]
    fn every_standing_has_words_of_its_own() {
        use Standing::{Cancelled, Disputed, Draft, Left, Open, Paid, Reserved, Settled};
        let all = [Draft, Open, Reserved, Paid, Disputed, Settled, Cancelled, Left];
        let names: std::collections::BTreeSet<_> = all.map(words).into_iter().collect();
        assert_eq!(names.len(), all.len());
    }
}
