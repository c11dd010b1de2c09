//! From one epoch of a key to the next (section 11): what refresh and reshare have in common.

mod verify;

use regent_primitives::{AccessTree, EnrolmentId, Epoch, PolicyHash, RegenToken, H256};

use crate::enrolment::EnrolmentParams;

pub(crate) use verify::verify_same_key;
pub use verify::{verify_own_leaf, verify_refresh, verify_reshare, SuccessorError};

/// What the token of the next epoch is made with. All else it has from the token before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextEpoch {
    /// The chain.
    pub genesis: H256,
    /// Its number, after the old token's: not always the very next, because an epoch that was withdrawn
    /// keeps its number.
    pub epoch: Epoch,
    /// The window of its label.
    pub window: u32,
    /// `EnrolmentId::derive` of request and session.
    pub enrolment_id: EnrolmentId,
    /// The policy it commits to.
    pub policy_hash: PolicyHash,
    /// Satisfied children that every gate must have more than it needs, as far as it has so many: 1,
    /// or 0 where the owner accepts that no more leaves answer.
    pub spare: u16,
}

impl NextEpoch {
    /// What the token after `old` consists of; `None` if it has no later number.
    pub(crate) fn params(&self, old: &RegenToken, tree: AccessTree) -> Option<EnrolmentParams> {
        (self.epoch > old.epoch).then(|| EnrolmentParams {
            genesis: self.genesis,
            key_id: old.key_id,
            algorithm: old.algorithm,
            epoch: self.epoch,
            window: self.window,
            enrolment_id: self.enrolment_id,
            tree,
            policy_hash: self.policy_hash,
        })
    }
}

#[cfg(test)]
mod tests;
