//! Dealing a secret along a tree: the same for an enrolment and for a reshare; ordering and mixing
//! what participants sent: the same for a refresh too.

use rand_core::CryptoRngCore;
use regent_primitives::{AccessTree, Commitments, Group, KeyKind, RegenToken, H256};
use zeroize::Zeroizing;

use super::{Contribution, EnrolmentError, EnrolmentParams};
use crate::{
    commitments::{commit_native, SeedContext},
    groups::PrimeGroup,
    kdf::{Extract, Prk},
    seed_key::Seed,
    sharing::{split, Sharing},
};

/// What a participant sends to a session that makes a token.
pub(crate) trait Contributed {
    /// The group of its scalar.
    fn group(&self) -> Group;
    /// Its fresh random bytes.
    fn entropy(&self) -> &[u8; 32];
}

/// Orders contributions by leaf, the first of a leaf counts; checks that they are of the right group
/// and that every gate has `spare` satisfied children more than it needs, as far as it has them.
pub(crate) fn by_leaf<C: Contributed>(
    tree: &AccessTree,
    expected: Group,
    spare: u16,
    contributions: Vec<(usize, C)>,
) -> Result<Vec<Option<C>>, EnrolmentError> {
    let leaves = tree.leaf_count();
    let mut ordered: Vec<Option<C>> = (0..leaves).map(|_| None).collect();
    for (leaf, contribution) in contributions {
        let slot =
            ordered.get_mut(leaf).ok_or(EnrolmentError::NoSuchLeaf { found: leaf, leaves })?;
        let found = contribution.group();
        if found != expected {
            return Err(EnrolmentError::MaskGroup { leaf, found, expected });
        }
        slot.get_or_insert(contribution);
    }
    let is_present = |leaf: usize| ordered.get(leaf).is_some_and(Option::is_some);
    if tree.satisfied_with_spare(spare, is_present) {
        Ok(ordered)
    } else {
        let present = ordered.iter().flatten().count();
        Err(EnrolmentError::TooFewContributions { present, leaves })
    }
}

/// Mixes all entropy with the enclave's own 64 bytes: `HKDF-Extract(own, (leaf: u32 ‖ entropy)*)`.
/// One honest source is enough.
pub(crate) fn mix<C: Contributed>(
    contributions: &[Option<C>],
    rng: &mut impl CryptoRngCore,
) -> Result<Prk, EnrolmentError> {
    let mut own = Zeroizing::new([0; 64]);
    rng.try_fill_bytes(own.as_mut_slice()).map_err(|_| EnrolmentError::Randomness)?;
    let mut extract = Extract::new(own.as_slice());
    for (leaf, contribution) in (0u32..).zip(contributions) {
        if let Some(contribution) = contribution {
            extract = extract.update(&leaf.to_le_bytes()).update(contribution.entropy().as_slice());
        }
    }
    Ok(extract.finish())
}

/// The parts of a token that depend on the sharing.
pub(crate) struct Dealt {
    pub(crate) commitments: Commitments,
    pub(crate) corrections: Vec<Option<[u8; 32]>>,
}

/// Splits `secret` along the tree, commits to its shares and masks them; no share leaves this call.
///
/// Coefficients come from the mix: with a weak generator of its own, the enclave would otherwise
/// give the key to whoever learns one share.
pub(crate) fn deal<G: PrimeGroup>(
    params: &EnrolmentParams,
    contributions: &[Option<Contribution>],
    entropy: &Prk,
    secret: &G::Scalar,
) -> Result<Dealt, EnrolmentError> {
    let sharing = split_by::<G>(params, entropy, secret)?;
    let commitments = match params.algorithm.kind() {
        KeyKind::Native => commit_native(&sharing).ok_or(EnrolmentError::Degenerate)?,
        KeyKind::Seed => commit_seed::<G>(params, secret, &sharing)?,
    };
    let corrections = correct::<G>(&sharing, contributions)?;
    Ok(Dealt { commitments, corrections })
}

/// Splits `secret` along the tree, by coefficients expanded from the mix.
pub(crate) fn split_by<G: PrimeGroup>(
    params: &EnrolmentParams,
    entropy: &Prk,
    secret: &G::Scalar,
) -> Result<Sharing<G>, EnrolmentError> {
    let coefficient =
        |gate, index| G::reduce_wide(&entropy.expand(&params.coefficient_info(gate, index)));
    split::<G>(&params.tree, secret, coefficient).ok_or(EnrolmentError::Degenerate)
}

/// The hash commitments of a seed key.
fn commit_seed<G: PrimeGroup>(
    params: &EnrolmentParams,
    secret: &G::Scalar,
    sharing: &Sharing<G>,
) -> Result<Commitments, EnrolmentError> {
    let EnrolmentParams { genesis, key_id, algorithm, epoch, enrolment_id, .. } = *params;
    let context = SeedContext { genesis, key: key_id, algorithm, epoch, enrolment: enrolment_id };
    let commit = |((path, _), share): (_, &G::Scalar)| {
        let share = Zeroizing::new(G::scalar_to_bytes(share));
        context.leaf(&path, &share)
    };
    let leaves: Vec<H256> =
        params.tree.leaves().into_iter().zip(sharing.leaves.iter()).map(commit).collect();
    let seed = Zeroizing::new(G::scalar_to_bytes(secret));
    Ok(Commitments::Seed {
        leaves: leaves.try_into().map_err(|_| EnrolmentError::Degenerate)?,
        check: Seed::new(genesis, key_id, algorithm, &seed).check(),
    })
}

/// `d_l = s_l - m_l` of each leaf that contributed.
fn correct<G: PrimeGroup>(
    sharing: &Sharing<G>,
    contributions: &[Option<Contribution>],
) -> Result<Vec<Option<[u8; 32]>>, EnrolmentError> {
    let correct = |(share, contribution): (&G::Scalar, &Option<Contribution>)| {
        let Some(contribution) = contribution else { return Ok(None) };
        let mask = G::scalar_from_bytes(&contribution.mask.scalar)
            .map(Zeroizing::new)
            .ok_or(EnrolmentError::Degenerate)?;
        Ok(Some(G::scalar_to_bytes(&(*share - *mask))))
    };
    sharing.leaves.iter().zip(contributions).map(correct).collect()
}

impl EnrolmentParams {
    /// The token of a sharing.
    pub(crate) fn token(
        &self,
        public_key: Vec<u8>,
        dealt: Dealt,
        wrapped: Option<Vec<u8>>,
    ) -> Result<RegenToken, EnrolmentError> {
        let Dealt { commitments, corrections } = dealt;
        let wrapped = wrapped.map(TryInto::try_into).transpose();
        Ok(RegenToken {
            key_id: self.key_id,
            algorithm: self.algorithm,
            public_key: public_key.try_into().map_err(|_| EnrolmentError::Degenerate)?,
            epoch: self.epoch,
            window: self.window,
            enrolment_id: self.enrolment_id,
            tree: self.tree.clone(),
            policy_hash: self.policy_hash,
            commitments,
            corrections: corrections.try_into().map_err(|_| EnrolmentError::Degenerate)?,
            wrapped: wrapped.map_err(|_| EnrolmentError::Degenerate)?,
        })
    }
}
