//! What leaves and root are checked against (sections 1, 2 and 4).
//!
//! Native keys publish Feldman commitments and each leaf's image; seed keys only hashes, because a
//! quantum computer would read the seed from a group element.

mod consistency;

use regent_primitives::{
    hashing::{preimage, Tag},
    token::Point,
    AccessTree, Algorithm, Commitments, EnrolmentId, Epoch, KeyId, LeafPath, RegenToken, H256,
};
use sp_core::{Blake2Hasher, Hasher};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    groups::{with_group, PrimeGroup},
    share::{Share, ShareError},
    sharing::{leaf_path, Sharing},
};

pub use consistency::{verify_token, TokenError};

/// The Feldman commitments of a sharing; `None` if one would be the identity.
pub(crate) fn commit_native<G: PrimeGroup>(sharing: &Sharing<G>) -> Option<Commitments> {
    let images = |scalars: &[G::Scalar]| scalars.iter().map(G::image).collect::<Option<Vec<_>>>();
    Some(Commitments::Native {
        gates: images(&sharing.coefficients)?.try_into().ok()?,
        leaves: images(&sharing.leaves)?.try_into().ok()?,
    })
}

/// What the hash commitments of a seed key are bound to.
#[derive(Clone, Copy)]
pub(crate) struct SeedContext {
    pub(crate) genesis: H256,
    pub(crate) key: KeyId,
    pub(crate) algorithm: Algorithm,
    pub(crate) epoch: Epoch,
    pub(crate) enrolment: EnrolmentId,
}

impl SeedContext {
    pub(crate) fn of(genesis: H256, token: &RegenToken) -> Self {
        Self {
            genesis,
            key: token.key_id,
            algorithm: token.algorithm,
            epoch: token.epoch,
            enrolment: token.enrolment_id,
        }
    }

    /// `H(context ‖ path ‖ s_l)`.
    pub(crate) fn leaf(&self, path: &LeafPath, share: &[u8; 32]) -> H256 {
        Blake2Hasher::hash(&self.leaf_preimage(path, share))
    }

    pub(crate) fn leaf_preimage(&self, path: &LeafPath, share: &[u8; 32]) -> Zeroizing<Vec<u8>> {
        let fields = (self.key, self.algorithm, self.epoch, self.enrolment, path, share);
        Zeroizing::new(preimage(Tag::SeedLeaf, self.genesis, &fields))
    }
}

/// Checks a share against its leaf's commitment: one multiplication, or one hash.
///
/// # Errors
/// [`ShareError::NoSuchLeaf`] if the token has no such leaf, [`ShareError::Mismatch`] if the share
/// is another's.
pub fn verify_leaf(
    genesis: H256,
    token: &RegenToken,
    leaf: usize,
    share: &Share,
) -> Result<(), ShareError> {
    let matches = match &token.commitments {
        Commitments::Native { leaves, .. } => {
            let committed = leaves.get(leaf).ok_or_else(|| no_such_leaf(&token.tree, leaf))?;
            image_of(share).is_some_and(|image| image.as_slice().ct_eq(committed).into())
        }
        Commitments::Seed { leaves, .. } => {
            let committed = leaves.get(leaf).ok_or_else(|| no_such_leaf(&token.tree, leaf))?;
            let path =
                leaf_path(&token.tree, leaf).ok_or_else(|| no_such_leaf(&token.tree, leaf))?;
            let hash = SeedContext::of(genesis, token).leaf(&path, share.as_bytes());
            hash.as_bytes().ct_eq(committed.as_bytes()).into()
        }
    };
    if matches {
        Ok(())
    } else {
        Err(ShareError::Mismatch { leaf: leaf_path(&token.tree, leaf).unwrap_or_default() })
    }
}

pub(crate) fn no_such_leaf(tree: &AccessTree, leaf: usize) -> ShareError {
    ShareError::NoSuchLeaf { found: leaf, leaves: tree.leaf_count() }
}

fn image_of(share: &Share) -> Option<Point> {
    with_group!(share.group(), G => {
        G::scalar_from_bytes(share.as_bytes()).map(Zeroizing::new).and_then(|s| G::image(&s))
    })
}
