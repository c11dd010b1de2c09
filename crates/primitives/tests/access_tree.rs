//! Access trees against a naive recursive model: the preorder code never recurses, the model does
//! nothing else.
#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

use codec::{Decode, DecodeAll, Encode};
use proptest::prelude::*;
use regent_primitives::{
    access_tree::Visit,
    bounds::{MAX_GATES, MAX_LEAVES, MAX_TREE_DEPTH, MAX_TREE_NODES},
    AccessTree, AccessTreeError, AgentId, Participant, TreeNode, H256,
};

/// A tree as one would draw it.
#[derive(Clone, Debug)]
enum Model {
    Leaf(Participant),
    Gate(u16, Vec<Model>),
}

impl Model {
    /// Reads one subtree off a preorder.
    fn read(nodes: &mut &[TreeNode]) -> Option<Self> {
        let (first, rest) = nodes.split_first()?;
        *nodes = rest;
        match *first {
            TreeNode::Leaf(participant) => Some(Self::Leaf(participant)),
            TreeNode::Gate { threshold, children } => {
                let children = (0..children).map(|_| Self::read(nodes)).collect::<Option<_>>()?;
                Some(Self::Gate(threshold, children))
            }
        }
    }

    fn write(&self, nodes: &mut Vec<TreeNode>) {
        match self {
            Self::Leaf(participant) => nodes.push(TreeNode::Leaf(*participant)),
            Self::Gate(threshold, children) => {
                let count = children.len() as u16;
                nodes.push(TreeNode::Gate { threshold: *threshold, children: count });
                children.iter().for_each(|child| child.write(nodes));
            }
        }
    }

    fn leaves(&self) -> usize {
        match self {
            Self::Leaf(_) => 1,
            Self::Gate(_, children) => children.iter().map(Self::leaves).sum(),
        }
    }

    fn gates(&self) -> usize {
        match self {
            Self::Leaf(_) => 0,
            Self::Gate(_, children) => 1 + children.iter().map(Self::gates).sum::<usize>(),
        }
    }

    /// Gates on the longest way down.
    fn depth(&self) -> usize {
        match self {
            Self::Leaf(_) => 0,
            Self::Gate(_, children) => 1 + children.iter().map(Self::depth).max().unwrap_or(0),
        }
    }

    fn thresholds_fit(&self) -> bool {
        match self {
            Self::Leaf(_) => true,
            Self::Gate(threshold, children) => {
                (1..=children.len()).contains(&usize::from(*threshold))
                    && children.iter().all(Self::thresholds_fit)
            }
        }
    }

    /// Whether section 2 allows it.
    fn is_valid(&self) -> bool {
        matches!(self, Self::Gate(..))
            && self.thresholds_fit()
            && self.leaves() <= MAX_LEAVES as usize
            && self.gates() <= MAX_GATES as usize
            && self.depth() <= MAX_TREE_DEPTH as usize
    }

    fn satisfied(&self, spare: u16, present: &mut impl Iterator<Item = bool>) -> bool {
        match self {
            Self::Leaf(_) => present.next().unwrap(),
            Self::Gate(threshold, children) => {
                let count = children
                    .iter()
                    .map(|child| child.satisfied(spare, present))
                    .filter(|satisfied| *satisfied)
                    .count();
                let needed = usize::from(*threshold) + usize::from(spare);
                count >= needed.min(children.len())
            }
        }
    }

    /// Each node's path, with what it is.
    fn paths(&self, path: &[u16], found: &mut Vec<(Vec<u16>, Option<Participant>)>) {
        match self {
            Self::Leaf(participant) => found.push((path.to_vec(), Some(*participant))),
            Self::Gate(_, children) => {
                found.push((path.to_vec(), None));
                for (number, child) in (1u16..).zip(children) {
                    child.paths(&[path, &[number]].concat(), found);
                }
            }
        }
    }
}

