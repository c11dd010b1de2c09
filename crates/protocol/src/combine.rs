//! From shares to a key, for the time of one operation (section 8).

use regent_primitives::{Commitments, KeyKind, LeafPath, RegenToken, H256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    commitments::verify_leaf,
    groups::{with_group, PrimeGroup},
    operations::{self, PhantomKey},
    seed_key::Seed,
    share::Share,
    sharing::{join, leaf_path},
};

/// A key that exists now, and whose shares made it.
pub struct Combined {
    /// The key. Wiped when dropped.
    pub key: PhantomKey,
    /// The leaves whose shares were combined, in preorder.
    pub used: Vec<LeafPath>,
    /// Leaves whose share was found wrong, in preorder. Shares are examined only when the first
    /// combination fails, so that a wrong one that was not needed may go unnamed.
    pub faulty: Vec<LeafPath>,
}

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    /// The shares do not satisfy the tree.
    #[error("shares of {present} of {leaves} leaves do not satisfy the tree: wait for more")]
    TooFewShares {
        /// Different leaves among the shares.
        present: usize,
        /// Leaves of the tree.
        leaves: usize,
    },
    /// Without the wrong shares the tree is not satisfied.
    #[error(
        "{valid} valid shares do not satisfy the tree; wrong: {}: wait for more, or open a new \
         attempt without these participants",
        paths(.faulty)
    )]
    TooFewValidShares {
        /// Valid shares of different leaves.
        valid: usize,
        /// Leaves whose share is wrong.
        faulty: Vec<LeafPath>,
    },
    /// All shares fit their commitments and still do not yield the key: the token is at fault.
    #[error("valid shares do not yield the token's key: the token is inconsistent, refuse it")]
    InconsistentToken,
}

impl CombineError {
    /// Leaves whose share is wrong.
    pub fn faulty(&self) -> &[LeafPath] {
        match self {
            Self::TooFewValidShares { faulty, .. } => faulty,
            Self::TooFewShares { .. } | Self::InconsistentToken => &[],
        }
    }
}

fn paths(leaves: &[LeafPath]) -> String {
    leaves.iter().map(LeafPath::to_string).collect::<Vec<_>>().join(", ")
}

/// Combines shares, given by their leaf's number in preorder, into the token's key.
///
/// Counts first, then interpolates over the first satisfying set and checks the root. Only if that
/// fails are all shares verified, once; those at fault are named and the rest combined again. Of
/// several shares of a leaf one counts. A share of another group, or of a leaf that has no
/// correction or does not exist, is faulty and never counts.
///
/// # Errors
/// See [`CombineError`].
pub fn combine(
    genesis: H256,
    token: &RegenToken,
    shares: Vec<(usize, Share)>,
) -> Result<Combined, CombineError> {
    let (Opened { key, .. }, used, faulty) = open(genesis, token, shares)?;
    Ok(Combined { key, used, faulty })
}

/// A token's root secret, to be dealt anew: the scalar of a native key, the seed of any other.
pub(crate) struct CombinedRoot {
    pub(crate) secret: Zeroizing<[u8; 32]>,
    pub(crate) used: Vec<LeafPath>,
    pub(crate) faulty: Vec<LeafPath>,
}

/// As [`combine`], with the same checks of the key, for the secret it was made of.
pub(crate) fn combine_root(
    genesis: H256,
    token: &RegenToken,
    shares: Vec<(usize, Share)>,
) -> Result<CombinedRoot, CombineError> {
    let (Opened { root, .. }, used, faulty) = open(genesis, token, shares)?;
    Ok(CombinedRoot { secret: root, used, faulty })
}

/// A root secret and the key it yields, checked against the token.
struct Opened {
    root: Zeroizing<[u8; 32]>,
    key: PhantomKey,
}

/// What was opened, the leaves used, and the leaves found at fault.
type Attempted = (Opened, Vec<LeafPath>, Vec<LeafPath>);

