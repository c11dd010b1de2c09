//! Enrolment, or phantomizing: from contributions to a public token (section 6, steps 2 and 3).

mod contribution;

use rand_core::CryptoRngCore;
use regent_primitives::{
    hashing::{preimage, Tag},
    AccessTree, Algorithm, Commitments, EnrolmentId, Epoch, Group, KeyId, KeyKind, PolicyHash,
    RegenToken, H256,
};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    commitments::{commit_native, SeedContext},
    groups::{with_group, PrimeGroup},
    kdf::{Extract, Prk},
    operations,
    seed_key::Seed,
    sharing::{split, Sharing},
};

pub use contribution::{Contribution, CONTRIBUTION_BYTES};

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
    let contributions = by_leaf(params, contributions)?;
    let entropy = mix(&contributions, rng)?;
    let public = with_group!(params.algorithm.group(), G => {
        deal::<G>(params, &contributions, &entropy, imported, rng)?
    });
    let RegenParts { public_key, commitments, corrections, wrapped } = public;
    Ok(RegenToken {
        key_id: params.key_id,
        algorithm: params.algorithm,
        public_key: public_key.try_into().map_err(|_| EnrolmentError::Degenerate)?,
        epoch: params.epoch,
        window: params.window,
        enrolment_id: params.enrolment_id,
        tree: params.tree.clone(),
        policy_hash: params.policy_hash,
        commitments,
        corrections: corrections.try_into().map_err(|_| EnrolmentError::Degenerate)?,
        wrapped: wrapped
            .map(TryInto::try_into)
            .transpose()
            .map_err(|_| wrong_import(params.algorithm))?,
    })
}

/// The parts of a token that depend on the secret.
struct RegenParts {
    public_key: Vec<u8>,
    commitments: Commitments,
    corrections: Vec<Option<[u8; 32]>>,
    wrapped: Option<Vec<u8>>,
}

/// Orders contributions by leaf; checks that they are enough and of the right group.
fn by_leaf(
    params: &EnrolmentParams,
    contributions: Vec<(usize, Contribution)>,
) -> Result<Vec<Option<Contribution>>, EnrolmentError> {
    let leaves = params.tree.leaf_count();
    let expected = params.algorithm.group();
    let mut ordered: Vec<Option<Contribution>> = (0..leaves).map(|_| None).collect();
    for (leaf, contribution) in contributions {
        let slot =
            ordered.get_mut(leaf).ok_or(EnrolmentError::NoSuchLeaf { found: leaf, leaves })?;
        let found = contribution.mask.group();
        if found != expected {
            return Err(EnrolmentError::MaskGroup { leaf, found, expected });
        }
        slot.get_or_insert(contribution);
    }
    let is_present = |leaf: usize| ordered.get(leaf).is_some_and(Option::is_some);
    if params.tree.satisfied_with_spare(1, is_present) {
        Ok(ordered)
    } else {
        let present = ordered.iter().flatten().count();
        Err(EnrolmentError::TooFewContributions { present, leaves })
    }
}

/// Mixes all entropy with the enclave's own 64 bytes: `HKDF-Extract(own, (leaf: u32 ‖ entropy)*)`.
/// One honest source is enough.
pub(crate) fn mix(
    contributions: &[Option<Contribution>],
    rng: &mut impl CryptoRngCore,
) -> Result<Prk, EnrolmentError> {
    let mut own = Zeroizing::new([0; 64]);
    rng.try_fill_bytes(own.as_mut_slice()).map_err(|_| EnrolmentError::Randomness)?;
    let mut extract = Extract::new(own.as_slice());
    for (leaf, contribution) in (0u32..).zip(contributions) {
        if let Some(contribution) = contribution {
            extract = extract.update(&leaf.to_le_bytes()).update(contribution.entropy.as_slice());
        }
    }
    Ok(extract.finish())
}

