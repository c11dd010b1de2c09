//! Who must take part for a key to exist: a monotone tree of threshold gates (section 2).
//!
//! The encoding is the tree's preorder, so that decoding never recurses and is bounded.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::{
    bounds::{MAX_GATES, MAX_LEAVES, MAX_TREE_DEPTH, MAX_TREE_NODES},
    AgentId,
};

/// Who holds a leaf's mask.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Participant {
    /// A recovery agent.
    #[codec(index = 0)]
    Agent(AgentId),
    /// A device of an approver that evaluates a pseudo-random function.
    #[codec(index = 1)]
    Device(H256),
    /// A client secret of at least 128 random bits.
    #[codec(index = 2)]
    ClientSecret(H256),
}

/// One node of the preorder.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum TreeNode {
    /// A participant.
    #[codec(index = 0)]
    Leaf(Participant),
    /// `threshold` of the `children` subtrees that follow.
    #[codec(index = 1)]
    Gate {
        /// How many children must be satisfied, from 1.
        threshold: u16,
        /// How many subtrees follow.
        children: u16,
    },
}

/// The child numbers (from 1) from the root to a leaf.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct LeafPath(pub BoundedVec<u16, ConstU32<MAX_TREE_DEPTH>>);

// By hand: `BoundedVec` is `Hash` with `std` only, and the runtime is built without.
impl core::hash::Hash for LeafPath {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.0.as_slice().hash(state);
    }
}

impl core::fmt::Display for LeafPath {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (at, index) in self.0.iter().enumerate() {
            write!(f, "{}{index}", if at == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}

impl LeafPath {
    /// The same leaf below child `child` of another gate; `None` where that is too deep.
    pub fn below(&self, child: u16) -> Option<Self> {
        let path = core::iter::once(child).chain(self.0.iter().copied());
        BoundedVec::try_from(path.collect::<Vec<_>>()).ok().map(Self)
    }
}

/// Why a list of nodes is not an access tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessTreeError {
    /// More than 320 nodes.
    TooManyNodes,
    /// More than 256 leaves.
    TooManyLeaves,
    /// More than 64 gates.
    TooManyGates,
    /// A leaf below more than four gates.
    TooDeep,
    /// The root is a leaf: a tree starts with a gate.
    RootNotGate,
    /// A gate whose threshold is 0 or exceeds its children.
    InvalidThreshold,
    /// Nodes are missing, or left over after the root's subtree.
    NotPreorder,
}

impl AccessTreeError {
    /// What is wrong, in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::TooManyNodes => "access tree has more than 320 nodes",
            Self::TooManyLeaves => "access tree has more than 256 leaves",
            Self::TooManyGates => "access tree has more than 64 gates",
            Self::TooDeep => "access tree has a leaf below more than 4 gates",
            Self::RootNotGate => "access tree must start with a gate",
            Self::InvalidThreshold => "gate threshold must be between 1 and its number of children",
            Self::NotPreorder => "access tree nodes are not one complete preorder",
        }
    }
}

impl core::fmt::Display for AccessTreeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.message())
    }
}

/// A valid access tree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, MaxEncodedLen, TypeInfo)]
pub struct AccessTree(BoundedVec<TreeNode, ConstU32<MAX_TREE_NODES>>);

impl DecodeWithMemTracking for AccessTree {}

impl Decode for AccessTree {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let nodes = BoundedVec::<TreeNode, ConstU32<MAX_TREE_NODES>>::decode(input)?;
        Self::new(nodes.into_inner()).map_err(|error| Error::from(error.message()))
    }
}

/// What a walk of the tree meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visit {
    /// A leaf with its number in preorder.
    Leaf {
        /// Number among the leaves, from 0.
        index: usize,
        /// Its path.
        path: LeafPath,
        /// Who holds it.
        participant: Participant,
    },
    /// A gate with its number in preorder.
    Gate {
        /// Number among the gates, from 0 (the root).
        index: usize,
        /// Its path; empty for the root.
        path: LeafPath,
        /// Its threshold.
        threshold: u16,
        /// Its children.
        children: u16,
    },
}

