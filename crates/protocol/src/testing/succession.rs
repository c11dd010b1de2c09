//! From one epoch of a [`World`] to the next.

use std::collections::BTreeMap;

use regent_primitives::{
    payload::SigningInput, AccessTree, AgentId, Algorithm, EnrolmentId, KeyKind, LeafPath,
    Participant, PolicyHash, RegenToken, H256,
};

use super::{rng, World, GENESIS};
use crate::{
    combine, groups::Ristretto255, sharing::join, Contribution, DeviceRoot, EnrolmentParams, Label,
    LeafSeed, NextEpoch, Refresh, RefreshContribution, RefreshError, Reshare, ReshareError,
    Reshared,
};

impl World {
    pub(crate) fn next_epoch(&self) -> NextEpoch {
        let epoch = self.token.epoch as u8 + 1;
        NextEpoch {
            genesis: GENESIS,
            epoch: self.token.epoch + 1,
            window: self.token.window + 1,
            enrolment_id: EnrolmentId(H256([0x80 + epoch; 32])),
            policy_hash: PolicyHash(H256([0x90 + epoch; 32])),
            spare: 1,
        }
    }

    /// The world with this token in the place of its own: the same roots, and those of newcomers.
    pub(crate) fn at(&self, token: RegenToken) -> Self {
        let params = EnrolmentParams {
            genesis: GENESIS,
            key_id: token.key_id,
            algorithm: token.algorithm,
            epoch: token.epoch,
            window: token.window,
            enrolment_id: token.enrolment_id,
            tree: token.tree.clone(),
            policy_hash: token.policy_hash,
        };
        Self { params, roots: self.roots_for(&token.tree), token }
    }

    fn roots_for(&self, tree: &AccessTree) -> BTreeMap<AgentId, DeviceRoot> {
        let copy = |root: &DeviceRoot| DeviceRoot::from_bytes(&root.to_bytes()).expect("a root");
        let mut roots: BTreeMap<_, _> =
            self.roots.iter().map(|(agent, root)| (*agent, copy(root))).collect();
        for (_, who) in tree.leaves() {
            let Participant::Agent(agent) = who else { panic!("only agents in tests") };
            let newcomer = || DeviceRoot::generate(&mut rng(agent.0 .0[0])).expect("random bytes");
            roots.entry(agent).or_insert_with(newcomer);
        }
        roots
    }

    pub(crate) fn label(&self) -> Label {
        Label::from_bytes(self.token.label(GENESIS))
    }

    /// What the root of this leaf's agent yields at a label.
    pub(crate) fn seed(&self, leaf: usize, label: &Label) -> LeafSeed {
        let (_, who) = self.token.tree.leaves().swap_remove(leaf);
        let Participant::Agent(agent) = who else { panic!("only agents in tests") };
        self.roots[&agent].evaluate(label).expect("not punctured")
    }

    pub(crate) fn difference(&self, refresh: &Refresh<'_>, leaf: usize) -> RefreshContribution {
        let (old, new) = (self.seed(leaf, &self.label()), self.seed(leaf, &refresh.next().label()));
        refresh.contribute(leaf, &old, &new, [leaf as u8; 32]).expect("its own leaf")
    }

    pub(crate) fn differences(
        &self,
        refresh: &Refresh<'_>,
        leaves: &[usize],
    ) -> Vec<(usize, RefreshContribution)> {
        leaves.iter().map(|leaf| (*leaf, self.difference(refresh, *leaf))).collect()
    }

    /// The leaves that can regenerate a share.
    pub(crate) fn present(&self) -> Vec<usize> {
        (0..self.leaves()).filter(|leaf| self.token.is_present(*leaf)).collect()
    }

    pub(crate) fn refresh_by(
        &self,
        leaves: &[usize],
        next: &NextEpoch,
    ) -> Result<Self, RefreshError> {
        let refresh = Refresh::new(&self.token, next)?;
        let token = refresh.deal(self.differences(&refresh, leaves), &mut rng(0x40))?;
        Ok(self.at(token))
    }

    /// All who can take part.
    pub(crate) fn refreshed(&self) -> Self {
        self.refresh_by(&self.present(), &self.next_epoch()).expect("a refresh")
    }

    /// The masks of these leaves of the new tree.
    pub(crate) fn masks(
        &self,
        reshare: &Reshare<'_>,
        leaves: &[usize],
    ) -> Vec<(usize, Contribution)> {
        let next = reshare.next();
        let roots = self.roots_for(&next.tree);
        let holders = next.tree.leaves();
        let mask = |leaf: &usize| {
            let Participant::Agent(agent) = holders[*leaf].1 else { panic!("only agents") };
            let seed = roots[&agent].evaluate(&next.label()).expect("not punctured");
            let entropy = [*leaf as u8; 32];
            (*leaf, reshare.contribute(*leaf, &seed, entropy).expect("a leaf"))
        };
        leaves.iter().map(mask).collect()
    }

