use std::collections::{BTreeSet, HashSet};

use proptest::prelude::*;
use regent_primitives::{Algorithm, TreeNode};

use super::*;
use crate::{
    combine, regenerate,
    testing::{agent, deep, flat, nested, trees::any_tree, World, GENESIS},
    Mask, Share,
};

/// A tree as it is drawn, to be read without the code under test.
enum Drawn {
    Leaf(usize),
    Gate(usize, Vec<Drawn>),
}

fn draw(nodes: &mut impl Iterator<Item = TreeNode>, leaves: &mut usize) -> Drawn {
    match nodes.next().expect("a preorder") {
        TreeNode::Leaf(_) => {
            *leaves += 1;
            Drawn::Leaf(*leaves - 1)
        }
        TreeNode::Gate { threshold, children } => {
            let children = (0..children).map(|_| draw(nodes, leaves)).collect();
            Drawn::Gate(usize::from(threshold), children)
        }
    }
}

impl Drawn {
    fn of(tree: &AccessTree) -> Self {
        draw(&mut tree.nodes().iter().copied(), &mut 0)
    }

    fn satisfied(&self, set: u32) -> bool {
        match self {
            Self::Leaf(leaf) => set & (1 << leaf) != 0,
            Self::Gate(threshold, children) => {
                children.iter().filter(|child| child.satisfied(set)).count() >= *threshold
            }
        }
    }
}

/// By the definition: each satisfying set has a leaf that is hit.
fn every_set_is_hit_slowly(tree: &AccessTree, hit: u32) -> bool {
    let drawn = Drawn::of(tree);
    (0..1u32 << tree.leaf_count()).filter(|set| drawn.satisfied(*set)).all(|set| set & hit != 0)
}

