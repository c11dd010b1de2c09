//! A token of each algorithm with everybody's shares: the same in every run.

use std::sync::OnceLock;

use rand_chacha::{
    rand_core::{RngCore, SeedableRng},
    ChaCha20Rng,
};
use regent_primitives::{
    AccessTree, AgentId, Algorithm, EnrolmentId, KeyId, Participant, PolicyHash, RegenToken,
    TreeNode, H256,
};
use regent_protocol::{
    combine, enrol, regenerate, Combined, Contribution, DeviceRoot, EnrolmentParams, Label, Mask,
    MaskContext, Share,
};

pub const GENESIS: H256 = H256([0x11; 32]);

/// 2 of: agent 1, agent 2, and any of agents 3 and 1.
fn tree() -> AccessTree {
    let leaf = |n: u8| TreeNode::Leaf(Participant::Agent(AgentId(H256([n; 32]))));
    let gate = |threshold, children| TreeNode::Gate { threshold, children };
    let nodes = vec![gate(2, 3), leaf(1), leaf(2), gate(1, 2), leaf(3), leaf(1)];
    AccessTree::new(nodes).expect("a tree")
}

/// A token, and what its participants need.
pub struct World {
    pub token: RegenToken,
    params: EnrolmentParams,
    roots: Vec<DeviceRoot>,
}

impl World {
    /// That of an algorithm.
    pub fn of(algorithm: Algorithm) -> &'static Self {
        static WORLDS: [OnceLock<World>; 8] = [const { OnceLock::new() }; 8];
        let at = Algorithm::ALL.iter().position(|known| *known == algorithm).unwrap_or_default();
        WORLDS[at].get_or_init(|| Self::new(algorithm))
    }

    fn new(algorithm: Algorithm) -> Self {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let params = EnrolmentParams {
            genesis: GENESIS,
            key_id: KeyId(H256([0x22; 32])),
            algorithm,
            epoch: 0,
            window: 7,
            enrolment_id: EnrolmentId(H256([0x33; 32])),
            tree: tree(),
            policy_hash: PolicyHash(H256([0x44; 32])),
        };
        let roots: Vec<_> =
            (0..3).map(|_| DeviceRoot::generate(&mut rng).expect("random bytes")).collect();
        let contributions = (0..params.tree.leaf_count())
            .map(|leaf| {
                let mut entropy = [0; 32];
                rng.fill_bytes(&mut entropy);
                (leaf, Contribution::new(mask(&params, &roots, leaf), entropy))
            })
            .collect();
        let token = enrol(&params, contributions, None, &mut rng).expect("all contributed");
        Self { token, params, roots }
    }

    pub fn leaves(&self) -> usize {
        self.token.tree.leaf_count()
    }

    /// The mask of a leaf.
    pub fn mask(&self, leaf: usize) -> Mask {
        mask(&self.params, &self.roots, leaf)
    }

    /// The share of a leaf.
    pub fn share(&self, leaf: usize) -> Share {
        regenerate(GENESIS, &self.token, leaf, &self.mask(leaf)).expect("its own share")
    }

    /// All shares.
    pub fn shares(&self) -> Vec<(usize, Share)> {
        (0..self.leaves()).map(|leaf| (leaf, self.share(leaf))).collect()
    }

    /// The key.
    pub fn combined(&self) -> Combined {
        combine(GENESIS, &self.token, self.shares()).expect("all shares")
    }
}

fn mask(params: &EnrolmentParams, roots: &[DeviceRoot], leaf: usize) -> Mask {
    let (path, participant) = params.tree.leaves().swap_remove(leaf);
    let Participant::Agent(AgentId(agent)) = participant else { panic!("only agents") };
    let EnrolmentParams { genesis, window, key_id: key, epoch, enrolment_id, .. } = *params;
    let label = Label::derive(genesis, window, key, epoch, enrolment_id);
    let context = MaskContext {
        genesis,
        key,
        epoch,
        enrolment: enrolment_id,
        leaf: &path,
        group: params.algorithm.group(),
    };
    let root = &roots[usize::from(agent.0[0]) - 1];
    Mask::derive(&root.evaluate(&label).expect("not punctured"), &context)
}
