//! Masks: what a participant's device root yields for one leaf of one enrolment (section 3).

use regent_primitives::{
    hashing::{preimage, Tag},
    EnrolmentId, Epoch, Group, KeyId, LeafPath, RegenToken, H256,
};
use zeroize::Zeroizing;

use crate::{
    commitments::no_such_leaf,
    device_root::LeafSeed,
    groups::{with_group, PrimeGroup},
    kdf,
    share::ShareError,
    sharing::leaf_path,
};

/// What a mask is derived for. Two contexts that differ anywhere have unrelated masks.
#[derive(Clone, Copy, Debug)]
pub struct MaskContext<'a> {
    /// The chain.
    pub genesis: H256,
    /// The key.
    pub key: KeyId,
    /// Its epoch.
    pub epoch: Epoch,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The leaf.
    pub leaf: &'a LeafPath,
    /// The group of the share.
    pub group: Group,
}

impl MaskContext<'_> {
    /// The `info` of the derivation: `tag ‖ genesis ‖ (key, epoch, enrolment, leaf, group)`.
    pub fn info(&self) -> Vec<u8> {
        let context = (self.key, self.epoch, self.enrolment, self.leaf, self.group);
        preimage(Tag::Mask, self.genesis, &context)
    }
}

/// A secret scalar, 32 bytes in its group's byte order. Leaves the participant only sealed.
pub struct Mask {
    pub(crate) group: Group,
    pub(crate) scalar: Zeroizing<[u8; 32]>,
}

impl Mask {
    /// `m = to_scalar(HKDF-Expand(seed, info))`, with SHA-512.
    pub fn derive(seed: &LeafSeed, context: &MaskContext<'_>) -> Self {
        let okm = kdf::expand(seed.as_bytes(), &context.info());
        let scalar = with_group!(context.group, G => {
            let scalar = Zeroizing::new(G::reduce_wide(&okm));
            Zeroizing::new(G::scalar_to_bytes(&scalar))
        });
        Self { group: context.group, scalar }
    }

    /// The mask of a token's leaf, from its participant's device root at the token's label.
    ///
    /// # Errors
    /// [`ShareError::NoSuchLeaf`].
    pub fn of_leaf(
        genesis: H256,
        token: &RegenToken,
        leaf: usize,
        seed: &LeafSeed,
    ) -> Result<Self, ShareError> {
        let path = leaf_path(&token.tree, leaf).ok_or_else(|| no_such_leaf(&token.tree, leaf))?;
        let context = MaskContext {
            genesis,
            key: token.key_id,
            epoch: token.epoch,
            enrolment: token.enrolment_id,
            leaf: &path,
            group: token.algorithm.group(),
        };
        Ok(Self::derive(seed, &context))
    }

    /// The group of the scalar.
    pub const fn group(&self) -> Group {
        self.group
    }
}

#[cfg(test)]
mod tests;