    pub(crate) fn reshare_by(
        &self,
        old: &[usize],
        tree: AccessTree,
        new: &[usize],
        next: &NextEpoch,
    ) -> Result<(Self, Vec<LeafPath>), ReshareError> {
        let reshare = Reshare::new(&self.token, next, tree)?;
        let masks = self.masks(&reshare, new);
        let Reshared { token, used, .. } = reshare.deal(self.shares(old), masks, &mut rng(0x41))?;
        Ok((self.at(token), used))
    }

    /// By all who can take part, to all.
    pub(crate) fn reshared(&self, tree: AccessTree) -> Self {
        let new: Vec<_> = (0..tree.leaf_count()).collect();
        let all = self.reshare_by(&self.present(), tree, &new, &self.next_epoch());
        all.expect("a reshare").0
    }
}

/// The algorithms that can be refreshed.
pub(crate) fn native() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.into_iter().filter(|algorithm| algorithm.kind() == KeyKind::Native)
}

/// Both epochs make one key, each by all its leaves: what the one seals or is sealed for opens with
/// the other, and signatures, which every algorithm verifies, are under one public key.
pub(crate) fn check_operations(before: &World, after: &World) {
    let (old, new) = (before.combined().key, after.combined().key);
    assert_eq!(old.public_key(), new.public_key());
    assert_eq!(new.public_key(), after.token.public_key.as_slice());
    let message = SigningInput::Message(b"regent".to_vec());
    match new.algorithm() {
        Algorithm::Aes256Gcm => {
            let sealed = old.sign(&message, &mut rng(3)).expect("sealed");
            assert_eq!(new.decrypt(&sealed).expect("the same key").as_slice(), b"regent");
        }
        Algorithm::MlKem768 => {
            // Whatever the ciphertext: implicit rejection depends on the secret too.
            let ciphertext = [7; 1_088];
            let opened = [old, new].map(|key| key.decrypt(&ciphertext).expect("1,088 bytes"));
            assert_eq!(opened[0].as_slice(), opened[1].as_slice());
        }
        _ => drop(new.sign(&message, &mut rng(3)).expect("signed and verified")),
    }
}

/// Of the leaves in `strangers` the shares come from another epoch of the key. A key is made of
/// shares of one epoch alone: of those of the token, if they satisfy its tree, or of others that are
/// a whole set of their own, since the key is the same. No holder of a right share is ever named.
pub(crate) fn check_mixture(at: &World, other: &World, strangers: &[usize]) {
    let mixed = |leaf: usize| match other.token.is_present(leaf) && strangers.contains(&leaf) {
        true => other.share(leaf),
        false => at.share(leaf),
    };
    let tree = &at.token.tree;
    let shares: Vec<_> = at.present().into_iter().map(|leaf| (leaf, mixed(leaf))).collect();
    // Below gates of threshold 1 alone, shares are the key in every epoch.
    let right =
        shares.iter().filter(|(leaf, share)| share.as_bytes() == at.share(*leaf).as_bytes());
    let right: Vec<usize> = right.map(|(leaf, _)| *leaf).collect();
    let first = first_set_of(tree, &at.present());
    let is_whole = first.iter().all(|leaf| strangers.contains(leaf)) && *tree == other.token.tree;
    let wrong = at.present().into_iter().filter(|leaf| !right.contains(leaf));
    let paths = tree.leaves();
    let wrong: Vec<_> = wrong.map(|leaf| paths[leaf].0.clone()).collect();
    let combined = combine(GENESIS, &at.token, shares);
    assert_eq!(combined.is_ok(), is_whole || tree.satisfied(|leaf| right.contains(&leaf)));
    match combined {
        Ok(combined) => {
            assert_eq!(combined.key.public_key(), at.token.public_key.as_slice());
            assert!(combined.faulty.iter().all(|leaf| wrong.contains(leaf)));
            let among = |leaves: &[usize]| {
                combined.used.iter().all(|used| {
                    leaves.iter().filter_map(|leaf| paths.get(*leaf)).any(|(path, _)| path == used)
                })
            };
            assert!(among(&right) || (is_whole && among(strangers)));
        }
        Err(error) => assert_eq!(error.faulty(), wrong),
    }
}

/// The leaves that are combined first.
fn first_set_of(tree: &AccessTree, present: &[usize]) -> Vec<usize> {
    let one = |leaf: usize| present.contains(&leaf).then(|| curve25519_dalek::Scalar::from(1u64));
    join::<Ristretto255>(tree, one).expect("satisfied").used
}