/// What the constructor should say, by the model.
fn model_of(mut nodes: &[TreeNode]) -> Option<Model> {
    if nodes.len() > MAX_TREE_NODES as usize {
        return None;
    }
    // A gate without children would be read as one without a fault.
    let model = Model::read(&mut nodes)?;
    (nodes.is_empty() && model.is_valid()).then_some(model)
}

fn participant() -> impl Strategy<Value = Participant> {
    prop_oneof![
        any::<[u8; 32]>().prop_map(|id| Participant::Agent(AgentId(H256(id)))),
        any::<[u8; 32]>().prop_map(|id| Participant::Device(H256(id))),
        any::<[u8; 32]>().prop_map(|id| Participant::ClientSecret(H256(id))),
    ]
}

/// Valid trees, and some that are too deep or whose thresholds do not fit.
fn model() -> impl Strategy<Value = Model> {
    let leaf = participant().prop_map(Model::Leaf);
    leaf.prop_recursive(5, 60, 6, |child| {
        (0..64u16, prop::collection::vec(child, 1..6)).prop_map(|(threshold, children)| {
            // Mostly one that fits.
            let count = children.len() as u16;
            let threshold = if threshold < 63 { threshold % count + 1 } else { count + 1 };
            Model::Gate(threshold, children)
        })
    })
}

/// Lists of nodes that are trees only by chance.
fn nodes() -> impl Strategy<Value = Vec<TreeNode>> {
    let node = prop_oneof![
        3 => participant().prop_map(TreeNode::Leaf),
        2 => (0..4u16, 0..4u16)
            .prop_map(|(threshold, children)| TreeNode::Gate { threshold, children }),
        1 => (any::<u16>(), any::<u16>())
            .prop_map(|(threshold, children)| TreeNode::Gate { threshold, children }),
    ];
    prop::collection::vec(node, 0..12)
}

