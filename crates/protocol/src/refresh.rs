//! Refresh of a native key (section 11): new shares of the same key, of which nobody sees one.
//!
//! Each participant seals `u_l = m_l(e) - m_l(e+1)`. The session adds a sharing `z` of zero along the
//! tree: `d'_l = d_l + u_l + z_l`, so that `d'_l + m_l(e+1) = s_l + z_l`, and adds the commitments of
//! `z` to the old ones. This file is the session's side: no type of it holds a share, a mask or a
//! key, and none can be computed from what it is given.
//!
//! Shares of two epochs make nothing together. A whole set of old ones still makes the key, which is
//! the same, until the old labels are punctured ([`crate::retirement`]). The shares below a chain of
//! gates of threshold 1 are the key itself: there only the masks change.

mod contribution;

use rand_core::CryptoRngCore;
use regent_primitives::{
    token::Point, Algorithm, BoundedVec, Commitments, KeyKind, LeafPath, RegenToken,
};
use zeroize::Zeroizing;

use crate::{
    commitments::TokenError,
    enrolment::{by_leaf, mix, split_by, Dealt, EnrolmentError, EnrolmentParams},
    groups::{with_group, PrimeGroup},
    kdf::Prk,
    sharing::{leaf_path, Sharing},
    succession::NextEpoch,
};

pub use contribution::RefreshContribution;

/// Why there is no refreshed token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// Of a seed key nothing is published that a sharing of zero could be added to.
    #[error("{0:?} keys are seeds and cannot be refreshed: reshare this key")]
    NotNative(Algorithm),
    /// Epochs are numbered in 32 bits.
    #[error("the key is in the last epoch that has a number: enrol a new key")]
    LastEpoch,
    /// The old token was not made by this protocol.
    #[error("the old token cannot be refreshed: {0}")]
    OldToken(TokenError),
    /// A correction of the old token is not below the group's order.
    #[error("the correction of leaf {leaf} in the old token is no canonical scalar")]
    Correction {
        /// The leaf.
        leaf: LeafPath,
    },
    /// The leaf has no correction that could be refreshed.
    #[error("leaf {leaf} is absent in the old token: reshare to bring it back")]
    AbsentLeaf {
        /// The leaf.
        leaf: LeafPath,
    },
    /// The contributions do not make a token.
    #[error(transparent)]
    Dealing(#[from] EnrolmentError),
}

/// A refresh from one token to the next epoch.
#[derive(Clone, Debug)]
pub struct Refresh<'a> {
    old: &'a RegenToken,
    next: EnrolmentParams,
    spare: u16,
}

impl<'a> Refresh<'a> {
    /// A refresh of this token, which the caller found in finalised state.
    ///
    /// # Errors
    /// [`RefreshError::NotNative`], [`RefreshError::LastEpoch`], [`RefreshError::OldToken`].
    pub fn new(old: &'a RegenToken, next: &NextEpoch) -> Result<Self, RefreshError> {
        if old.algorithm.kind() != KeyKind::Native {
            return Err(RefreshError::NotNative(old.algorithm));
        }
        old.check_shape().map_err(|shape| RefreshError::OldToken(TokenError::Shape(shape)))?;
        let params = next.params(old, old.tree.clone()).ok_or(RefreshError::LastEpoch)?;
        Ok(Self { old, next: params, spare: next.spare })
    }

    /// What the new token will consist of: the label of its masks, and what contributions are sealed
    /// for ([`crate::SuccessionContext`]).
    pub const fn next(&self) -> &EnrolmentParams {
        &self.next
    }

