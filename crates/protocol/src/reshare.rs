//! Reshare (section 11): the same key for another quorum or tree, with fresh shares and fresh masks.
//!
//! The one way for seed keys, and for every change of who must take part. The key exists inside
//! [`Reshare::deal`], as for an operation.

use rand_core::CryptoRngCore;
use regent_primitives::{token::TokenShapeError, AccessTree, BoundedVec, LeafPath, RegenToken};
use zeroize::Zeroizing;

use crate::{
    combine::{combine_root, CombineError},
    device_root::LeafSeed,
    enrolment::{by_leaf, deal, mix, Contribution, EnrolmentError, EnrolmentParams},
    groups::{with_group, PrimeGroup},
    share::{Share, ShareError},
    succession::NextEpoch,
};

/// Why there is no reshared token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReshareError {
    /// Epochs are numbered in 32 bits.
    #[error("the key is in the last epoch that has a number: enrol a new key")]
    LastEpoch,
    /// The old token was not made by this protocol.
    #[error("the old token's shape is wrong ({0:?}): it cannot be reshared")]
    OldToken(TokenShapeError),
    /// The old token's shares do not make its key.
    #[error("old shares: {0}")]
    Combine(#[from] CombineError),
    /// The new participants' contributions do not make a token.
    #[error("new leaves: {0}")]
    Dealing(#[from] EnrolmentError),
}

/// A reshare from one token to the next epoch.
#[derive(Clone, Debug)]
pub struct Reshare<'a> {
    old: &'a RegenToken,
    next: EnrolmentParams,
    spare: u16,
}

/// A new token, and whose shares of the old one made it.
#[derive(Clone, Debug)]
pub struct Reshared {
    /// The token of the next epoch.
    pub token: RegenToken,
    /// As [`crate::Combined::used`].
    pub used: Vec<LeafPath>,
    /// As [`crate::Combined::faulty`].
    pub faulty: Vec<LeafPath>,
}

impl<'a> Reshare<'a> {
    /// A reshare of this token, which the caller found in finalised state, along a tree.
    ///
    /// # Errors
    /// [`ReshareError::LastEpoch`], [`ReshareError::OldToken`].
    pub fn new(
        old: &'a RegenToken,
        next: &NextEpoch,
        tree: AccessTree,
    ) -> Result<Self, ReshareError> {
        old.check_shape().map_err(ReshareError::OldToken)?;
        let params = next.params(old, tree).ok_or(ReshareError::LastEpoch)?;
        Ok(Self { old, next: params, spare: next.spare })
    }

    /// What the new token will consist of: the label of its masks, and what shares and contributions
    /// are sealed for ([`crate::SuccessionContext`]).
    pub const fn next(&self) -> &EnrolmentParams {
        &self.next
    }

    /// A new participant's part: the mask of its leaf of the new tree, and fresh random bytes. `seed`
    /// is its device root's value at the label of [`Reshare::next`].
    ///
    /// Participants of the old token send shares, as for an operation.
    ///
    /// # Errors
    /// [`ShareError::NoSuchLeaf`].
    pub fn contribute(
        &self,
        leaf: usize,
        seed: &LeafSeed,
        entropy: impl Into<Zeroizing<[u8; 32]>>,
    ) -> Result<Contribution, ShareError> {
        Ok(Contribution::new(self.next.mask(leaf, seed)?, entropy))
    }

    /// The enclave's part: makes the key of the old token's shares, deals it along the new tree, and
    /// forgets it. Shares are by the leaf's number in the old tree, contributions by that in the new;
    /// the first of a leaf counts. A new leaf without a contribution gets no correction.
    ///
    /// # Errors
    /// No share is looked at before the contributions satisfy the new tree with the spare asked for.
    pub fn deal(
        &self,
        shares: Vec<(usize, Share)>,
        contributions: Vec<(usize, Contribution)>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Reshared, ReshareError> {
        let group = self.old.algorithm.group();
        let contributions = by_leaf(&self.next.tree, group, self.spare, contributions)?;
        let entropy = mix(&contributions, rng)?;
        let root = combine_root(self.next.genesis, self.old, shares)?;
        let dealt = with_group!(group, G => {
            let secret = G::scalar_from_bytes(&root.secret)
                .map(Zeroizing::new)
                .ok_or(EnrolmentError::Degenerate)?;
            deal::<G>(&self.next, &contributions, &entropy, &secret)?
        });
        // Neither depends on the epoch: an imported key stays wrapped as it is.
        let wrapped = self.old.wrapped.clone().map(BoundedVec::into_inner);
        let token = self.next.token(self.old.public_key.to_vec(), dealt, wrapped)?;
        Ok(Reshared { token, used: root.used, faulty: root.faulty })
    }
}

#[cfg(test)]
mod tests;
