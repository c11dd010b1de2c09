//! When things happened, as far as that is proven.
//!
//! Of the head, the slot is proven. Slots go up from block to block, by one at least: a block that is `n`
//! blocks before the head is at least `n` slots older, and may be older than that.

use chrono::DateTime;
use codec::DecodeAll;
use regent_evidence::{Bundle, Report};
use regent_primitives::{timing::SLOT_MILLISECONDS, BlockNumber};
use regent_proof::{header::slot, Header};

/// Tells times.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    /// The head's height and slot.
    head: Option<(BlockNumber, u64)>,
}

impl Clock {
    /// By the head of a bundle, if it is final.
    pub(crate) fn new(bundle: &Bundle, report: &Report) -> Self {
        let header = bundle.head.run.first();
        let header = header.and_then(|bytes| Header::decode_all(&mut bytes.as_slice()).ok());
        let header = header.filter(|header| report.head == Some((header.number, header.hash())));
        Self { head: header.and_then(|header| Some((header.number, slot(&header)?))) }
    }

    /// When the head was due.
    pub(crate) fn head(self) -> Option<String> {
        shown(self.head?.1)
    }

    /// The time after which a block was not made.
    pub(crate) fn latest(self, block: BlockNumber) -> Option<String> {
        let (head, slot) = self.head?;
        shown(slot.checked_sub(head.checked_sub(block)?.into())?)
    }

    /// A block, with the latest time at which it can have been made.
    pub(crate) fn block(self, block: BlockNumber) -> String {
        match self.latest(block) {
            Some(latest) => format!("block {block}, by {latest}"),
            None => format!("block {block}"),
        }
    }
}

/// The beginning of a slot, to the second.
fn shown(slot: u64) -> Option<String> {
    let milliseconds = i64::try_from(slot.checked_mul(SLOT_MILLISECONDS)?).ok()?;
    let time = DateTime::from_timestamp_millis(milliseconds)?;
    Some(time.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_no_younger_than_its_distance_from_the_head() {
        let clock = Clock { head: Some((100, 3_500_000_100)) };
        assert_eq!(clock.head().as_deref(), Some("2025-06-15 15:07:30 UTC"));
        assert_eq!(clock.latest(100), clock.head());
        assert_eq!(clock.latest(98).as_deref(), Some("2025-06-15 15:07:29 UTC"));
        assert_eq!(clock.block(98), "block 98, by 2025-06-15 15:07:29 UTC");
    }

    #[test]
    fn without_a_slot_or_after_the_head_no_time_is_told() {
        assert_eq!(Clock::default().block(7), "block 7");
        let clock = Clock { head: Some((100, 3_500_000_100)) };
        assert_eq!(clock.latest(101), None);
        assert_eq!(Clock { head: Some((100, u64::MAX)) }.head(), None);
        assert_eq!(Clock { head: Some((100, 5)) }.latest(1), None);
    }
}
