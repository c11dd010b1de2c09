//! Enrolment, or phantomizing: from contributions to a public token (section 6, steps 2 and 3).

mod contribution;
mod dealing;

use rand_core::CryptoRngCore;
use regent_primitives::{
    hashing::{preimage, Tag},
    AccessTree, Algorithm, EnrolmentId, Epoch, Group, KeyId, KeyKind, PolicyHash, RegenToken, H256,
};
use zeroize::Zeroizing;

use crate::{
    commitments::no_such_leaf,
    device_root::{Label, LeafSeed},
    groups::{with_group, PrimeGroup},
    kdf::Prk,
    mask::{Mask, MaskContext},
    operations,
    seed_key::Seed,
    share::ShareError,
    sharing::leaf_path,
};

pub(crate) use contribution::{decode_body, encode_body};
pub use contribution::{Contribution, CONTRIBUTION_BYTES};
pub(crate) use dealing::{by_leaf, deal, mix, split_by, Contributed, Dealt};

/// Satisfied children that every gate must have more than it needs, as far as it has so many.
const SPARE: u16 = 1;

/// What is enrolled.
#[derive(Clone, Debug)]
pub struct EnrolmentParams {
    /// The chain.
    pub genesis: H256,
    /// The key.
    pub key_id: KeyId,
    /// What it is for.
    pub algorithm: Algorithm,
    /// Its epoch; 0 for a new key.
    pub epoch: Epoch,
    /// The window of the device roots' labels.
    pub window: u32,
    /// `EnrolmentId::derive` of request and session.
    pub enrolment_id: EnrolmentId,
    /// Who must take part.
    pub tree: AccessTree,
    /// The policy the token commits to.
    pub policy_hash: PolicyHash,
}

impl EnrolmentParams {
    /// The label under which every participant's device root is evaluated.
    pub fn label(&self) -> Label {
        Label::derive(self.genesis, self.window, self.key_id, self.epoch, self.enrolment_id)
    }

    /// The mask of a leaf, from its participant's device root at [`EnrolmentParams::label`].
    ///
    /// # Errors
    /// [`ShareError::NoSuchLeaf`].
    pub fn mask(&self, leaf: usize, seed: &LeafSeed) -> Result<Mask, ShareError> {
        let path = leaf_path(&self.tree, leaf).ok_or_else(|| no_such_leaf(&self.tree, leaf))?;
        let context = MaskContext {
            genesis: self.genesis,
            key: self.key_id,
            epoch: self.epoch,
            enrolment: self.enrolment_id,
            leaf: &path,
            group: self.algorithm.group(),
        };
        Ok(Mask::derive(seed, &context))
    }

    /// The `info` from which `k` is expanded.
    pub(crate) fn secret_info(&self) -> Vec<u8> {
        preimage(Tag::EnrolmentSecret, self.genesis, &self.context())
    }

    /// The `info` from which coefficient `index`, from 1, of gate `gate` in preorder, from 0, is
    /// expanded.
    pub(crate) fn coefficient_info(&self, gate: u32, index: u32) -> Vec<u8> {
        let coefficient = (self.context(), gate, index);
        preimage(Tag::EnrolmentCoefficient, self.genesis, &coefficient)
    }

    fn context(&self) -> (KeyId, Epoch, EnrolmentId, Algorithm) {
        (self.key_id, self.epoch, self.enrolment_id, self.algorithm)
    }
}

/// A key that exists already and is taken over.
///
/// It was held elsewhere before: whoever held it still can.
pub enum Imported {
    /// A native key: its scalar, canonical, in its group's byte order.
    Scalar(Zeroizing<[u8; 32]>),
    /// The key material of a seed algorithm: an AES-256 key (32 bytes), `d ‖ z` of ML-KEM-768 (64),
    /// or the seed `ξ` of ML-DSA-65 (32). It is wrapped under a fresh seed; the token carries the
    /// ciphertext.
    Material(Zeroizing<Vec<u8>>),
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentError {
    /// A contribution for a leaf that the tree does not have.
    #[error("contribution for leaf number {found}: the tree has {leaves} leaves")]
    NoSuchLeaf {
        /// Number of the leaf, from 0.
        found: usize,
        /// Leaves of the tree.
        leaves: usize,
    },
    /// A mask of another group.
    #[error("leaf number {leaf} contributed a mask of {found:?}, expected {expected:?}")]
    MaskGroup {
        /// Number of the leaf, from 0.
        leaf: usize,
        /// Its group.
        found: Group,
        /// The algorithm's.
        expected: Group,
    },
    /// Too few contributions: every gate needs one satisfied child to spare, as far as it has one.
    #[error(
        "{present} of {leaves} leaves contributed, which leaves some gate without one to spare: \
         wait for more, or open a new attempt"
    )]
    TooFewContributions {
        /// Leaves that contributed.
        present: usize,
        /// Leaves of the tree.
        leaves: usize,
    },
    /// An imported key of the wrong kind, length or range.
    #[error("the imported key is not one of {algorithm:?}: {expected}")]
    Imported {
        /// The algorithm.
        algorithm: Algorithm,
        /// What is expected.
        expected: &'static str,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: try again")]
    Randomness,
    /// A derived scalar was zero, which happens once in 2^250 enrolments.
    #[error("a derived secret was zero: try again")]
    Degenerate,
}

