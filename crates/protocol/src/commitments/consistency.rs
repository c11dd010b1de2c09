//! Whether a token's commitments belong to one sharing of the published key (section 2).
//!
//! Checked once, by each participant before it confirms a new token, so that later every leaf can be
//! checked by its image alone.

use rand_core::{OsRng, RngCore};
use regent_primitives::{
    token::{Point, TokenShapeError},
    Commitments, RegenToken, TreeNode,
};

use crate::groups::{with_group, PointError, PrimeGroup};

/// Why a token is not a sharing of its public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Lengths or counts do not fit algorithm and tree.
    #[error("the token's shape is wrong ({0:?}): refuse it, it was not made by this protocol")]
    Shape(TokenShapeError),
    /// A commitment is no usable group element.
    #[error("commitment {index} of the token: {reason}: refuse it")]
    Point {
        /// Number of the commitment: those of the gates, then those of the leaves.
        index: usize,
        /// What is wrong with it.
        reason: PointError,
    },
    /// The root's constant term is not the public key.
    #[error("the root commitment is not the public key: refuse the token")]
    Root,
    /// A child's image is not on its gate's polynomial.
    #[error("the commitments are not those of one sharing: refuse the token")]
    Inconsistent,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: try again")]
    Randomness,
}

/// Checks shape and, for a native token, that every point is canonical, of prime order and not the
/// identity, that `C_0` of the root is the public key, that `C_0` of every other gate is its image
/// in its parent, and that every leaf's image lies on its gate's polynomial.
///
/// The hash commitments of a seed token can be checked only by who knows the shares.
///
/// # Errors
/// The first rule that is broken.
pub fn verify_token(token: &RegenToken) -> Result<(), TokenError> {
    token.check_shape().map_err(TokenError::Shape)?;
    let Commitments::Native { gates, leaves } = &token.commitments else { return Ok(()) };
    if gates.first().map(|root| root.as_slice()) != Some(token.public_key.as_slice()) {
        return Err(TokenError::Root);
    }
    with_group!(token.algorithm.group(), G => {
        let gates = decode_all::<G>(gates, 0)?;
        let leaves = decode_all::<G>(leaves, gates.len())?;
        verify_polynomials::<G>(token, &gates, &leaves)
    })
}

fn decode_all<G: PrimeGroup>(points: &[Point], from: usize) -> Result<Vec<G::Point>, TokenError> {
    let decode = |(index, point): (usize, &Point)| {
        G::decode(point).map_err(|reason| TokenError::Point { index: from + index, reason })
    };
    points.iter().enumerate().map(decode).collect()
}

/// A gate whose children are being visited.
struct OpenGate {
    /// Where its commitments start among those of all gates.
    at: usize,
    threshold: u16,
    children: u16,
    seen: u16,
}

/// Checks `image(child j) = Σ C_i · j^i` for all children at once: the random combination of all
/// equations is the identity, which a wrong one survives with probability 2^-128.
fn verify_polynomials<G: PrimeGroup>(
    token: &RegenToken,
    gates: &[G::Point],
    leaves: &[G::Point],
) -> Result<(), TokenError> {
    let zero = G::Scalar::from(0);
    let mut gate_factors = vec![zero; gates.len()];
    let mut leaf_factors = Vec::with_capacity(leaves.len());
    let mut open: Vec<OpenGate> = Vec::new();
    let mut next_gate = 0;
    for node in token.tree.nodes() {
        let mut weight = None;
        if let Some(parent) = open.last_mut() {
            parent.seen += 1;
            let drawn = random_weight::<G>()?;
            subtract_child::<G>(&mut gate_factors, parent, drawn);
            weight = Some(drawn);
        }
        match *node {
            TreeNode::Leaf(_) => leaf_factors.push(weight.unwrap_or(zero)),
            TreeNode::Gate { threshold, children } => {
                if let (Some(weight), Some(factor)) = (weight, gate_factors.get_mut(next_gate)) {
                    *factor = *factor + weight;
                }
                open.push(OpenGate { at: next_gate, threshold, children, seen: 0 });
                next_gate += usize::from(threshold);
            }
        }
        while open.last().is_some_and(|gate| gate.seen == gate.children) {
            open.pop();
        }
    }
    let points = gates.iter().chain(leaves).copied();
    let terms: Vec<_> = gate_factors.into_iter().chain(leaf_factors).zip(points).collect();
    match G::encode(&G::vartime_combination(&terms)) {
        None => Ok(()),
        Some(_) => Err(TokenError::Inconsistent),
    }
}

/// Takes `weight · j^i` from the factor of each commitment of the gate, for its current child `j`.
fn subtract_child<G: PrimeGroup>(factors: &mut [G::Scalar], gate: &OpenGate, weight: G::Scalar) {
    let child = G::Scalar::from(u64::from(gate.seen));
    let mut power = weight;
    for factor in factors.iter_mut().skip(gate.at).take(usize::from(gate.threshold)) {
        *factor = *factor - power;
        power = power * child;
    }
}

/// A factor of 128 random bits.
fn random_weight<G: PrimeGroup>() -> Result<G::Scalar, TokenError> {
    let mut bytes = [0; 16];
    OsRng.try_fill_bytes(&mut bytes).map_err(|_| TokenError::Randomness)?;
    let (low, high) = bytes.split_at(8);
    let word = |bytes: &[u8]| bytes.iter().fold(0u64, |word, byte| (word << 8) | u64::from(*byte));
    let half = G::Scalar::from(1 << 32);
    Ok(G::Scalar::from(word(high)) * half * half + G::Scalar::from(word(low)))
}

#[cfg(test)]
mod tests;