impl AccessTree {
    /// Checks a preorder.
    ///
    /// # Errors
    /// Says which rule of section 2 the nodes break.
    pub fn new(nodes: Vec<TreeNode>) -> Result<Self, AccessTreeError> {
        let nodes: BoundedVec<_, ConstU32<MAX_TREE_NODES>> =
            nodes.try_into().map_err(|_| AccessTreeError::TooManyNodes)?;
        let leaves = nodes.iter().filter(|n| matches!(n, TreeNode::Leaf(_))).count();
        if leaves > MAX_LEAVES as usize {
            return Err(AccessTreeError::TooManyLeaves);
        }
        if nodes.len() - leaves > MAX_GATES as usize {
            return Err(AccessTreeError::TooManyGates);
        }
        if !matches!(nodes.first(), Some(TreeNode::Gate { .. })) {
            return Err(AccessTreeError::RootNotGate);
        }
        // Children still to come, one entry for each open gate.
        let mut open: Vec<u16> = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            if at > 0 {
                let left = open.last_mut().ok_or(AccessTreeError::NotPreorder)?;
                *left -= 1;
            }
            if let TreeNode::Gate { threshold, children } = node {
                if *threshold == 0 || threshold > children {
                    return Err(AccessTreeError::InvalidThreshold);
                }
                // The gate closes over its parent's entry: a finished parent stays until its last
                // child is finished too.
                open.push(*children);
                if open.len() > MAX_TREE_DEPTH as usize {
                    return Err(AccessTreeError::TooDeep);
                }
            }
            while open.last() == Some(&0) {
                open.pop();
            }
        }
        if open.is_empty() {
            Ok(Self(nodes))
        } else {
            Err(AccessTreeError::NotPreorder)
        }
    }

    /// `threshold` of these agents, in one gate.
    ///
    /// # Errors
    /// As [`AccessTree::new`].
    pub fn threshold_of_agents(
        threshold: u16,
        agents: &[AgentId],
    ) -> Result<Self, AccessTreeError> {
        let children = u16::try_from(agents.len()).map_err(|_| AccessTreeError::TooManyLeaves)?;
        let gate = TreeNode::Gate { threshold, children };
        let leaves = agents.iter().map(|agent| TreeNode::Leaf(Participant::Agent(*agent)));
        Self::new(core::iter::once(gate).chain(leaves).collect())
    }

    /// Who takes part in a reshare, as one tree: its first child is the tree of the shares, its second
    /// that of the new masks.
    ///
    /// # Errors
    /// Together they may be too large or too deep.
    pub fn joint(old: &Self, new: &Self) -> Result<Self, AccessTreeError> {
        let gate = TreeNode::Gate { threshold: 2, children: 2 };
        let nodes =
            core::iter::once(gate).chain(old.0.iter().copied()).chain(new.0.iter().copied());
        Self::new(nodes.collect())
    }

    /// The preorder.
    pub fn nodes(&self) -> &[TreeNode] {
        &self.0
    }

    /// Leaves and gates in preorder, each with its path.
    pub fn walk(&self) -> Vec<Visit> {
        let mut visits = Vec::with_capacity(self.0.len());
        // For each open gate: the number of the child being visited, and its count of children.
        let mut open: Vec<(u16, u16)> = Vec::new();
        let (mut leaves, mut gates) = (0, 0);
        for node in self.0.iter() {
            if let Some((child, _)) = open.last_mut() {
                *child += 1;
            }
            let path = LeafPath(BoundedVec::truncate_from(open.iter().map(|(c, _)| *c).collect()));
            match *node {
                TreeNode::Leaf(participant) => {
                    visits.push(Visit::Leaf { index: leaves, path, participant });
                    leaves += 1;
                }
                TreeNode::Gate { threshold, children } => {
                    visits.push(Visit::Gate { index: gates, path, threshold, children });
                    gates += 1;
                    open.push((0, children));
                }
            }
            while matches!(open.last(), Some((child, children)) if child == children) {
                open.pop();
            }
        }
        visits
    }

    /// The leaves in preorder.
    pub fn leaves(&self) -> Vec<(LeafPath, Participant)> {
        self.walk()
            .into_iter()
            .filter_map(|visit| match visit {
                Visit::Leaf { path, participant, .. } => Some((path, participant)),
                Visit::Gate { .. } => None,
            })
            .collect()
    }

    /// Count of leaves.
    pub fn leaf_count(&self) -> usize {
        self.0.iter().filter(|node| matches!(node, TreeNode::Leaf(_))).count()
    }

    /// Sum of all gates' thresholds: the count of Feldman commitments of a native token.
    pub fn commitment_count(&self) -> usize {
        self.0
            .iter()
            .map(|node| match node {
                TreeNode::Gate { threshold, .. } => usize::from(*threshold),
                TreeNode::Leaf(_) => 0,
            })
            .sum()
    }

    /// Whether the leaves for which `present(number in preorder)` holds satisfy the root, when each
    /// gate is to have `spare` children more than its threshold (as far as it has so many children).
    pub fn satisfied_with_spare(&self, spare: u16, present: impl Fn(usize) -> bool) -> bool {
        // For each open gate: satisfied children, children seen, needed, children.
        let mut open: Vec<(u16, u16, u16, u16)> = Vec::new();
        let mut leaves = 0;
        for node in self.0.iter() {
            let mut done = match *node {
                TreeNode::Leaf(_) => {
                    leaves += 1;
                    present(leaves - 1)
                }
                TreeNode::Gate { threshold, children } => {
                    open.push((0, 0, threshold.saturating_add(spare).min(children), children));
                    continue;
                }
            };
            loop {
                let Some(gate) = open.last_mut() else { return done };
                gate.0 += u16::from(done);
                gate.1 += 1;
                if gate.1 < gate.3 {
                    break;
                }
                done = gate.0 >= gate.2;
                open.pop();
            }
        }
        false
    }

    /// Whether these leaves satisfy the root.
    pub fn satisfied(&self, present: impl Fn(usize) -> bool) -> bool {
        self.satisfied_with_spare(0, present)
    }
}