/// Makes a key, or takes an imported one, and splits it along the tree. `contributions` are by the
/// leaf's number in preorder; the first of a leaf counts. The secret, its shares and polynomials
/// exist only inside this call.
///
/// A leaf without a contribution gets no correction; it comes back by a reshare.
///
/// # Errors
/// Nothing is derived from contributions that do not satisfy the tree with one to spare.
pub fn enrol(
    params: &EnrolmentParams,
    contributions: Vec<(usize, Contribution)>,
    imported: Option<Imported>,
    rng: &mut impl CryptoRngCore,
) -> Result<RegenToken, EnrolmentError> {
    let tree = &params.tree;
    let contributions = by_leaf(tree, params.algorithm.group(), SPARE, contributions)?;
    let entropy = mix(&contributions, rng)?;
    with_group!(params.algorithm.group(), G => {
        let (secret, material) = choose_secret::<G>(params, &entropy, imported)?;
        let (public_key, wrapped) = publish::<G>(params, &secret, material, rng)?;
        let dealt = deal::<G>(params, &contributions, &entropy, &secret)?;
        params.token(public_key, dealt, wrapped)
    })
}

/// A new key's secret, and material to be wrapped under it.
type Chosen<S> = (Zeroizing<S>, Option<Zeroizing<Vec<u8>>>);

/// The imported scalar, or one expanded from the mix.
fn choose_secret<G: PrimeGroup>(
    params: &EnrolmentParams,
    entropy: &Prk,
    imported: Option<Imported>,
) -> Result<Chosen<G::Scalar>, EnrolmentError> {
    let algorithm = params.algorithm;
    let fresh = || G::reduce_wide(&entropy.expand(&params.secret_info()));
    let (secret, material) = match (algorithm.kind(), imported) {
        (_, None) => (fresh(), None),
        (KeyKind::Seed, Some(Imported::Material(material))) => (fresh(), Some(material)),
        (KeyKind::Native, Some(Imported::Scalar(bytes))) => {
            let scalar = G::scalar_from_bytes(&bytes).ok_or_else(|| wrong_import(algorithm))?;
            (scalar, None)
        }
        _ => return Err(wrong_import(algorithm)),
    };
    Ok((Zeroizing::new(secret), material))
}

/// The public key, and the wrapped material of an imported one.
fn publish<G: PrimeGroup>(
    params: &EnrolmentParams,
    secret: &G::Scalar,
    imported: Option<Zeroizing<Vec<u8>>>,
    rng: &mut impl CryptoRngCore,
) -> Result<(Vec<u8>, Option<Vec<u8>>), EnrolmentError> {
    let algorithm = params.algorithm;
    if algorithm.kind() == KeyKind::Native {
        let public_key = G::image(secret).ok_or_else(|| wrong_import(algorithm))?;
        return Ok((public_key.into_inner(), None));
    }
    let bytes = Zeroizing::new(G::scalar_to_bytes(secret));
    let seed = Seed::new(params.genesis, params.key_id, algorithm, &bytes);
    let (public_key, wrapped) = match imported {
        None => (operations::public_key(algorithm, seed.material().as_slice()), None),
        Some(material) => {
            if Some(material.len()) != operations::material_bytes(algorithm) {
                return Err(wrong_import(algorithm));
            }
            let wrapped = seed.wrap(&material, rng).ok_or(EnrolmentError::Randomness)?;
            (operations::public_key(algorithm, &material), Some(wrapped))
        }
    };
    Ok((public_key.ok_or(EnrolmentError::Degenerate)?, wrapped))
}

fn wrong_import(algorithm: Algorithm) -> EnrolmentError {
    let expected = match algorithm {
        Algorithm::Aes256Gcm => "32 bytes of key material",
        Algorithm::MlKem768 => "64 bytes of key material, d and z",
        Algorithm::MlDsa65 => "32 bytes of key material, the seed",
        _ => "a canonical, non-zero scalar of its group",
    };
    EnrolmentError::Imported { algorithm, expected }
}

#[cfg(test)]
mod tests;