/// Constructor and decoder accept the same lists, which are those the model accepts.
fn check_construction(nodes: Vec<TreeNode>) -> Result<(), TestCaseError> {
    let encoded = nodes.encode();
    let built = AccessTree::new(nodes.clone());
    let decoded = AccessTree::decode_all(&mut &encoded[..]);
    prop_assert_eq!(built.is_ok(), decoded.is_ok());
    prop_assert_eq!(built.is_ok(), model_of(&nodes).is_some(), "{:?}", built);
    match (built, decoded) {
        (Ok(built), Ok(decoded)) => {
            prop_assert_eq!(&built, &decoded);
            prop_assert_eq!(built.nodes(), &nodes[..]);
            prop_assert_eq!(built.encode(), encoded);
        }
        (Err(error), Err(refused)) => {
            prop_assert!(refused.to_string().contains(error.message()), "{}", refused);
        }
        _ => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn constructor_and_decoder_agree_on_trees(model in model()) {
        let mut nodes = Vec::new();
        model.write(&mut nodes);
        check_construction(nodes)?;
    }

    #[test]
    fn constructor_and_decoder_agree_on_anything(nodes in nodes()) {
        check_construction(nodes)?;
    }

    #[test]
    fn constructor_and_decoder_agree_on_damaged_trees(
        model in model(),
        at in any::<prop::sample::Index>(),
        replacement in nodes(),
    ) {
        let mut nodes = Vec::new();
        model.write(&mut nodes);
        let at = at.index(nodes.len());
        nodes.splice(at..=at, replacement);
        check_construction(nodes)?;
    }

    #[test]
    fn decoding_arbitrary_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(tree) = AccessTree::decode(&mut &bytes[..]) {
            prop_assert_eq!(AccessTree::new(tree.nodes().to_vec()), Ok(tree));
        }
    }

    #[test]
    fn satisfaction_is_the_models(
        model in model(),
        bits in prop::collection::vec(any::<bool>(), 256),
        spare in prop_oneof![0..4u16, Just(u16::MAX)],
    ) {
        let mut nodes = Vec::new();
        model.write(&mut nodes);
        if let Ok(tree) = AccessTree::new(nodes) {
            let mut present = bits.iter().copied();
            prop_assert_eq!(
                tree.satisfied_with_spare(spare, |leaf| bits[leaf]),
                model.satisfied(spare, &mut present)
            );
            let mut present = bits.iter().copied();
            prop_assert_eq!(
                tree.satisfied(|leaf| bits[leaf]),
                model.satisfied(0, &mut present)
            );
            // More leaves never undo it, all of them are always enough, none never.
            prop_assert!(tree.satisfied_with_spare(spare, |_| true));
            prop_assert!(!tree.satisfied(|_| false));
            if tree.satisfied_with_spare(spare, |leaf| bits[leaf]) {
                prop_assert!(tree.satisfied(|leaf| bits[leaf]));
            }
        }
    }

    #[test]
    fn every_leaf_is_asked_once_in_preorder(model in model()) {
        let mut nodes = Vec::new();
        model.write(&mut nodes);
        if let Ok(tree) = AccessTree::new(nodes) {
            let asked = std::cell::RefCell::new(Vec::new());
            tree.satisfied(|leaf| {
                asked.borrow_mut().push(leaf);
                true
            });
            prop_assert_eq!(asked.into_inner(), (0..tree.leaf_count()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_walk_is_the_models(model in model()) {
        let mut nodes = Vec::new();
        model.write(&mut nodes);
        if let Ok(tree) = AccessTree::new(nodes.clone()) {
            let mut expected = Vec::new();
            model.paths(&[], &mut expected);
            let walk = tree.walk();
            prop_assert_eq!(walk.len(), expected.len());
            let (mut leaves, mut gates) = (0, 0);
            for ((visit, (path, who)), node) in walk.iter().zip(&expected).zip(&nodes) {
                match visit {
                    Visit::Leaf { index, path: found, participant } => {
                        prop_assert_eq!((*index, found.0.as_slice()), (leaves, &path[..]));
                        prop_assert_eq!(Some(*participant), *who);
                        leaves += 1;
                    }
                    Visit::Gate { index, path: found, threshold, children } => {
                        prop_assert_eq!((*index, found.0.as_slice()), (gates, &path[..]));
                        let (threshold, children) = (*threshold, *children);
                        prop_assert_eq!(TreeNode::Gate { threshold, children }, *node);
                        gates += 1;
                    }
                }
            }
            prop_assert_eq!((leaves, gates), (model.leaves(), model.gates()));
            prop_assert_eq!(tree.leaf_count(), leaves);
            prop_assert_eq!(tree.leaves().len(), leaves);
        }
    }
}

fn agents(count: usize) -> Vec<AgentId> {
    (0..count).map(|number| AgentId(H256::from_low_u64_be(number as u64))).collect()
}

fn leaf() -> TreeNode {
    TreeNode::Leaf(Participant::Agent(AgentId(H256::zero())))
}

fn gate(threshold: u16, children: u16) -> TreeNode {
    TreeNode::Gate { threshold, children }
}

#[test]
fn bounds_are_exact() {
    let leaves = MAX_LEAVES as usize;
    assert!(AccessTree::threshold_of_agents(200, &agents(leaves)).is_ok());
    assert_eq!(
        AccessTree::threshold_of_agents(200, &agents(leaves + 1)),
        Err(AccessTreeError::TooManyLeaves)
    );
    assert_eq!(
        AccessTree::threshold_of_agents(1, &agents(usize::from(u16::MAX) + 1)),
        Err(AccessTreeError::TooManyLeaves)
    );
    assert_eq!(
        AccessTree::threshold_of_agents(1, &agents(MAX_TREE_NODES as usize)),
        Err(AccessTreeError::TooManyNodes)
    );
    // A root with 63 gates of one leaf each, then with 64.
    let of_gates = |count: u16| {
        let children = (0..count).flat_map(|_| [gate(1, 1), leaf()]);
        AccessTree::new(std::iter::once(gate(1, count)).chain(children).collect())
    };
    assert!(of_gates(MAX_GATES as u16 - 1).is_ok());
    assert_eq!(of_gates(MAX_GATES as u16), Err(AccessTreeError::TooManyGates));
    // A chain of gates.
    let chain =
        |depth: u32| AccessTree::new((0..depth).map(|_| gate(1, 1)).chain([leaf()]).collect());
    assert!(chain(MAX_TREE_DEPTH).is_ok());
    assert_eq!(chain(MAX_TREE_DEPTH + 1), Err(AccessTreeError::TooDeep));
    // Depth counts the gates above a leaf, also of a last child.
    let last = [gate(1, 2), leaf(), gate(1, 2), leaf(), gate(1, 2), leaf(), gate(1, 2), leaf()];
    assert!(AccessTree::new([&last[..], &[leaf()]].concat()).is_ok());
    assert_eq!(
        AccessTree::new([&last[..], &[gate(1, 1), leaf()]].concat()),
        Err(AccessTreeError::TooDeep)
    );
}

#[test]
fn each_rule_has_its_refusal() {
    use AccessTreeError::*;
    for (nodes, expected) in [
        (vec![], RootNotGate),
        (vec![leaf()], RootNotGate),
        (vec![leaf(), gate(1, 1)], RootNotGate),
        (vec![gate(0, 1), leaf()], InvalidThreshold),
        (vec![gate(2, 1), leaf()], InvalidThreshold),
        (vec![gate(0, 0)], InvalidThreshold),
        (vec![gate(1, 1), gate(2, 1), leaf()], InvalidThreshold),
        (vec![gate(1, 1)], NotPreorder),
        (vec![gate(1, 2), leaf()], NotPreorder),
        (vec![gate(1, 1), leaf(), leaf()], NotPreorder),
        (vec![gate(1, 1), leaf(), gate(1, 1), leaf()], NotPreorder),
        (vec![gate(1, u16::MAX), leaf()], NotPreorder),
    ] {
        assert_eq!(AccessTree::new(nodes), Err(expected));
    }
}

#[test]
fn commitments_are_counted_per_threshold() {
    let nodes = vec![gate(2, 2), gate(2, 3), leaf(), leaf(), leaf(), leaf()];
    assert_eq!(AccessTree::new(nodes).unwrap().commitment_count(), 4);
}

#[test]
fn joint_trees_are_satisfied_by_both_and_number_their_leaves_in_order() {
    let agents: Vec<_> = (0..5u8).map(|n| AgentId(H256::repeat_byte(n))).collect();
    let old = AccessTree::threshold_of_agents(2, &agents[..3]).expect("a tree");
    let new = AccessTree::threshold_of_agents(1, &agents[3..]).expect("a tree");
    let joint = AccessTree::joint(&old, &new).expect("small enough");
    assert_eq!(joint.leaf_count(), 5);
    assert!(joint.satisfied(|leaf| [0, 2, 4].contains(&leaf)));
    assert!(!joint.satisfied(|leaf| leaf < 3), "none of the new");
    assert!(!joint.satisfied(|leaf| leaf >= 2), "too few of the old");
    let below = |child: u16, tree: &AccessTree| -> Vec<_> {
        let leaves = tree.leaves().into_iter();
        leaves.map(|(path, who)| (path.below(child).expect("not too deep"), who)).collect()
    };
    assert_eq!(joint.leaves(), [below(1, &old), below(2, &new)].concat());
}

#[test]
fn joint_trees_are_bounded_like_others() {
    let many: Vec<_> = (0..200u8).map(|n| AgentId(H256::repeat_byte(n))).collect();
    let large = AccessTree::threshold_of_agents(2, &many).expect("a tree");
    assert_eq!(AccessTree::joint(&large, &large), Err(AccessTreeError::TooManyNodes));
    let leaf = TreeNode::Leaf(Participant::Agent(AgentId(H256::zero())));
    let gate = TreeNode::Gate { threshold: 1, children: 1 };
    let deep = AccessTree::new(vec![gate, gate, gate, gate, leaf]).expect("a tree");
    assert_eq!(AccessTree::joint(&deep, &deep), Err(AccessTreeError::TooDeep));
    let path = deep.leaves().remove(0).0;
    assert_eq!(path.below(1), None);
}
