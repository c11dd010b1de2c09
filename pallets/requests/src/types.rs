//! What the pallet keeps beside the shared types.

use codec::{Decode, Encode, MaxEncodedLen};
use regent_primitives::{
    bounds::MAX_LEAVES, AgentId, Attempt, BlockNumber, BoundedVec, ConstU32, InstitutionId,
};
use scale_info::TypeInfo;

/// A request that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct OpenRequest {
    /// The institution that submitted it, and to which it is charged.
    pub institution: InstitutionId,
    /// The block at which its deadline is settled.
    pub queued_at: BlockNumber,
}

/// What waits for agents: an attempt of a request that may be released.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Offer {
    /// The attempt.
    pub attempt: Attempt,
    /// The last block at which a release counts: the nearer deadline of request and session.
    pub until: BlockNumber,
    /// Agents that neither released all their leaves nor refused.
    pub agents: BoundedVec<Awaited, ConstU32<MAX_LEAVES>>,
}

/// What an offer awaits of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Awaited {
    /// The agent.
    pub agent: AgentId,
    /// Leaves it has not released, at least 1.
    pub leaves: u16,
}

/// What notes about one institution's requests and keys used of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct NoteUsage {
    /// The block: in any other, nothing is used.
    pub block: BlockNumber,
    /// Used in that block, in picoseconds of reference time.
    pub used: u64,
}