fn deal<G: PrimeGroup>(
    params: &EnrolmentParams,
    contributions: &[Option<Contribution>],
    entropy: &Prk,
    imported: Option<Imported>,
    rng: &mut impl CryptoRngCore,
) -> Result<RegenParts, EnrolmentError> {
    let algorithm = params.algorithm;
    let derive = |info: Vec<u8>| G::reduce_wide(&entropy.expand(&info));
    let fresh = || derive(params.secret_info());
    let (secret, material) = match (algorithm.kind(), imported) {
        (_, None) => (fresh(), None),
        (KeyKind::Seed, Some(Imported::Material(material))) => (fresh(), Some(material)),
        (KeyKind::Native, Some(Imported::Scalar(bytes))) => {
            let scalar = G::scalar_from_bytes(&bytes).ok_or_else(|| wrong_import(algorithm))?;
            (scalar, None)
        }
        _ => return Err(wrong_import(algorithm)),
    };
    let secret = Zeroizing::new(secret);
    // Coefficients come from the mix too: with a weak generator of its own, the enclave would
    // otherwise give the key to whoever learns one share.
    let coefficient = |gate, index| derive(params.coefficient_info(gate, index));
    let sharing =
        split::<G>(&params.tree, &secret, coefficient).ok_or(EnrolmentError::Degenerate)?;
    let (public_key, commitments, wrapped) = match algorithm.kind() {
        KeyKind::Native => {
            let public_key = G::image(&secret).ok_or_else(|| wrong_import(algorithm))?;
            let commitments = commit_native(&sharing).ok_or(EnrolmentError::Degenerate)?;
            (public_key.into_inner(), commitments, None)
        }
        KeyKind::Seed => publish_seed::<G>(params, &secret, &sharing, material, rng)?,
    };
    let corrections = correct::<G>(&sharing, contributions)?;
    Ok(RegenParts { public_key, commitments, corrections, wrapped })
}

type SeedParts = (Vec<u8>, Commitments, Option<Vec<u8>>);

/// What is published of a seed key: hashes and the algorithm's own public key.
fn publish_seed<G: PrimeGroup>(
    params: &EnrolmentParams,
    secret: &G::Scalar,
    sharing: &Sharing<G>,
    imported: Option<Zeroizing<Vec<u8>>>,
    rng: &mut impl CryptoRngCore,
) -> Result<SeedParts, EnrolmentError> {
    let EnrolmentParams { genesis, key_id, algorithm, epoch, enrolment_id, .. } = *params;
    let context = SeedContext { genesis, key: key_id, algorithm, epoch, enrolment: enrolment_id };
    let bytes = Zeroizing::new(G::scalar_to_bytes(secret));
    let seed = Seed::new(genesis, key_id, algorithm, &bytes);
    let commit = |((path, _), share): (_, &G::Scalar)| {
        let share = Zeroizing::new(G::scalar_to_bytes(share));
        context.leaf(&path, &share)
    };
    let leaves: Vec<H256> =
        params.tree.leaves().into_iter().zip(sharing.leaves.iter()).map(commit).collect();
    let commitments = Commitments::Seed {
        leaves: leaves.try_into().map_err(|_| EnrolmentError::Degenerate)?,
        check: seed.check(),
    };
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
    Ok((public_key.ok_or(EnrolmentError::Degenerate)?, commitments, wrapped))
}

/// `d_l = s_l - m_l` of each leaf that contributed.
fn correct<G: PrimeGroup>(
    sharing: &Sharing<G>,
    contributions: &[Option<Contribution>],
) -> Result<Vec<Option<[u8; 32]>>, EnrolmentError> {
    let correct = |(share, contribution): (&G::Scalar, &Option<Contribution>)| {
        let Some(contribution) = contribution else { return Ok(None) };
        let mut mask =
            G::scalar_from_bytes(&contribution.mask.scalar).ok_or(EnrolmentError::Degenerate)?;
        let correction = G::scalar_to_bytes(&(*share - mask));
        mask.zeroize();
        Ok(Some(correction))
    };
    sharing.leaves.iter().zip(contributions).map(correct).collect()
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
