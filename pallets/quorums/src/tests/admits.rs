//! Which access trees a quorum admits.

use super::*;
use regent_primitives::TreeNode;

fn gate(threshold: u16, children: &[Vec<TreeNode>]) -> Vec<TreeNode> {
    let count = u16::try_from(children.len()).expect("children fit");
    core::iter::once(TreeNode::Gate { threshold, children: count })
        .chain(children.iter().flatten().copied())
        .collect()
}

fn leaf(number: u64) -> Vec<TreeNode> {
    vec![TreeNode::Leaf(Participant::Agent(agent(number)))]
}

fn device(number: u64) -> Vec<TreeNode> {
    vec![TreeNode::Leaf(Participant::Device(H256::from_low_u64_be(number)))]
}

fn leaves(numbers: impl IntoIterator<Item = u64>) -> Vec<Vec<TreeNode>> {
    numbers.into_iter().map(leaf).collect()
}

fn tree(nodes: Vec<TreeNode>) -> AccessTree {
    AccessTree::new(nodes).expect("a valid tree")
}

/// Quorum 0 is 3 of agents 1 to 5; 6 is an agent of no quorum.
fn three_of_five(test: impl FnOnce()) {
    scenario(|| {
        register(6);
        assert_ok!(Registry::create_quorum(signed(ALICE), 3, agents(1..=5)));
        test();
    });
}

#[test]
fn admits_its_own_threshold_and_above() {
    three_of_five(|| {
        for threshold in 1..=5 {
            let tree = tree(gate(threshold, &leaves(1..=5)));
            assert_eq!(Registry::admits(0, &tree), threshold >= 3, "{threshold} of 5");
        }
        assert!(Registry::admits(0, &tree(gate(3, &leaves(1..=3)))), "of some of its agents");
        assert!(!Registry::admits(0, &tree(gate(2, &leaves(1..=2)))));
    });
}

#[test]
fn admits_only_its_own_agents() {
    three_of_five(|| {
        assert!(!Registry::admits(0, &tree(gate(3, &leaves(2..=6)))));
        assert!(!Registry::admits(0, &tree(gate(3, &leaves([1, 2, 99])))));
        assert!(!Registry::admits(1, &tree(gate(3, &leaves(1..=5)))), "no such quorum");
    });
}

#[test]
fn admits_no_removed_agent() {
    three_of_five(|| {
        let tree = tree(gate(3, &leaves(1..=5)));
        assert!(Registry::admits(0, &tree));
        assert_ok!(Registry::remove_agent(signed(ALICE), agent(5)));
        assert!(!Registry::admits(0, &tree));
    });
}

#[test]
fn admits_devices_besides_the_agents() {
    three_of_five(|| {
        let agents = gate(3, &leaves(1..=5));
        let board = gate(2, &[device(1), device(2), device(3)]);
        assert!(Registry::admits(0, &tree(gate(3, &[agents.clone(), device(9), board.clone()]))));
        // A way around the agents.
        assert!(!Registry::admits(0, &tree(gate(1, &[agents.clone(), board.clone()]))));
        assert!(!Registry::admits(0, &tree(gate(2, &[agents, device(9), board]))));
        // Devices do not count as agents.
        let mixed = gate(3, &[leaf(1), leaf(2), leaf(3), device(1)]);
        assert!(!Registry::admits(0, &tree(mixed)));
    });
}

#[test]
fn admits_by_the_weakest_way_through_nested_gates() {
    three_of_five(|| {
        // (2 of 1,2,3) AND (1 of 4,5): three agents at least.
        let both = gate(2, &[gate(2, &leaves(1..=3)), gate(1, &leaves(4..=5))]);
        assert!(Registry::admits(0, &tree(both)));
        // (2 of 1,2,3) OR (2 of 4,5): two suffice.
        let either = gate(1, &[gate(2, &leaves(1..=3)), gate(2, &leaves(4..=5))]);
        assert!(!Registry::admits(0, &tree(either)));
        // (3 of 1..5) OR (1 AND 2 AND 3 AND 4): three at least.
        let either = gate(1, &[gate(2, &[gate(2, &leaves(1..=2)), leaf(3)]), leaf(4)]);
        assert!(!Registry::admits(0, &tree(either)), "agent 4 alone suffices");
    });
}

#[test]
fn admits_no_agent_counted_twice() {
    three_of_five(|| {
        // Two agents with two leaves each satisfy 4 of 4 leaves.
        assert!(!Registry::admits(0, &tree(gate(4, &leaves([1, 1, 2, 2])))));
        // One agent with three leaves does not make a quorum.
        assert!(!Registry::admits(0, &tree(gate(3, &leaves([1, 1, 1, 2, 3])))));
        // Three agents with two leaves each, all needed, do.
        assert!(Registry::admits(0, &tree(gate(6, &leaves([1, 1, 2, 2, 3, 3])))));
        // So do three with three leaves each, where the shares of an agent do not add up evenly.
        assert!(Registry::admits(0, &tree(gate(9, &leaves([1, 1, 1, 2, 2, 2, 3, 3, 3])))));
        // The same five twice, both needed: three agents at least.
        let twice = gate(2, &[gate(3, &leaves(1..=5)), gate(3, &leaves(1..=5))]);
        assert!(Registry::admits(0, &tree(twice)));
    });
}

/// The bound is never above the truth: all trees of two gates over three agents, each leaf any of
/// them, against every set of agents.
#[test]
fn admits_agrees_with_trying_every_set_of_agents() {
    scenario(|| {
        register(3);
        for threshold in 1..=3 {
            assert_ok!(Registry::create_quorum(signed(ALICE), threshold, agents(1..=3)));
        }
        let mut admitted = 0;
        for code in 0..3u64.pow(4) {
            let at = |place: u32| code / 3u64.pow(place) % 3 + 1;
            let leaf_agents = [at(0), at(1), at(2), at(3)];
            for thresholds in [[1, 1], [1, 2], [2, 1], [2, 2]] {
                for root in 1..=2 {
                    let tree = tree(gate(
                        root,
                        &[
                            gate(thresholds[0], &leaves([at(0), at(1)])),
                            gate(thresholds[1], &leaves([at(2), at(3)])),
                        ],
                    ));
                    let least = (1..8u64)
                        .filter(|set| {
                            tree.satisfied(|leaf| set & (1 << (leaf_agents[leaf] - 1)) != 0)
                        })
                        .map(u64::count_ones)
                        .min()
                        .expect("all agents satisfy the tree");
                    for quorum in 0..3 {
                        if Registry::admits(quorum, &tree) {
                            admitted += 1;
                            assert!(least > quorum, "{least} agents satisfy {tree:?}");
                        }
                        // Without repeated agents the answer is exact.
                        let distinct: BTreeSet<_> = leaf_agents.iter().collect();
                        if distinct.len() == 4 {
                            assert_eq!(Registry::admits(quorum, &tree), least > quorum);
                        }
                    }
                }
            }
        }
        assert!(admitted > 0);
    });
}
