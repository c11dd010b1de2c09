//! What a participant seals to an enrolment session.

use regent_primitives::Group;
use zeroize::Zeroizing;

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
    /// A contribution of a mask and these fresh random bytes.
    pub fn new(mask: Mask, entropy: [u8; 32]) -> Self {
        Self { mask, entropy: Zeroizing::new(entropy) }
    }

    /// The body to be sealed: `mask 32 ‖ entropy 32`.
    pub fn encode(&self) -> Zeroizing<[u8; CONTRIBUTION_BYTES]> {
        let mut body = Zeroizing::new([0; CONTRIBUTION_BYTES]);
        let bytes = self.mask.scalar.iter().chain(self.entropy.iter());
        for (to, from) in body.iter_mut().zip(bytes) {
            *to = *from;
        }
        body
    }

    /// Reads an opened body.
    ///
    /// # Errors
    /// [`ShareError::Length`], with the bytes of the whole body, and [`ShareError::NotCanonical`].
    pub fn decode(group: Group, body: &[u8]) -> Result<Self, ShareError> {
        let length = ShareError::Length { found: body.len() };
        if body.len() != CONTRIBUTION_BYTES {
            return Err(length);
        }
        let (mask, entropy) = body.split_at(SHARE_BYTES);
        let scalar = canonical_scalar(group, mask)?;
        let entropy = entropy.try_into().map_err(|_| length)?;
        Ok(Self { mask: Mask { group, scalar }, entropy: Zeroizing::new(entropy) })
    }
}
