//! Periods and dates: people think in days, contracts in blocks.

use std::cmp::Ordering;

use regent_client::Client;
use regent_primitives::{timing::SLOT_MILLISECONDS, BlockNumber};
use toml::Value;

use super::{error::OfField, TermsError};
use crate::error::CliError;

/// Longest period of any terms, in blocks: as the contracts have it.
const MAX_PERIOD: u32 = 1_262_304_000;

/// Units of time in milliseconds, the longest first.
const UNITS: [(&str, u64); 6] = [
    ("year", 365 * 86_400_000),
    ("week", 7 * 86_400_000),
    ("day", 86_400_000),
    ("hour", 3_600_000),
    ("minute", 60_000),
    ("second", 1_000),
];

/// What a period may look like.
const PERIOD: &str =
    "write a number of blocks, or \"30 days\" in seconds, minutes, hours, days, weeks \
                      or years";

/// Where the chain is, and how fast it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The block from which dates count.
    pub block: BlockNumber,
    /// Milliseconds a block takes.
    pub slot_milliseconds: u64,
}

impl Clock {
    /// The chain's, at a block.
    pub async fn at(client: &Client, block: BlockNumber) -> Result<Self, CliError> {
        Ok(Self { block, slot_milliseconds: client.slot_milliseconds().await? })
    }

    /// The chain's, at its newest finalised block.
    pub async fn now(client: &Client) -> Result<Self, CliError> {
        Self::at(client, client.finalised_head().await?.number).await
    }

    /// Where no network is at hand: dates count from block 0.
    pub const fn offline() -> Self {
        Self::from_block(0)
    }

    /// As of a block that is known: its terms are the same whenever they are read again.
    pub const fn from_block(block: BlockNumber) -> Self {
        Self { block, slot_milliseconds: SLOT_MILLISECONDS }
    }

    /// Milliseconds of a block, as contracts count them.
    pub fn block_milliseconds(&self) -> u32 {
        u32::try_from(self.slot_milliseconds).unwrap_or(u32::MAX)
    }

    /// A period in blocks, rounded up.
    pub fn period(&self, value: &Value, field: &str) -> Result<u32, TermsError> {
        let blocks = match value {
            Value::Integer(blocks) => u64::try_from(*blocks).map_err(|_| PERIOD.to_owned()),
            Value::String(text) => {
                milliseconds(text).map(|time| time.div_ceil(self.slot_milliseconds))
            }
            _ => Err(PERIOD.to_owned()),
        };
        let blocks = blocks.of(field)?;
        u32::try_from(blocks)
            .ok()
            .filter(|blocks| (1..=MAX_PERIOD).contains(blocks))
            .ok_or_else(|| format!("is {blocks} blocks; give between 1 and {MAX_PERIOD}"))
            .of(field)
    }

    /// A date: a block by its number, or a period from now.
    pub fn date(&self, value: &Value, field: &str) -> Result<BlockNumber, TermsError> {
        if let Value::Integer(number) = value {
            return BlockNumber::try_from(*number)
                .ok()
                .filter(|number| *number > self.block)
                .ok_or_else(|| {
                    format!("block {number} is not to come; the chain is at {}", self.block)
                })
                .of(field);
        }
        let blocks = self.period(value, field)?;
        self.block.checked_add(blocks).ok_or("is beyond the last block there can be").of(field)
    }

    /// A time in milliseconds, which no slot divides.
    pub fn time(&self, value: &Value, field: &str) -> Result<u64, TermsError> {
        match value {
            Value::String(text) => milliseconds(text),
            _ => Err("write a time such as \"1 minute\"".to_owned()),
        }
        .of(field)
    }

    /// How far a block is from now, in words.
    pub fn distance(&self, block: BlockNumber) -> String {
        let blocks = u64::from(block.abs_diff(self.block));
        let time = words(blocks.saturating_mul(self.slot_milliseconds));
        match block.cmp(&self.block) {
            Ordering::Greater => format!("in about {time}"),
            Ordering::Equal => "now".to_owned(),
            Ordering::Less => format!("about {time} ago"),
        }
    }
}

/// Reads `30 days`.
fn milliseconds(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is no time; {PERIOD}");
    let (number, unit) = text.trim().split_once(' ').ok_or_else(wrong)?;
    let unit = unit.trim();
    let singular = unit.strip_suffix('s').unwrap_or(unit);
    let (_, length) = UNITS.iter().find(|(name, _)| *name == singular).ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(*length).ok_or_else(|| format!("{text:?} is too long a time"))
}

/// A time in words, rounded down to the longest unit that fits.
fn words(milliseconds: u64) -> String {
    for (unit, length) in UNITS {
        let number = milliseconds.checked_div(length).unwrap_or_default();
        if number > 0 {
            let plural = if number == 1 { "" } else { "s" };
            return format!("{number} {unit}{plural}");
        }
    }
    "no time".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOCK: Clock = Clock { block: 1_000, slot_milliseconds: 6_000 };

    fn text(text: &str) -> Value {
        Value::String(text.to_owned())
    }

    #[test]
    fn a_period_is_blocks_or_a_time() {
        let period = |value: Value| CLOCK.period(&value, "grace");
        assert_eq!(period(Value::Integer(7)).expect("blocks"), 7);
        assert_eq!(period(text("30 days")).expect("a time"), 432_000);
        assert_eq!(period(text("1 week")).expect("a time"), 100_800);
        assert_eq!(period(text("7 seconds")).expect("rounded up"), 2);
        for wrong in [
            text("30"),
            text("30 fortnights"),
            text("-1 days"),
            text("1.5 days"),
            text("0 days"),
            text("9999 years"),
            text("99999999999999999999 days"),
            text("999999999999999 years"),
            Value::Integer(0),
            Value::Integer(-1),
            Value::Boolean(true),
        ] {
            let error = period(wrong.clone()).expect_err("no period").to_string();
            assert!(error.contains("`grace`"), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_date_is_to_come() {
        let date = |value: Value| CLOCK.date(&value, "deadline");
        assert_eq!(date(Value::Integer(1_001)).expect("a block"), 1_001);
        assert_eq!(date(text("1 minute")).expect("a time"), 1_010);
        let passed = date(Value::Integer(1_000)).expect_err("now").to_string();
        assert!(passed.contains("`deadline`") && passed.contains("1000"), "{passed}");
    }

    #[test]
    fn times_are_told_in_words() {
        assert_eq!(words(0), "no time");
        assert_eq!(words(1_000), "1 second");
        assert_eq!(words(3 * 86_400_000 + 5), "3 days");
        assert_eq!(CLOCK.distance(1_010), "in about 1 minute");
        assert_eq!(CLOCK.distance(1_000), "now");
        assert_eq!(CLOCK.distance(400), "about 1 hour ago");
    }
}
