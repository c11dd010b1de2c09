//! Secret sharing along an access tree (section 2).
//!
//! Why not a library: `vsss-rs` refuses thresholds of 1 (an "any of" gate), leaves polynomials in
//! memory that is not wiped and inverts once a share; frost-core shares only through its own key
//! packages. A gate is thirty lines over [`PrimeGroup`]; tests share with it and combine with
//! `vsss-rs`, and the reverse.

use regent_primitives::{AccessTree, BoundedVec, LeafPath, TreeNode};
use zeroize::Zeroizing;

use crate::{groups::PrimeGroup, interpolation::lagrange_at_zero};

/// A secret split along a tree.
pub(crate) struct Sharing<G: PrimeGroup> {
    /// The secret of each leaf in preorder.
    pub(crate) leaves: Zeroizing<Vec<G::Scalar>>,
    /// The coefficients of every gate in preorder, constant term first.
    pub(crate) coefficients: Zeroizing<Vec<G::Scalar>>,
}

/// Splits `secret`; `coefficient(gate, i)` gives the `i`-th coefficient, from 1, of the polynomial
/// of that gate in preorder, from 0. `None` only for nodes that are no tree.
pub(crate) fn split<G: PrimeGroup>(
    tree: &AccessTree,
    secret: &G::Scalar,
    mut coefficient: impl FnMut(u32, u32) -> G::Scalar,
) -> Option<Sharing<G>> {
    let mut leaves = Zeroizing::new(Vec::with_capacity(tree.leaf_count()));
    let mut coefficients = Zeroizing::new(Vec::with_capacity(tree.commitment_count()));
    // For each open gate the secrets of the children that are still to come, the next one last.
    let mut due: Vec<Zeroizing<Vec<G::Scalar>>> = Vec::new();
    let mut gates = 0;
    for node in tree.nodes() {
        let value = Zeroizing::new(match due.last_mut() {
            Some(gate) => gate.pop()?,
            None => *secret,
        });
        match *node {
            TreeNode::Leaf(_) => leaves.push(*value),
            TreeNode::Gate { threshold, children } => {
                let mut polynomial = Zeroizing::new(Vec::with_capacity(usize::from(threshold)));
                polynomial.push(*value);
                polynomial.extend((1..u32::from(threshold)).map(|i| coefficient(gates, i)));
                gates += 1;
                let mut secrets = Zeroizing::new(Vec::with_capacity(usize::from(children)));
                secrets.extend((1..=children).rev().map(|child| evaluate::<G>(&polynomial, child)));
                coefficients.extend_from_slice(&polynomial);
                due.push(secrets);
            }
        }
        while due.last().is_some_and(|gate| gate.is_empty()) {
            due.pop();
        }
    }
    Some(Sharing { leaves, coefficients })
}

/// `f(x)` by Horner's rule.
fn evaluate<G: PrimeGroup>(polynomial: &[G::Scalar], x: u16) -> G::Scalar {
    let x = G::Scalar::from(u64::from(x));
    polynomial.iter().rev().fold(G::Scalar::from(0), |value, term| value * x + *term)
}

/// A secret put together again.
pub(crate) struct Joined<G: PrimeGroup> {
    pub(crate) secret: Zeroizing<G::Scalar>,
    /// The leaves it was made of, by their number in preorder.
    pub(crate) used: Vec<usize>,
}

/// A gate whose children are being visited.
struct OpenGate<G: PrimeGroup> {
    threshold: usize,
    children: u16,
    seen: u16,
    numbers: Vec<u16>,
    values: Zeroizing<Vec<G::Scalar>>,
    used: Vec<usize>,
}

impl<G: PrimeGroup> OpenGate<G> {
    fn new(threshold: u16, children: u16) -> Self {
        let threshold = usize::from(threshold);
        Self {
            threshold,
            children,
            seen: 0,
            numbers: Vec::with_capacity(threshold),
            values: Zeroizing::new(Vec::with_capacity(threshold)),
            used: Vec::new(),
        }
    }

    fn is_full(&self) -> bool {
        self.numbers.len() == self.threshold
    }

    /// Takes the next child's result. A full gate needs no more.
    fn take(&mut self, child: Option<Joined<G>>) {
        self.seen += 1;
        let Some(child) = child else { return };
        if !self.is_full() {
            self.numbers.push(self.seen);
            self.values.push(*child.secret);
            self.used.extend(child.used);
        }
    }

    fn interpolate(self) -> Option<Joined<G>> {
        if !self.is_full() {
            return None;
        }
        let lagrange = lagrange_at_zero::<G>(&self.numbers)?;
        let mut secret = Zeroizing::new(G::Scalar::from(0));
        for (coefficient, value) in lagrange.iter().zip(self.values.iter()) {
            *secret = *secret + *coefficient * *value;
        }
        Some(Joined { secret, used: self.used })
    }
}

/// Interpolates gate by gate over the first satisfying set in preorder: each gate takes its first
/// `threshold` satisfied children. `None` if the root is not satisfied.
pub(crate) fn join<G: PrimeGroup>(
    tree: &AccessTree,
    share: impl Fn(usize) -> Option<G::Scalar>,
) -> Option<Joined<G>> {
    let mut open: Vec<OpenGate<G>> = Vec::new();
    let mut leaves = 0;
    for node in tree.nodes() {
        let mut result = match *node {
            TreeNode::Gate { threshold, children } => {
                open.push(OpenGate::new(threshold, children));
                continue;
            }
            TreeNode::Leaf(_) => {
                let leaf = leaves;
                leaves += 1;
                share(leaf).map(|value| Joined { secret: Zeroizing::new(value), used: vec![leaf] })
            }
        };
        // Hands the result up through every gate whose last child it completes.
        loop {
            let Some(gate) = open.last_mut() else { return result };
            gate.take(result);
            if gate.seen < gate.children {
                break;
            }
            result = open.pop().and_then(OpenGate::interpolate);
        }
    }
    None
}

/// The path of the leaf with this number in preorder.
pub(crate) fn leaf_path(tree: &AccessTree, leaf: usize) -> Option<LeafPath> {
    // For each open gate: the child being visited, and the count of children.
    let mut open: Vec<(u16, u16)> = Vec::new();
    let mut leaves = 0;
    for node in tree.nodes() {
        if let Some((child, _)) = open.last_mut() {
            *child += 1;
        }
        match *node {
            TreeNode::Gate { children, .. } => open.push((0, children)),
            TreeNode::Leaf(_) if leaves == leaf => {
                let path = open.iter().map(|(child, _)| *child).collect();
                return Some(LeafPath(BoundedVec::truncate_from(path)));
            }
            TreeNode::Leaf(_) => leaves += 1,
        }
        while open.last().is_some_and(|(child, children)| child == children) {
            open.pop();
        }
    }
    None
}

#[cfg(test)]
mod tests;
