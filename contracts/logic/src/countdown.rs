//! Waiting on a chain that may stand still.
//!
//! Time is counted in blocks. A chain that stands still makes none, so nothing comes due while it does.
//! That alone is not enough: whoever would have acted in the last blocks of a period finds them gone
//! when the chain wakes. A [`Countdown`] therefore starts anew after a halt.
//!
//! # How a contract knows of a halt
//!
//! It sees two clocks: heights, which count blocks, and the times of blocks, which are the times of
//! their slots. Between two observations a running chain's clocks agree: so many blocks take so many
//! milliseconds. If much more time went by than the blocks account for, the chain stood still
//! in between. Two things follow:
//! - A few authors that are down make a slow chain, not a halted one. Blocks may take twice as long as
//!   they should ([`SLOWNESS`]) and no halt is seen.
//! - The longer nobody looks, the more a halt hides among slow blocks. A halt is surely found if it is
//!   longer than [`Pace::halt`] and the blocks since the last observation would take in time. Anyone may
//!   observe at any block, to find shorter ones.
//!
//! A halt is taken to have ended when it was found: that is later than it did, so the wait only grows.

use codec::{Decode, Encode};

use crate::{bounds::MAX_PERIOD, BlockNumber, Error, Moment};

/// How many times longer than they should blocks may take before the chain counts as halted.
pub const SLOWNESS: u64 = 2;

/// The shortest halt that can be told from the clocks, which contracts may read in whole seconds.
pub const MIN_HALT: u64 = 10_000;

/// How fast the chain makes blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Pace {
    /// Milliseconds a block should take.
    pub block: u32,
    /// Milliseconds without a block that are a halt, at least [`MIN_HALT`].
    pub halt: u64,
}

impl Pace {
    /// Whether it can be measured with.
    pub fn check(&self) -> Result<(), Error> {
        if self.block == 0 || self.halt < MIN_HALT {
            return Err(Error::InvalidPace);
        }
        Ok(())
    }

    /// Whether the chain stood still between two moments.
    fn halted(&self, from: Moment, to: Moment) -> bool {
        let blocks = u64::from(to.block.saturating_sub(from.block));
        let explained = blocks.saturating_mul(u64::from(self.block)).saturating_mul(SLOWNESS);
        to.milliseconds.saturating_sub(from.milliseconds) > explained.saturating_add(self.halt)
    }
}

/// A period has a length, and ends before numbers do.
pub fn check_period(blocks: u32) -> Result<(), Error> {
    if blocks == 0 || blocks > MAX_PERIOD {
        return Err(Error::InvalidPeriod);
    }
    Ok(())
}

/// The block that many blocks later.
pub fn after(block: BlockNumber, blocks: u32) -> Result<BlockNumber, Error> {
    block.checked_add(blocks).ok_or(Error::DateTooFar)
}

/// Blocks that have to pass on a running chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Countdown {
    length: u32,
    until: BlockNumber,
    seen: Moment,
}

impl Countdown {
    /// Starts now.
    pub fn start(now: Moment, length: u32) -> Result<Self, Error> {
        Ok(Self { length, until: after(now.block, length)?, seen: now })
    }

    /// Looks at the clocks, and starts anew if the chain stood still. Returns whether it did.
    pub fn observe(&mut self, now: Moment, pace: &Pace) -> Result<bool, Error> {
        let halted = pace.halted(self.seen, now);
        if halted {
            self.until = after(now.block, self.length)?;
        }
        self.seen = now;
        Ok(halted)
    }

    /// The last block of the wait.
    pub const fn until(&self) -> BlockNumber {
        self.until
    }

    /// Whether the wait is over.
    pub const fn is_over(&self, now: Moment) -> bool {
        now.block > self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { block: 500, halt: 60_000 };

    fn at(block: BlockNumber, milliseconds: u64) -> Moment {
        Moment { block, milliseconds }
    }

    #[test]
    fn a_running_chain_counts_down() {
        let mut wait = Countdown::start(at(10, 5_000), 100).unwrap();
        assert!(!wait.observe(at(110, 55_000), &PACE).unwrap());
        assert!(!wait.is_over(at(110, 55_000)));
        assert!(wait.is_over(at(111, 55_500)));
    }

    #[test]
    fn a_halt_starts_it_anew() {
        let mut wait = Countdown::start(at(10, 5_000), 100).unwrap();
        assert!(wait.observe(at(109, 5_000 + 99_000 + 60_001), &PACE).unwrap());
        assert_eq!(wait.until(), 209);
    }

    #[test]
    fn a_chain_at_half_its_pace_is_not_halted() {
        let mut wait = Countdown::start(at(0, 0), 1_000).unwrap();
        for block in 1..=1_000u32 {
            assert!(!wait.observe(at(block, u64::from(block) * 1_000), &PACE).unwrap());
        }
        assert!(wait.is_over(at(1_001, 1_001_000)));
    }

    #[test]
    fn a_short_halt_is_found_by_whoever_looked_before_it() {
        let mut wait = Countdown::start(at(0, 0), 1_000).unwrap();
        let mut unobserved = wait;
        let after_halt = at(501, 250_000 + 61_500);
        assert!(!unobserved.observe(after_halt, &PACE).unwrap());
        assert!(!wait.observe(at(500, 250_000), &PACE).unwrap());
        assert!(wait.observe(after_halt, &PACE).unwrap());
    }

    #[test]
    fn numbers_end_before_dates_do() {
        assert_eq!(Countdown::start(at(u32::MAX, 0), 1), Err(Error::DateTooFar));
        assert_eq!(check_period(0), Err(Error::InvalidPeriod));
        assert_eq!(check_period(MAX_PERIOD + 1), Err(Error::InvalidPeriod));
        assert_eq!(check_period(MAX_PERIOD), Ok(()));
    }
}
