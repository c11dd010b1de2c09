//! What a head must meet to be acted on.

use alloc::vec::Vec;

use regent_primitives::{BlockNumber, H256};

use super::of_chain;
use crate::{error::HeadError, layout, limits::Limits, state::ProvenState};

/// What a head must meet to be acted on. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadRules {
    /// The chain: hash of its first block.
    pub genesis: H256,
    /// Duration of an Aura slot.
    pub slot_milliseconds: u64,
    /// The oldest a head may be, counted from its slot.
    pub maximum_age_milliseconds: u64,
    /// The farthest a head may be ahead of this machine's clock.
    pub future_tolerance_milliseconds: u64,
    /// The farthest this machine's clock may go back: corrections by a time service.
    pub clock_tolerance_milliseconds: u64,
    /// BLAKE2b-256 of each runtime code that was reviewed.
    pub known_code: Vec<H256>,
    /// Bounds of what strangers bring.
    pub limits: Limits,
}

impl HeadRules {
    /// The rules of section 7: heads at most 30 s old.
    pub fn new(genesis: H256, slot_milliseconds: u64, known_code: Vec<H256>) -> Self {
        Self {
            genesis,
            slot_milliseconds,
            maximum_age_milliseconds: 30_000,
            future_tolerance_milliseconds: 2_000,
            clock_tolerance_milliseconds: 2_000,
            known_code,
            limits: Limits::default(),
        }
    }

    /// A head's age, zero if it is a little ahead.
    pub(crate) fn age(&self, number: BlockNumber, slot: u64, now: u64) -> Result<u64, HeadError> {
        let due = slot.saturating_mul(self.slot_milliseconds);
        let ahead = due.saturating_sub(now);
        if ahead > self.future_tolerance_milliseconds {
            let limit = self.future_tolerance_milliseconds;
            return Err(HeadError::Future { number, found: ahead, limit });
        }
        let age = now.saturating_sub(due);
        if age > self.maximum_age_milliseconds {
            let limit = self.maximum_age_milliseconds;
            return Err(HeadError::Stale { number, found: age, limit });
        }
        Ok(age)
    }

    /// The clock did not go back since `seen_at`, in milliseconds since the Unix epoch.
    pub(crate) fn check_clock(&self, now: u64, seen_at: u64) -> Result<(), HeadError> {
        if now.saturating_add(self.clock_tolerance_milliseconds) < seen_at {
            return Err(HeadError::ClockWentBack { found: now, known: seen_at });
        }
        Ok(())
    }

    /// The hash of the code in a state of this chain, of which [`layout::always_read`] was asked.
    pub(crate) fn check_chain(
        &self,
        number: BlockNumber,
        state: &ProvenState,
    ) -> Result<H256, HeadError> {
        let code = state.hash(layout::CODE)?.ok_or(HeadError::NoCode { number })?;
        of_chain(state.get(&layout::block_hash(0))?.unwrap_or_default(), self.genesis)?;
        Ok(code)
    }
}
