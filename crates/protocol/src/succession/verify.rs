//! Whether a new token is the old one's successor, by what everyone can read and by what each
//! participant can regenerate (section 11).

use regent_primitives::{Commitments, Epoch, LeafPath, RegenToken, TreeNode, H256};

use crate::{
    commitments::{verify_token, TokenError},
    device_root::LeafSeed,
    mask::Mask,
    share::{regenerate, ShareError},
    sharing::leaf_path,
};

/// Why a token does not succeed another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuccessorError {
    /// What must stay through all epochs of a key did not.
    #[error("the new token has another {0} than the old one: refuse it, it is not the same key")]
    OtherKey(&'static str),
    /// Not a later epoch.
    #[error("the new token is of epoch {found}, the old one of {old}: refuse it")]
    Epoch {
        /// Epoch of the new token.
        found: Epoch,
        /// Epoch of the old one.
        old: Epoch,
    },
    /// One session makes one token.
    #[error("both tokens name one enrolment: refuse the new one, its masks were used before")]
    SameEnrolment,
    /// A refresh keeps who must take part.
    #[error(
        "a refresh has the old token's tree, this token has another: only a reshare changes it"
    )]
    OtherTree,
    /// A seed key cannot be refreshed.
    #[error("a token without group elements was not made by a refresh: verify it as a reshare")]
    NotNative,
    /// A leaf that was absent has a correction, which no refresh can compute.
    #[error("leaf {leaf} was absent in the old token and is not in the new one: refuse it")]
    Returned {
        /// The leaf.
        leaf: LeafPath,
    },
    /// A coefficient was not changed, so that old and new shares would mix.
    #[error(
        "commitment {index} of the new token is the old one's: its shares are not fresh, refuse it"
    )]
    NotFresh {
        /// Number of the commitment among those of the gates.
        index: usize,
    },
    /// The new token is not a sharing of the key.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// Checks a refreshed token against the old one, by public data alone: same key, policy aside; a
/// later epoch; the same tree, and no leaf present that was absent; commitments that are one sharing
/// of the byte-equal public key; and of every gate all coefficients but the constant one changed.
///
/// Then `z` was a sharing of zero: `old` was checked by [`verify_token`] when it was made. Whether
/// the corrections are right only participants can tell, each by [`verify_own_leaf`].
///
/// # Errors
/// The first rule that is broken.
pub fn verify_refresh(old: &RegenToken, new: &RegenToken) -> Result<(), SuccessorError> {
    verify_same_key(old, new)?;
    let (Commitments::Native { gates: before, .. }, Commitments::Native { gates, .. }) =
        (&old.commitments, &new.commitments)
    else {
        return Err(SuccessorError::NotNative);
    };
    if old.tree != new.tree {
        return Err(SuccessorError::OtherTree);
    }
    let returned = |leaf: &usize| new.is_present(*leaf) && !old.is_present(*leaf);
    if let Some(leaf) = (0..new.tree.leaf_count()).find(returned) {
        return Err(SuccessorError::Returned {
            leaf: leaf_path(&new.tree, leaf).unwrap_or_default(),
        });
    }
    verify_token(new)?;
    // The public keys are equal and each is its token's root: so are the roots.
    let stale = constant_terms(new).into_iter().zip(before).zip(gates).enumerate();
    for (index, ((is_constant, before), now)) in stale {
        if !is_constant && before == now {
            return Err(SuccessorError::NotFresh { index });
        }
    }
    Ok(())
}

/// Checks a reshared token against the old one, by public data alone: same key, policy and tree
/// aside; a later epoch; for a native key, commitments that are one sharing of the byte-equal
/// public key; for a seed key, the same check value and wrapped material.
///
/// # Errors
/// The first rule that is broken.
pub fn verify_reshare(old: &RegenToken, new: &RegenToken) -> Result<(), SuccessorError> {
    verify_same_key(old, new)?;
    Ok(verify_token(new)?)
}

/// Checks that a participant regenerates its share of a leaf, by its commitment, and forgets the
/// share. `seed` is its device root's value at the token's label.
///
/// # Errors
/// As [`regenerate`].
pub fn verify_own_leaf(
    genesis: H256,
    token: &RegenToken,
    leaf: usize,
    seed: &LeafSeed,
) -> Result<(), ShareError> {
    let mask = Mask::of_leaf(genesis, token, leaf, seed)?;
    regenerate(genesis, token, leaf, &mask).map(drop)
}

/// Whether both tokens are of one key, and the second of a later epoch and another enrolment.
pub(crate) fn verify_same_key(old: &RegenToken, new: &RegenToken) -> Result<(), SuccessorError> {
    let checks = match (&old.commitments, &new.commitments) {
        (Commitments::Native { gates: old, .. }, Commitments::Native { gates: new, .. }) => {
            old.first() == new.first()
        }
        (Commitments::Seed { check: old, .. }, Commitments::Seed { check: new, .. }) => old == new,
        _ => false,
    };
    let same = [
        ("id", old.key_id == new.key_id),
        ("algorithm", old.algorithm == new.algorithm),
        ("public key", old.public_key == new.public_key),
        ("root commitment", checks),
        ("wrapped material", old.wrapped == new.wrapped),
    ];
    if let Some((what, _)) = same.into_iter().find(|(_, same)| !same) {
        return Err(SuccessorError::OtherKey(what));
    }
    if new.epoch <= old.epoch {
        return Err(SuccessorError::Epoch { found: new.epoch, old: old.epoch });
    }
    if new.enrolment_id == old.enrolment_id {
        return Err(SuccessorError::SameEnrolment);
    }
    Ok(())
}

/// Of each gate commitment in preorder, whether it is a constant term.
fn constant_terms(token: &RegenToken) -> Vec<bool> {
    let thresholds = token.tree.nodes().iter().filter_map(|node| match node {
        TreeNode::Gate { threshold, .. } => Some(*threshold),
        TreeNode::Leaf(_) => None,
    });
    thresholds.flat_map(|threshold| (0..threshold).map(|power| power == 0)).collect()
}
