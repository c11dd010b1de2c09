//! What tests share: agents with device roots, and the way from a tree to a token and back.

pub(crate) mod session;
pub(crate) mod succession;

use std::collections::BTreeMap;

use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use rand_core::RngCore;
use regent_primitives::{
    AccessTree, AgentId, Algorithm, EnrolmentId, KeyId, Participant, PolicyHash, RegenToken,
    TreeNode, H256,
};

use crate::{
    combine, enrol, regenerate, Combined, Contribution, DeviceRoot, EnrolmentParams, Imported,
    Label, Mask, MaskContext, Share, ShareError,
};

pub(crate) const GENESIS: H256 = H256([0x11; 32]);

pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

pub(crate) fn agent(number: u8) -> AgentId {
    AgentId(H256([number; 32]))
}

pub(crate) fn leaf(number: u8) -> TreeNode {
    TreeNode::Leaf(Participant::Agent(agent(number)))
}

pub(crate) fn gate(threshold: u16, children: u16) -> TreeNode {
    TreeNode::Gate { threshold, children }
}

/// `threshold` of agents 1 to `agents`.
pub(crate) fn flat(threshold: u16, agents: u8) -> AccessTree {
    let ids: Vec<_> = (1..=agents).map(agent).collect();
    AccessTree::threshold_of_agents(threshold, &ids).expect("a valid tree")
}

/// Agent 1, and 2 of (agents 2 to 4), and any of (agent 5, 2 of agents 1 and 6).
pub(crate) fn nested() -> AccessTree {
    let nodes = vec![
        gate(3, 3),
        leaf(1),
        gate(2, 3),
        leaf(2),
        leaf(3),
        leaf(4),
        gate(1, 2),
        leaf(5),
        gate(2, 2),
        leaf(1),
        leaf(6),
    ];
    AccessTree::new(nodes).expect("a valid tree")
}

/// Four gates deep: agent 1, and any of (agent 2, 2 of (agent 3, 2 of (agent 4, agent 1, agent 5),
/// agent 6)).
pub(crate) fn deep() -> AccessTree {
    let nodes = vec![
        gate(2, 2),
        leaf(1),
        gate(1, 2),
        leaf(2),
        gate(2, 3),
        leaf(3),
        gate(2, 3),
        leaf(4),
        leaf(1),
        leaf(5),
        leaf(6),
    ];
    AccessTree::new(nodes).expect("a valid tree")
}

pub(crate) fn params(algorithm: Algorithm, tree: AccessTree) -> EnrolmentParams {
    EnrolmentParams {
        genesis: GENESIS,
        key_id: KeyId(H256([0x22; 32])),
        algorithm,
        epoch: 0,
        window: 7,
        enrolment_id: EnrolmentId(H256([0x33; 32])),
        tree,
        policy_hash: PolicyHash(H256([0x44; 32])),
    }
}

/// Participants, each with a device root, and the token they enrolled.
pub(crate) struct World {
    pub(crate) params: EnrolmentParams,
    pub(crate) roots: BTreeMap<AgentId, DeviceRoot>,
    pub(crate) token: RegenToken,
}

impl World {
    pub(crate) fn new(algorithm: Algorithm, tree: AccessTree) -> Self {
        Self::with_import(algorithm, tree, None)
    }

    pub(crate) fn with_import(
        algorithm: Algorithm,
        tree: AccessTree,
        imported: Option<Imported>,
    ) -> Self {
        let params = params(algorithm, tree);
        let mut rng = rng(1);
        let roots = roots(&params.tree, &mut rng);
        let contributions = contributions(&params, &roots, &mut rng);
        let token = enrol(&params, contributions, imported, &mut rng).expect("enough leaves");
        Self { params, roots, token }
    }

    pub(crate) fn leaves(&self) -> usize {
        self.token.tree.leaf_count()
    }

    pub(crate) fn mask(&self, leaf: usize) -> Mask {
        mask(&self.params, &self.roots, leaf)
    }