    /// The enclave's part: adds a fresh sharing of zero. `contributions` are by the leaf's number in
    /// preorder; the first of a leaf counts. A leaf without one drops out, and comes back by a
    /// reshare.
    ///
    /// # Errors
    /// Nothing is derived from contributions that do not satisfy the tree with the spare asked for.
    pub fn deal(
        &self,
        contributions: Vec<(usize, RefreshContribution)>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<RegenToken, RefreshError> {
        let group = self.old.algorithm.group();
        let contributions = by_leaf(&self.next.tree, group, self.spare, contributions)?;
        let stranger = |(leaf, sent): (usize, &Option<_>)| {
            (sent.is_some() && !self.old.is_present(leaf)).then(|| self.path(leaf))
        };
        if let Some(leaf) = contributions.iter().enumerate().find_map(stranger) {
            return Err(RefreshError::AbsentLeaf { leaf });
        }
        let entropy = mix(&contributions, rng)?;
        let dealt = with_group!(group, G => self.deal_zero::<G>(&contributions, &entropy)?);
        let wrapped = self.old.wrapped.clone().map(BoundedVec::into_inner);
        Ok(self.next.token(self.old.public_key.to_vec(), dealt, wrapped)?)
    }

    /// Samples `z` and adds it.
    fn deal_zero<G: PrimeGroup>(
        &self,
        contributions: &[Option<RefreshContribution>],
        entropy: &Prk,
    ) -> Result<Dealt, RefreshError> {
        let z = split_by::<G>(&self.next, entropy, &G::Scalar::from(0))?;
        self.add::<G>(&z, contributions)
    }

    /// Adds the sharing `z` to commitments and, with the differences, to corrections.
    fn add<G: PrimeGroup>(
        &self,
        z: &Sharing<G>,
        contributions: &[Option<RefreshContribution>],
    ) -> Result<Dealt, RefreshError> {
        let Commitments::Native { gates, leaves } = &self.old.commitments else {
            return Err(RefreshError::NotNative(self.old.algorithm));
        };
        let too_many = |_| EnrolmentError::Degenerate;
        let commitments = Commitments::Native {
            gates: add_images::<G>(gates, &z.coefficients, 0)?.try_into().map_err(too_many)?,
            leaves: add_images::<G>(leaves, &z.leaves, gates.len())?
                .try_into()
                .map_err(too_many)?,
        };
        let corrections = z.leaves.iter().zip(contributions).zip(&self.old.corrections).enumerate();
        let correct = |(leaf, ((z, sent), old)): (usize, ((_, &Option<_>), &Option<_>))| {
            let (Some(sent), Some(old)) = (sent, old) else { return Ok(None) };
            self.correct::<G>(leaf, z, sent, old).map(Some)
        };
        let corrections = corrections.map(correct).collect::<Result<_, _>>()?;
        Ok(Dealt { commitments, corrections })
    }

    /// `d'_l = d_l + u_l + z_l`.
    fn correct<G: PrimeGroup>(
        &self,
        leaf: usize,
        z: &G::Scalar,
        sent: &RefreshContribution,
        old: &[u8; 32],
    ) -> Result<[u8; 32], RefreshError> {
        let old = G::scalar_from_bytes(old)
            .ok_or_else(|| RefreshError::Correction { leaf: self.path(leaf) })?;
        let difference = G::scalar_from_bytes(&sent.difference)
            .map(Zeroizing::new)
            .ok_or(EnrolmentError::Degenerate)?;
        Ok(G::scalar_to_bytes(&(old + *difference + *z)))
    }

    fn path(&self, leaf: usize) -> LeafPath {
        leaf_path(&self.old.tree, leaf).unwrap_or_default()
    }
}

/// The old commitments, each with the image of its secret of `z` added. Zero adds nothing: the
/// root's constant term keeps its bytes.
fn add_images<G: PrimeGroup>(
    old: &[Point],
    z: &[G::Scalar],
    from: usize,
) -> Result<Vec<Point>, RefreshError> {
    let add = |(index, (point, z)): (usize, (&Point, &G::Scalar))| {
        let point = G::decode(point).map_err(|reason| {
            RefreshError::OldToken(TokenError::Point { index: from + index, reason })
        })?;
        let sum = G::encode(&(point + G::mul_base(z))).ok_or(EnrolmentError::Degenerate)?;
        Ok(sum)
    };
    old.iter().zip(z).enumerate().map(add).collect()
}

#[cfg(test)]
mod tests;
