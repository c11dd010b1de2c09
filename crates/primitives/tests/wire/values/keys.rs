//! Access trees and Regen Tokens.

use regent_primitives::{
    access_tree::{AccessTree, Participant, TreeNode},
    AgentId, Algorithm, Commitments, KeyRecord, KeyState, RegenToken, H256,
};

use super::ids::{account, bounded, ENROLMENT, HASH, KEY, POLICY};

/// "2 of 3 agents AND a device".
pub fn tree() -> AccessTree {
    let agent = |number| TreeNode::Leaf(Participant::Agent(AgentId(H256([number; 32]))));
    AccessTree::new(vec![
        TreeNode::Gate { threshold: 2, children: 2 },
        TreeNode::Gate { threshold: 2, children: 3 },
        agent(0xa1),
        agent(0xa2),
        agent(0xa3),
        TreeNode::Leaf(Participant::Device(H256([0xd1; 32]))),
    ])
    .unwrap()
}

pub fn native_token() -> RegenToken {
    RegenToken {
        key_id: KEY,
        algorithm: Algorithm::Bip340,
        public_key: bounded(vec![2; 33]),
        epoch: 3,
        window: 12,
        enrolment_id: ENROLMENT,
        tree: tree(),
        policy_hash: POLICY,
        commitments: Commitments::Native {
            gates: bounded(vec![bounded(vec![3; 33]); 4]),
            leaves: bounded(vec![bounded(vec![2; 33]); 4]),
        },
        corrections: bounded(vec![Some([1; 32]), None, Some([3; 32]), Some([4; 32])]),
        wrapped: None,
    }
}

pub fn seed_token() -> RegenToken {
    RegenToken {
        algorithm: Algorithm::Aes256Gcm,
        public_key: bounded(vec![]),
        commitments: Commitments::Seed { leaves: bounded(vec![HASH; 4]), check: [0xcc; 32] },
        wrapped: Some(bounded(vec![0x77; 60])),
        ..native_token()
    }
}

pub fn key_record() -> KeyRecord {
    let mut record = KeyRecord {
        token: native_token(),
        owner: account(1),
        quorum: 7,
        state: KeyState::Active,
        chain_authority: false,
        newest: 4,
        enrolled_at: 90,
        confirmed: [0; 32],
    };
    record.confirm(0);
    record.confirm(9);
    record
}
