//! Which access trees a quorum admits.

use crate::*;
use alloc::collections::BTreeMap;
use regent_primitives::TreeNode;

impl<T: Config> QuorumInspect for Pallet<T> {
    fn is_agent(agent: &AgentId) -> bool {
        Agents::<T>::contains_key(agent)
    }

    /// Agents that were removed are of no quorum any more.
    fn admits(quorum: QuorumId, tree: &AccessTree) -> bool {
        let Some(quorum) = Quorums::<T>::get(quorum) else { return false };
        let members: BTreeSet<AgentId> = quorum.agents.into_iter().collect();
        let leaves = leaves_of_agents(tree);
        leaves.keys().all(|agent| members.contains(agent) && Agents::<T>::contains_key(agent))
            && least_agents_exceed(tree, &leaves, quorum.threshold.saturating_sub(1))
    }
}

/// Each agent of the tree, with the number of its leaves.
fn leaves_of_agents(tree: &AccessTree) -> BTreeMap<AgentId, u64> {
    let mut leaves = BTreeMap::<AgentId, u64>::new();
    for node in tree.nodes() {
        if let TreeNode::Leaf(Participant::Agent(agent)) = node {
            let count = leaves.entry(*agent).or_default();
            *count = count.saturating_add(1);
        }
    }
    leaves
}

/// One agent, in units fine enough to be split among its leaves.
const AGENT: u64 = 1 << 32;

/// Whether every set of leaves that satisfies the tree belongs to more than `count` agents.
///
/// An agent's leaves share its weight evenly, so that a set of leaves never weighs more than its
/// agents; other participants weigh nothing. A gate's lightest satisfying set is then the sum of its
/// `threshold` lightest children's, and the root's is a lower bound of the number of agents. It is
/// exact if no agent has two leaves, and errs on the safe side otherwise: by rounding down here, and
/// because satisfying sets that use one agent's leaves twice are counted as if they did not.
fn least_agents_exceed(tree: &AccessTree, leaves: &BTreeMap<AgentId, u64>, count: u16) -> bool {
    // For each open gate: its threshold, its children, the weights of those seen.
    let mut open: Vec<(u16, u16, Vec<u64>)> = Vec::new();
    let mut least = 0;
    for node in tree.nodes() {
        let mut weight = match node {
            TreeNode::Gate { threshold, children } => {
                open.push((*threshold, *children, Vec::new()));
                continue;
            }
            TreeNode::Leaf(Participant::Agent(agent)) => {
                leaves.get(agent).and_then(|count| AGENT.checked_div(*count)).unwrap_or(0)
            }
            TreeNode::Leaf(_) => 0,
        };
        // Close every gate whose last child this was.
        loop {
            let Some((threshold, children, mut seen)) = open.pop() else {
                least = weight;
                break;
            };
            seen.push(weight);
            if seen.len() < usize::from(children) {
                open.push((threshold, children, seen));
                break;
            }
            seen.sort_unstable();
            weight = seen.into_iter().take(usize::from(threshold)).fold(0, u64::saturating_add);
        }
    }
    least > u64::from(count).saturating_mul(AGENT)
}
