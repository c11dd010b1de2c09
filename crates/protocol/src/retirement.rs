//! The end of an epoch (section 11): which label a participant may puncture, and when the old token
//! is dead.

use regent_primitives::{AccessTree, Participant, RegenToken, H256};

use crate::{
    device_root::{Label, LeafSeed},
    share::ShareError,
    succession::{verify_own_leaf, verify_same_key, SuccessorError},
};

/// Why a participant must keep the label of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SupersededError {
    /// The other token does not follow.
    #[error("keep the label: {0}")]
    NotSuccessor(#[from] SuccessorError),
    /// The participant could not serve the new token.
    #[error("keep the label, the new token cannot be served: {0}")]
    OwnLeaf(#[from] ShareError),
}

/// The label of an epoch that this participant may puncture ([`crate::DeviceRoot::puncture_all`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Superseded(Label);

impl Superseded {
    /// Checks that `new` is a later token of the key and that `who` regenerates its share of each of
    /// its leaves that the new token has; `seed` is its device root's value at the new token's label.
    /// Who has no leaf there has nothing to lose.
    ///
    /// Only for a `new` that finalised state says is `Active`, and after its confirmation is durable.
    ///
    /// # Errors
    /// [`SupersededError`]: the label must be kept.
    pub fn verify(
        genesis: H256,
        old: &RegenToken,
        new: &RegenToken,
        who: &Participant,
        seed: &LeafSeed,
    ) -> Result<Self, SupersededError> {
        verify_same_key(old, new)?;
        for (leaf, (_, holder)) in new.tree.leaves().into_iter().enumerate() {
            if holder == *who && new.is_present(leaf) {
                verify_own_leaf(genesis, new, leaf, seed)?;
            }
        }
        Ok(Self(Label::from_bytes(old.label(genesis))))
    }

    /// The label.
    pub const fn label(&self) -> Label {
        self.0
    }
}

/// Whether every set of leaves that satisfies the tree contains one of those that are `hit`: then the
/// others together do not satisfy it.
pub fn every_set_is_hit(tree: &AccessTree, hit: impl Fn(usize) -> bool) -> bool {
    !tree.satisfied(|leaf| !hit(leaf))
}

/// Whether a token is `Retired`: no set of leaves that could still regenerate their shares satisfies
/// its tree. `punctured` holds for participants whose signed puncture of the token's label is
/// finalised **and** who are rollback protected: a puncture that a restored disk undoes counts for
/// nothing. A leaf that was absent never had a share to regenerate.
pub fn is_retired(token: &RegenToken, punctured: impl Fn(&Participant) -> bool) -> bool {
    let leaves = token.tree.leaves();
    // One label serves all leaves of a participant.
    let is_punctured = |leaf: usize| leaves.get(leaf).is_some_and(|(_, who)| punctured(who));
    every_set_is_hit(&token.tree, |leaf| !token.is_present(leaf) || is_punctured(leaf))
}

#[cfg(test)]
mod tests;
