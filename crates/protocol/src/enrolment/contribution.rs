//! What a participant seals to an enrolment session.

use regent_primitives::Group;
use zeroize::Zeroizing;

use super::Contributed;
use crate::{
    mask::Mask,
    share::{canonical_scalar, ShareError, SHARE_BYTES},
};

/// Bytes of a contribution: a mask and as much entropy.
pub const CONTRIBUTION_BYTES: usize = 64;

/// A participant's mask for its leaf, and 32 bytes of fresh entropy.
pub struct Contribution {
    /// The mask of its leaf.
    pub mask: Mask,
    /// Fresh random bytes.
    pub entropy: Zeroizing<[u8; 32]>,
}

impl Contribution {
    /// A contribution of a mask and these fresh random bytes; in a [`Zeroizing`] already, so that no
    /// copy of theirs is left behind.
    pub fn new(mask: Mask, entropy: impl Into<Zeroizing<[u8; 32]>>) -> Self {
        Self { mask, entropy: entropy.into() }
    }

    /// The body to be sealed: `mask 32 ‖ entropy 32`.
    pub fn encode(&self) -> Zeroizing<[u8; CONTRIBUTION_BYTES]> {
        encode_body(&self.mask.scalar, &self.entropy)
    }

    /// Reads an opened body.
    ///
    /// # Errors
    /// [`ShareError::Length`], with the bytes of the whole body, and [`ShareError::NotCanonical`].
    pub fn decode(group: Group, body: &[u8]) -> Result<Self, ShareError> {
        let (scalar, entropy) = decode_body(group, body)?;
        Ok(Self { mask: Mask { group, scalar }, entropy })
    }
}

/// `scalar 32 ‖ entropy 32`.
pub(crate) fn encode_body(
    scalar: &[u8; SHARE_BYTES],
    entropy: &[u8; 32],
) -> Zeroizing<[u8; CONTRIBUTION_BYTES]> {
    let mut body = Zeroizing::new([0; CONTRIBUTION_BYTES]);
    for (to, from) in body.iter_mut().zip(scalar.iter().chain(entropy)) {
        *to = *from;
    }
    body
}

/// A secret scalar and entropy, wiped when dropped.
type Body = (Zeroizing<[u8; SHARE_BYTES]>, Zeroizing<[u8; 32]>);

/// Reads what [`encode_body`] wrote.
pub(crate) fn decode_body(group: Group, body: &[u8]) -> Result<Body, ShareError> {
    let length = ShareError::Length { found: body.len() };
    if body.len() != CONTRIBUTION_BYTES {
        return Err(length);
    }
    let (scalar, entropy) = body.split_at(SHARE_BYTES);
    let scalar = canonical_scalar(group, scalar)?;
    let entropy = entropy.try_into().map_err(|_| length)?;
    Ok((scalar, Zeroizing::new(entropy)))
}

impl Contributed for Contribution {
    fn group(&self) -> Group {
        self.mask.group()
    }

    fn entropy(&self) -> &[u8; 32] {
        &self.entropy
    }
}