fn small_tree() -> impl Strategy<Value = AccessTree> {
    any_tree().prop_filter("2^n sets of leaves", |tree| tree.leaf_count() <= 12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_set_is_hit_exactly_by_the_definition(tree in small_tree(), hit in any::<u32>()) {
        let fast = every_set_is_hit(&tree, |leaf| hit & (1 << leaf) != 0);
        prop_assert_eq!(fast, every_set_is_hit_slowly(&tree, hit));
    }

    /// More punctures never bring a token back.
    #[test]
    fn hits_only_add(tree in any_tree(), hit in prop::collection::btree_set(0usize..64, 0..40)) {
        let mut so_far = BTreeSet::new();
        let mut was_hit = false;
        for leaf in hit {
            so_far.insert(leaf);
            let is_hit = every_set_is_hit(&tree, |leaf| so_far.contains(&leaf));
            prop_assert!(is_hit || !was_hit);
            was_hit = is_hit;
        }
        prop_assert!(every_set_is_hit(&tree, |_| true));
        prop_assert!(!every_set_is_hit(&tree, |_| false));
    }
}

#[test]
fn every_subset_of_the_fixed_trees_is_judged_by_the_definition() {
    for tree in [flat(1, 1), flat(1, 4), flat(3, 5), flat(4, 4), nested(), deep()] {
        for hit in 0..1u32 << tree.leaf_count() {
            let fast = every_set_is_hit(&tree, |leaf| hit & (1 << leaf) != 0);
            assert_eq!(fast, every_set_is_hit_slowly(&tree, hit), "{tree:?}, {hit:b}");
        }
    }
}

/// The shares of a token that its agents can still regenerate.
fn regenerable(world: &World, token: &RegenToken) -> Vec<(usize, Share)> {
    let label = Label::from_bytes(token.label(GENESIS));
    let share = |(leaf, (_, who)): (usize, (_, Participant))| {
        let Participant::Agent(agent) = who else { panic!("only agents in tests") };
        let seed = world.roots[&agent].evaluate(&label).ok()?;
        let mask = Mask::of_leaf(GENESIS, token, leaf, &seed).expect("a leaf");
        Some((leaf, regenerate(GENESIS, token, leaf, &mask).ok()?))
    };
    token.tree.leaves().into_iter().enumerate().filter_map(share).collect()
}

/// Agents puncture one after the other: the old token is `Retired` exactly from when its key cannot
/// be made any more, with every disk of that moment; the new one works all along.
#[test]
fn retired_is_when_no_disks_make_the_key() {
    for (tree, needed) in [(flat(3, 5), 3), (flat(2, 5), 4), (nested(), 1), (deep(), 1)] {
        let old = World::new(Algorithm::Sr25519, tree);
        let mut new = old.refreshed();
        let agents: Vec<_> = new.roots.keys().copied().collect();
        let mut punctured = HashSet::new();
        for (at, agent) in agents.into_iter().enumerate() {
            let who = Participant::Agent(agent);
            let seed = new.roots[&agent].evaluate(&new.label()).expect("not punctured");
            let superseded = Superseded::verify(GENESIS, &old.token, &new.token, &who, &seed)
                .expect("its new leaves fit");
            let root = new.roots.get_mut(&agent).expect("its root");
            assert_eq!(root.puncture_all([superseded.label()]), 1);
            assert!(root.evaluate(&old.label()).is_err());
            punctured.insert(who);
            let retired = is_retired(&old.token, |who| punctured.contains(who));
            assert_eq!(retired, at + 1 >= needed);
            let key = combine(GENESIS, &old.token, regenerable(&new, &old.token));
            assert_eq!(key.is_err(), retired);
            assert_eq!(new.combined().key.public_key(), old.token.public_key.as_slice());
        }
    }
}

/// An agent that is not rollback protected counts for nothing, whatever it signed.
#[test]
fn only_counted_agents_retire_a_token() {
    let token = World::new(Algorithm::Ed25519, flat(2, 3)).token;
    let retired = |counted: &[u8]| {
        is_retired(&token, |who| counted.iter().any(|n| *who == Participant::Agent(agent(*n))))
    };
    assert!(!retired(&[]));
    assert!(!retired(&[1]));
    assert!(retired(&[1, 3]));
    // Strangers and other kinds of participants with the same id are nobody's leaf.
    assert!(!retired(&[1, 9]));
    assert!(!is_retired(&token, |who| matches!(who, Participant::Device(_))));
}

#[test]
fn a_leaf_that_was_absent_need_not_be_punctured() {
    let world = World::new(Algorithm::Ed25519, flat(2, 5));
    let token = world.refresh_by(&[0, 1, 4], &world.next_epoch()).expect("one to spare").token;
    let gone = [agent(1), agent(2)];
    let punctured = |who: &Participant| gone.iter().any(|agent| *who == Participant::Agent(*agent));
    assert!(is_retired(&token, punctured));
    assert!(!is_retired(&world.token, punctured));
}

#[test]
fn one_puncture_takes_all_leaves_of_an_agent() {
    // Agent 1 holds a leaf of the root gate, which needs all, and one below.
    let token = World::new(Algorithm::Ed25519, nested()).token;
    assert!(is_retired(&token, |who| *who == Participant::Agent(agent(1))));
    assert!(!is_retired(&token, |who| *who == Participant::Agent(agent(6))));
}

#[test]
fn a_label_is_kept_until_its_successor_can_be_served() {
    let old = World::new(Algorithm::Aes256Gcm, flat(2, 3));
    let new = old.reshared(flat(2, 4));
    let who = |number| Participant::Agent(agent(number));
    let seed = |leaf| new.seed(leaf, &new.label());
    let verify = |token: &RegenToken, number, seed: &LeafSeed| {
        Superseded::verify(GENESIS, &old.token, token, &who(number), seed)
    };
    assert_eq!(verify(&new.token, 1, &seed(0)).map(|s| s.label()), Ok(old.label()));
    // Another root, or a correction that is not the agent's.
    assert!(matches!(verify(&new.token, 1, &seed(1)), Err(SupersededError::OwnLeaf(_))));
    let mut wrong = new.token.clone();
    wrong.corrections.as_mut()[0] = Some([7; 32]);
    assert!(matches!(verify(&wrong, 1, &seed(0)), Err(SupersededError::OwnLeaf(_))));
    assert!(verify(&wrong, 2, &seed(1)).is_ok());
    // Who has no leaf in the new token, or was left out of it, has nothing to confirm.
    assert!(verify(&new.token, 9, &seed(0)).is_ok());
    wrong.corrections.as_mut()[0] = None;
    assert!(verify(&wrong, 1, &seed(1)).is_ok());
    // An earlier token, the same one, another key.
    let refused = |old: &RegenToken, new: &RegenToken| {
        matches!(
            Superseded::verify(GENESIS, old, new, &who(9), &seed(0)),
            Err(SupersededError::NotSuccessor(_))
        )
    };
    assert!(refused(&new.token, &old.token));
    assert!(refused(&old.token, &old.token));
    let mut other = new.token.clone();
    other.key_id = Default::default();
    assert!(refused(&old.token, &other));
    // Two epochs later will do: an agent may have slept through one.
    let third = new.reshared(flat(2, 3));
    let seed = third.seed(0, &third.label());
    assert!(Superseded::verify(GENESIS, &old.token, &third.token, &who(1), &seed).is_ok());
}

#[test]
fn a_batch_of_punctures_counts_what_it_changed() {
    let worlds: Vec<_> = (0..3)
        .scan(World::new(Algorithm::EcdsaP256, flat(2, 3)), |world, _| {
            let next = world.refreshed();
            Some(std::mem::replace(world, next))
        })
        .collect();
    let labels: Vec<_> = worlds.iter().map(World::label).collect();
    let mut root = crate::DeviceRoot::generate(&mut crate::testing::rng(7)).expect("random bytes");
    assert_eq!(root.puncture_all(labels[..2].iter().copied()), 2);
    assert_eq!(root.puncture_all(labels.iter().copied().chain([labels[2]])), 1);
    assert!(labels.iter().all(|label| root.evaluate(label).is_err()));
    assert!(root.evaluate(&Label::from_bytes([0xee; 16])).is_ok());
}