fn open(
    genesis: H256,
    token: &RegenToken,
    shares: Vec<(usize, Share)>,
) -> Result<Attempted, CombineError> {
    let leaves = token.tree.leaf_count();
    let group = token.algorithm.group();
    let is_possible = |leaf: usize, share: &Share| {
        share.group() == group && matches!(token.corrections.get(leaf), Some(Some(_)))
    };
    let mut first: Vec<Option<&Share>> = vec![None; leaves];
    for (leaf, share) in shares.iter().filter(|(leaf, share)| is_possible(*leaf, share)) {
        if let Some(slot) = first.get_mut(*leaf) {
            slot.get_or_insert(share);
        }
    }
    let satisfied =
        |by_leaf: &[Option<&Share>]| token.tree.satisfied(|leaf| has_share(by_leaf, leaf));
    if !satisfied(&first) {
        let present = first.iter().flatten().count();
        return Err(CombineError::TooFewShares { present, leaves });
    }
    if let Some((opened, used)) = attempt(genesis, token, &first) {
        return Ok((opened, used, Vec::new()));
    }

    let mut valid: Vec<Option<&Share>> = vec![None; leaves];
    let mut at_fault = vec![false; leaves];
    for (leaf, share) in &shares {
        let fits = is_possible(*leaf, share) && verify_leaf(genesis, token, *leaf, share).is_ok();
        if fits {
            if let Some(slot) = valid.get_mut(*leaf) {
                slot.get_or_insert(share);
            }
        } else if let Some(flag) = at_fault.get_mut(*leaf) {
            *flag = true;
        }
    }
    let faulty = paths_of(token, (0..leaves).filter(|leaf| at_fault.get(*leaf) == Some(&true)));
    if !satisfied(&valid) {
        let valid = valid.iter().flatten().count();
        return Err(CombineError::TooFewValidShares { valid, faulty });
    }
    let (opened, used) = attempt(genesis, token, &valid).ok_or(CombineError::InconsistentToken)?;
    Ok((opened, used, faulty))
}

fn has_share(by_leaf: &[Option<&Share>], leaf: usize) -> bool {
    matches!(by_leaf.get(leaf), Some(Some(_)))
}

fn paths_of(token: &RegenToken, leaves: impl IntoIterator<Item = usize>) -> Vec<LeafPath> {
    leaves.into_iter().filter_map(|leaf| leaf_path(&token.tree, leaf)).collect()
}

/// Interpolates and checks the root. `None` if it is not the token's key.
fn attempt(
    genesis: H256,
    token: &RegenToken,
    by_leaf: &[Option<&Share>],
) -> Option<(Opened, Vec<LeafPath>)> {
    with_group!(token.algorithm.group(), G => {
        let share = |leaf: usize| {
            let share = (*by_leaf.get(leaf)?)?;
            G::scalar_from_bytes(share.as_bytes())
        };
        let joined = join::<G>(&token.tree, share)?;
        let root = Zeroizing::new(G::scalar_to_bytes(&joined.secret));
        let key = match token.algorithm.kind() {
            KeyKind::Native => native_key::<G>(genesis, token, &joined.secret, &root)?,
            KeyKind::Seed => seed_key(genesis, token, &root)?,
        };
        Some((Opened { root, key }, paths_of(token, joined.used)))
    })
}

/// Checks `k · G == P`.
fn native_key<G: PrimeGroup>(
    genesis: H256,
    token: &RegenToken,
    secret: &G::Scalar,
    bytes: &[u8; 32],
) -> Option<PhantomKey> {
    let image = G::image(secret)?;
    let is_root = bool::from(image.as_slice().ct_eq(&token.public_key));
    is_root.then(|| PhantomKey::new(genesis, token, bytes))
}

/// Checks `HKDF(k, "check")`, and the public key that is derived again every time.
fn seed_key(genesis: H256, token: &RegenToken, seed: &[u8; 32]) -> Option<PhantomKey> {
    let Commitments::Seed { check, .. } = &token.commitments else { return None };
    let seed = Seed::new(genesis, token.key_id, token.algorithm, seed);
    if !bool::from(seed.check().ct_eq(check)) {
        return None;
    }
    let expanded = seed.material();
    let unwrapped;
    let material = match &token.wrapped {
        None => expanded.get(..operations::material_bytes(token.algorithm)?)?,
        Some(wrapped) => {
            unwrapped = seed.unwrap(wrapped)?;
            unwrapped.as_slice()
        }
    };
    let public_key = operations::public_key(token.algorithm, material)?;
    let is_key = bool::from(public_key.as_slice().ct_eq(&token.public_key));
    is_key.then(|| PhantomKey::new(genesis, token, material))
}

#[cfg(test)]
mod tests;
