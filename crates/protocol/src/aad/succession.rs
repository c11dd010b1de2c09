//! What a participant's part in the making of a key's next epoch is sealed to (sections 7 and 11).

use codec::Encode;
use regent_primitives::{
    hashing::{hash, preimage, Tag},
    AccessTree, EnrolmentId, Epoch, PolicyHash, H256,
};

use super::{Fields, ReleaseContext};
use crate::enrolment::EnrolmentParams;

/// What the sealed bytes are: one never opens as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode)]
pub enum SuccessionPart {
    /// For a refresh: the difference of a leaf's masks of both epochs.
    #[codec(index = 0)]
    Difference,
    /// For a reshare: the share of a leaf of the old token.
    #[codec(index = 1)]
    Share,
    /// For a reshare: the mask of a leaf of the new tree.
    #[codec(index = 2)]
    Mask,
}

/// The refresh or reshare that a difference, share or mask is released for: bound to both epochs.
#[derive(Clone, Copy, Debug)]
pub struct SuccessionContext<'a> {
    /// The operation, with epoch and enrolment of the old token. The leaf is one of the new tree for
    /// [`SuccessionPart::Mask`], and one of the old otherwise.
    pub release: ReleaseContext<'a>,
    /// What is sealed.
    pub part: SuccessionPart,
    /// The epoch that is being made.
    pub next: &'a EnrolmentParams,
}

/// What follows the fields of a release.
type NextFields<'a> = (SuccessionPart, Epoch, u32, EnrolmentId, PolicyHash, &'a AccessTree);

impl SuccessionContext<'_> {
    /// `H(fields of section 7 ‖ part ‖ epoch' ‖ window' ‖ enrolment_id' ‖ policy_hash' ‖ tree')`. No
    /// release has this hash: its preimage ends where this one goes on.
    pub fn aad(&self) -> H256 {
        hash(Tag::Aad, self.release.genesis, &self.fields())
    }

    /// The bytes that [`SuccessionContext::aad`] hashes, for vectors and other implementations.
    pub fn preimage(&self) -> Vec<u8> {
        preimage(Tag::Aad, self.release.genesis, &self.fields())
    }

    fn fields(&self) -> (Fields<'_>, NextFields<'_>) {
        let EnrolmentParams { epoch, window, enrolment_id, policy_hash, tree, .. } = self.next;
        let next = (self.part, *epoch, *window, *enrolment_id, *policy_hash, tree);
        (self.release.fields(), next)
    }
}

#[cfg(test)]
mod tests;
