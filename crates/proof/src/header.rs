//! What a header says: its slot, and the authorities that come next.

use codec::DecodeAll;
use regent_primitives::BlockNumber;
use sp_consensus_grandpa::{AuthorityList, ConsensusLog, GRANDPA_ENGINE_ID};
use sp_runtime::{generic, traits::BlakeTwo256, ConsensusEngineId, DigestItem};

use crate::error::FinalityError;

/// A header of this chain.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;

/// The consensus engine whose pre-runtime digest holds the slot.
pub const AURA_ENGINE_ID: ConsensusEngineId = *b"aura";

/// The Aura slot: multiplied by the slot's duration, the milliseconds since the Unix epoch at which
/// the block was due. None for the first block of a chain; none either if there are two.
///
/// By the rule of the nodes that import the block (`find_pre_digest` of `sc-consensus-aura`): an item
/// that does not decode is no slot. A stricter rule here would stop at blocks that the chain goes on from.
pub fn slot(header: &Header) -> Option<u64> {
    let read = |item: &DigestItem| item.pre_runtime_try_to(&AURA_ENGINE_ID);
    let mut slots = header.digest.logs.iter().filter_map(read);
    match (slots.next(), slots.next()) {
        (Some(slot), None) => Some(slot),
        _ => None,
    }
}

/// The authorities that finalise what follows this block, if they change with it.
///
/// # Errors
/// A change that this chain does not make, or that nothing proves. A node would skip what it cannot
/// read; here it is refused, because it may be a change that a newer runtime announces.
pub fn next_authorities(header: &Header) -> Result<Option<AuthorityList>, FinalityError> {
    let number = header.number;
    let mut next = None;
    for item in &header.digest.logs {
        let DigestItem::Consensus(GRANDPA_ENGINE_ID, bytes) = item else { continue };
        let log = ConsensusLog::<BlockNumber>::decode_all(&mut bytes.as_slice())
            .map_err(|_| FinalityError::UnknownDigest { number })?;
        match log {
            ConsensusLog::ScheduledChange(change) => {
                if change.delay != 0 {
                    return Err(FinalityError::DelayedChange { number, delay: change.delay });
                }
                if next.replace(change.next_authorities).is_some() {
                    return Err(FinalityError::AmbiguousChange { number });
                }
            }
            ConsensusLog::ForcedChange(..) => return Err(FinalityError::ForcedChange { number }),
            // Who is disabled goes on being counted, and a pause stops votes, not their meaning.
            ConsensusLog::OnDisabled(_) | ConsensusLog::Pause(_) | ConsensusLog::Resume(_) => {}
        }
    }
    Ok(next)
}