    pub(crate) fn share(&self, leaf: usize) -> Share {
        self.try_share(leaf).expect("a fitting share")
    }

    pub(crate) fn try_share(&self, leaf: usize) -> Result<Share, ShareError> {
        regenerate(GENESIS, &self.token, leaf, &self.mask(leaf))
    }

    pub(crate) fn shares(&self, leaves: &[usize]) -> Vec<(usize, Share)> {
        leaves.iter().map(|leaf| (*leaf, self.share(*leaf))).collect()
    }

    pub(crate) fn combined(&self) -> Combined {
        let all: Vec<_> = (0..self.leaves()).collect();
        combine(GENESIS, &self.token, self.shares(&all)).expect("all shares combine")
    }
}

pub(crate) fn roots(tree: &AccessTree, rng: &mut ChaCha20Rng) -> BTreeMap<AgentId, DeviceRoot> {
    let mut roots = BTreeMap::new();
    for (_, participant) in tree.leaves() {
        let Participant::Agent(agent) = participant else { panic!("only agents in tests") };
        roots.entry(agent).or_insert_with(|| DeviceRoot::generate(rng).expect("random bytes"));
    }
    roots
}

pub(crate) fn mask(
    params: &EnrolmentParams,
    roots: &BTreeMap<AgentId, DeviceRoot>,
    leaf: usize,
) -> Mask {
    let (path, participant) = params.tree.leaves().swap_remove(leaf);
    let Participant::Agent(agent) = participant else { panic!("only agents in tests") };
    let EnrolmentParams { genesis, window, key_id, epoch, enrolment_id, .. } = *params;
    let label = Label::derive(genesis, window, key_id, epoch, enrolment_id);
    let context = MaskContext {
        genesis,
        key: key_id,
        epoch,
        enrolment: enrolment_id,
        leaf: &path,
        group: params.algorithm.group(),
    };
    Mask::derive(&roots[&agent].evaluate(&label).expect("not punctured"), &context)
}

pub(crate) fn contributions(
    params: &EnrolmentParams,
    roots: &BTreeMap<AgentId, DeviceRoot>,
    rng: &mut ChaCha20Rng,
) -> Vec<(usize, Contribution)> {
    let contribute = |leaf| {
        let mut entropy = [0; 32];
        rng.fill_bytes(&mut entropy);
        (leaf, Contribution::new(mask(params, roots, leaf), entropy))
    };
    (0..params.tree.leaf_count()).map(contribute).collect()
}

/// A share that is no leaf's.
pub(crate) fn corrupt(share: &Share) -> Share {
    let mut body = share.as_sealed_body().to_vec();
    // In either byte order a canonical scalar stays one. The difference is another for every share:
    // equal ones can cancel when they are interpolated.
    body[8..24].iter_mut().for_each(|byte| *byte = !*byte);
    Share::from_sealed_body(share.group(), &body).expect("still canonical")
}

pub(crate) mod trees {
    //! Random access trees.

    use proptest::prelude::*;
    use regent_primitives::{AccessTree, TreeNode};

    use super::{gate, leaf};

    fn node(depth: u32) -> BoxedStrategy<Vec<TreeNode>> {
        let leaf = any::<u8>().prop_map(|number| vec![leaf(number)]);
        if depth == 0 {
            return leaf.boxed();
        }
        prop_oneof![3 => leaf, 1 => inner(depth)].boxed()
    }

    fn inner(depth: u32) -> BoxedStrategy<Vec<TreeNode>> {
        (prop::collection::vec(node(depth - 1), 1..5), any::<prop::sample::Index>())
            .prop_map(|(children, threshold)| {
                let count = children.len() as u16;
                let threshold = threshold.index(children.len()) as u16 + 1;
                let mut nodes = vec![gate(threshold, count)];
                nodes.extend(children.into_iter().flatten());
                nodes
            })
            .boxed()
    }

    pub(crate) fn any_tree() -> impl Strategy<Value = AccessTree> {
        inner(4).prop_filter_map("too many gates", |nodes| AccessTree::new(nodes).ok())
    }
}
