//! The participant's side of a refresh: what it seals to the session.

use regent_primitives::Group;
use zeroize::Zeroizing;

use super::Refresh;
use crate::{
    device_root::LeafSeed,
    enrolment::{decode_body, encode_body, Contributed, CONTRIBUTION_BYTES},
    groups::{with_group, PrimeGroup},
    mask::Mask,
    share::{ShareError, SHARE_BYTES},
    succession::verify_own_leaf,
};

/// The difference of a leaf's masks of two epochs, and 32 bytes of fresh entropy. It says nothing of
/// either mask. Opaque, wiped when dropped, neither shown nor copied.
pub struct RefreshContribution {
    group: Group,
    pub(super) difference: Zeroizing<[u8; SHARE_BYTES]>,
    entropy: Zeroizing<[u8; 32]>,
}

impl Refresh<'_> {
    /// A participant's part: `u_l` of its leaf, and fresh random bytes. `old` and `new` are its device
    /// root's values at the old token's label and at the label of [`Refresh::next`].
    ///
    /// # Errors
    /// As [`verify_own_leaf`] of the old token: with a mask that does not fit it, the participant
    /// would shut itself out of the new one.
    pub fn contribute(
        &self,
        leaf: usize,
        old: &LeafSeed,
        new: &LeafSeed,
        entropy: impl Into<Zeroizing<[u8; 32]>>,
    ) -> Result<RefreshContribution, ShareError> {
        let genesis = self.next.genesis;
        verify_own_leaf(genesis, self.old, leaf, old)?;
        let old = Mask::of_leaf(genesis, self.old, leaf, old)?;
        let new = self.next.mask(leaf, new)?;
        RefreshContribution::between(&old, &new, entropy.into())
    }
}

impl RefreshContribution {
    /// `u_l = m_l(e) - m_l(e+1)`.
    pub(super) fn between(
        old: &Mask,
        new: &Mask,
        entropy: Zeroizing<[u8; 32]>,
    ) -> Result<Self, ShareError> {
        let group = new.group();
        if old.group() != group {
            return Err(ShareError::Group { found: old.group(), expected: group });
        }
        let difference = with_group!(group, G => {
            let scalar = |mask: &Mask| {
                G::scalar_from_bytes(&mask.scalar)
                    .map(Zeroizing::new)
                    .ok_or(ShareError::NotCanonical { group })
            };
            let difference = Zeroizing::new(*scalar(old)? - *scalar(new)?);
            Zeroizing::new(G::scalar_to_bytes(&difference))
        });
        Ok(Self { group, difference, entropy })
    }

    /// The body to be sealed: `difference 32 ‖ entropy 32`.
    pub fn encode(&self) -> Zeroizing<[u8; CONTRIBUTION_BYTES]> {
        encode_body(&self.difference, &self.entropy)
    }

    /// Reads an opened body.
    ///
    /// # Errors
    /// [`ShareError::Length`], with the bytes of the whole body, and [`ShareError::NotCanonical`].
    pub fn decode(group: Group, body: &[u8]) -> Result<Self, ShareError> {
        let (difference, entropy) = decode_body(group, body)?;
        Ok(Self { group, difference, entropy })
    }
}

impl Contributed for RefreshContribution {
    fn group(&self) -> Group {
        self.group
    }

    fn entropy(&self) -> &[u8; 32] {
        &self.entropy
    }
}
