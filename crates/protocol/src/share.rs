//! A leaf's share: regenerated from the public token and a mask, sealed, and forgotten (section 4).

use regent_primitives::{Group, LeafPath, RegenToken, H256};
use zeroize::Zeroizing;

use crate::{
    commitments::{no_such_leaf, verify_leaf},
    groups::{with_group, PrimeGroup},
    mask::Mask,
    sharing::leaf_path,
};

/// Bytes of a share in its sealed body.
pub const SHARE_BYTES: usize = 32;

/// A secret scalar, 32 bytes in its group's byte order.
pub struct Share {
    group: Group,
    bytes: Zeroizing<[u8; SHARE_BYTES]>,
}

/// Why a share cannot be regenerated or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The token has fewer leaves.
    #[error("leaf number {found} does not exist: the token has {leaves} leaves")]
    NoSuchLeaf {
        /// Number asked for, from 0.
        found: usize,
        /// Leaves of the token.
        leaves: usize,
    },
    /// The leaf took no part in the enrolment.
    #[error("leaf {leaf} was absent at enrolment and has no correction: reshare to bring it back")]
    AbsentLeaf {
        /// The leaf.
        leaf: LeafPath,
    },
    /// The scalar is of another group than the token's.
    #[error("scalar of group {found:?}, expected {expected:?}: derive it for the token's group")]
    Group {
        /// Its group.
        found: Group,
        /// The token's.
        expected: Group,
    },
    /// A sealed body of the wrong length.
    #[error("a share has {found} bytes, expected 32")]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// A scalar that is not below its group's order.
    #[error("not a canonical scalar of {group:?}")]
    NotCanonical {
        /// The group.
        group: Group,
    },
    /// The share does not fit the leaf's commitment.
    #[error("the share does not fit the commitment of leaf {leaf}: wrong root, leaf or token")]
    Mismatch {
        /// The leaf.
        leaf: LeafPath,
    },
}

impl Share {
    /// The group of the scalar.
    pub const fn group(&self) -> Group {
        self.group
    }

    /// The body to be sealed, 32 bytes.
    pub fn as_sealed_body(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// Reads an opened body.
    ///
    /// # Errors
    /// [`ShareError::Length`] and [`ShareError::NotCanonical`].
    pub fn from_sealed_body(group: Group, body: &[u8]) -> Result<Self, ShareError> {
        Ok(Self { group, bytes: canonical_scalar(group, body)? })
    }

    pub(crate) fn from_scalar<G: PrimeGroup>(group: Group, scalar: &G::Scalar) -> Self {
        Self { group, bytes: Zeroizing::new(G::scalar_to_bytes(scalar)) }
    }

    pub(crate) fn as_bytes(&self) -> &[u8; SHARE_BYTES] {
        &self.bytes
    }
}

/// Reads a secret scalar that came from outside.
pub(crate) fn canonical_scalar(
    group: Group,
    bytes: &[u8],
) -> Result<Zeroizing<[u8; SHARE_BYTES]>, ShareError> {
    let bytes: &[u8; SHARE_BYTES] =
        bytes.try_into().map_err(|_| ShareError::Length { found: bytes.len() })?;
    let canonical =
        with_group!(group, G => G::scalar_from_bytes(bytes).map(Zeroizing::new).is_some());
    if canonical {
        Ok(Zeroizing::new(*bytes))
    } else {
        Err(ShareError::NotCanonical { group })
    }
}

/// `s_l = d_l + m_l`, checked against the leaf's commitment; `leaf` is its number in preorder.
///
/// # Errors
/// Says which part does not fit; nothing of the share is in the error.
pub fn regenerate(
    genesis: H256,
    token: &RegenToken,
    leaf: usize,
    mask: &Mask,
) -> Result<Share, ShareError> {
    let group = token.algorithm.group();
    if mask.group() != group {
        return Err(ShareError::Group { found: mask.group(), expected: group });
    }
    let correction = token
        .corrections
        .get(leaf)
        .ok_or_else(|| no_such_leaf(&token.tree, leaf))?
        .as_ref()
        .ok_or_else(|| ShareError::AbsentLeaf {
            leaf: leaf_path(&token.tree, leaf).unwrap_or_default(),
        })?;
    let share = with_group!(group, G => {
        let correction =
            G::scalar_from_bytes(correction).ok_or(ShareError::NotCanonical { group })?;
        let mask = G::scalar_from_bytes(&mask.scalar)
            .map(Zeroizing::new)
            .ok_or(ShareError::NotCanonical { group })?;
        let share = Zeroizing::new(correction + *mask);
        Share::from_scalar::<G>(group, &share)
    });
    verify_leaf(genesis, token, leaf, &share)?;
    Ok(share)
}

#[cfg(test)]
mod tests;
