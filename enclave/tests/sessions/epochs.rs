//! From one epoch of a key to the next: refresh, which sees no key, and reshare.

use crate::world::*;
use rand_core::{OsRng, RngCore};
use regent_enclave::rpc::{REFUSED, TOO_FEW_SHARES};
use regent_primitives::{
    enclave_api::{Delivery, Execution, Outcome},
    receipt::result_hash,
    timing::WINDOW_BLOCKS,
    AccessTree, Algorithm, LeafPath, Operation, RegenToken, RequestBody, Session,
};
use regent_protocol::{
    regenerate, verify_refresh, verify_reshare, Label, Mask, NextEpoch, Refresh, ReleaseContext,
    Reshare, SuccessionContext, SuccessionPart,
};

/// An approved request for a next epoch, with its session open.
struct Succession<'a> {
    world: &'a World,
    old: RegenToken,
    body: RequestBody,
    session: Session,
    next: NextEpoch,
}

fn entropy() -> [u8; 32] {
    let mut entropy = [0; 32];
    OsRng.fill_bytes(&mut entropy);
    entropy
}

impl<'a> Succession<'a> {
    async fn new(world: &'a World, old: &RegenToken, operation: Operation) -> Self {
        let body = world.request(old, operation, &[]);
        let session = world.client.open(&world.open_for(&body)).await.unwrap();
        let next = NextEpoch {
            genesis: genesis(),
            epoch: old.epoch + 1,
            window: WINDOW,
            enrolment_id: session.enrolment_of(genesis(), session.request),
            policy_hash: body.policy,
            spare: 0,
        };
        Self { world, old: old.clone(), body, session, next }
    }

    fn aad(
        &self,
        leaf: &LeafPath,
        part: SuccessionPart,
        next: &regent_protocol::EnrolmentParams,
    ) -> regent_primitives::H256 {
        let release = ReleaseContext {
            genesis: genesis(),
            request: self.session.request,
            attempt: self.session.attempt,
            session: &self.session,
            key: self.old.key_id,
            epoch: self.old.epoch,
            enrolment: self.old.enrolment_id,
            leaf,
            operation: self.body.operation.kind(),
            payload_hash: self.body.payload_hash,
            policy: self.body.policy,
        };
        SuccessionContext { release, part, next }.aad()
    }

    fn old_label(&self) -> Label {
        Label::from_bytes(self.old.label(genesis()))
    }

    fn difference(&self, leaf: usize) -> Delivery {
        let refresh = Refresh::new(&self.old, &self.next).unwrap();
        let agent = self.world.agent_of(&self.old.tree, leaf);
        let (old, new) = (agent.seed(&self.old_label()), agent.seed(&refresh.next().label()));
        let part = refresh.contribute(leaf, &old, &new, entropy()).unwrap();
        let path = self.old.tree.leaves()[leaf].0.clone();
        let aad = self.aad(&path, SuccessionPart::Difference, refresh.next());
        agent.deliver_for(&self.session, aad, &path, part.encode().as_slice())
    }

    /// A share of a leaf of the old tree, or a wrong scalar.
    fn share(&self, tree: &AccessTree, leaf: usize, right: bool) -> Delivery {
        let reshare = Reshare::new(&self.old, &self.next, tree.clone()).unwrap();
        let agent = self.world.agent_of(&self.old.tree, leaf);
        let seed = agent.seed(&self.old_label());
        let mask = Mask::of_leaf(genesis(), &self.old, leaf, &seed).unwrap();
        let share = regenerate(genesis(), &self.old, leaf, &mask).unwrap();
        let mut wrong = [0; 32];
        wrong[15] = 1;
        let body = if right { share.as_sealed_body() } else { wrong.as_slice() };
        let path = self.old.tree.leaves()[leaf].0.clone();
        let aad = self.aad(&path, SuccessionPart::Share, reshare.next());
        agent.deliver_for(&self.session, aad, &path.below(1).unwrap(), body)
    }

    fn mask(&self, tree: &AccessTree, leaf: usize) -> Delivery {
        let reshare = Reshare::new(&self.old, &self.next, tree.clone()).unwrap();
        let agent = self.world.agent_of(tree, leaf);
        let seed = agent.seed(&reshare.next().label());
        let part = reshare.contribute(leaf, &seed, entropy()).unwrap();
        let path = tree.leaves()[leaf].0.clone();
        let aad = self.aad(&path, SuccessionPart::Mask, reshare.next());
        agent.deliver_for(&self.session, aad, &path.below(2).unwrap(), part.encode().as_slice())
    }

    fn execution(&self) -> Execution {
        self.world.execution(&self.session, self.body.clone(), &[], Some(&self.old))
    }

    async fn execute(&self, patience_milliseconds: u32) -> Result<Outcome, Refusal> {
        let execution = Execution { patience_milliseconds, ..self.execution() };
        self.world.client.execute(&execution).await
    }

    async fn deliver(&self, delivery: Delivery) {
        self.world.client.deliver(&delivery).await.unwrap();
    }
}

/// The key of this token signs.
async fn signs(world: &World, token: &RegenToken, leaves: &[usize]) {
    let scene = world.sign_raw(token, b"payload").await;
    scene.deliver(leaves).await;
    let outcome = scene.execute().await.unwrap();
    let signature = &outcome.result[0];
    regent_payload::raw::verify(token.algorithm, &token.public_key, b"payload", signature).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_native_key_is_refreshed_and_signs_as_before() {
    let world = World::new().await;
    for algorithm in [Algorithm::Sr25519, Algorithm::EcdsaSecp256k1, Algorithm::EcdsaP256] {
        let old = world.enrol(algorithm).await;
        let succession = Succession::new(&world, &old, Operation::Refresh).await;
        for leaf in 0..5 {
            succession.deliver(succession.difference(leaf)).await;
        }
        let outcome = succession.execute(PATIENCE).await.unwrap();
        let new = outcome.token.unwrap();
        verify_refresh(&old, &new).unwrap();
        let receipt = outcome.receipt;
        assert!(receipt.verify(genesis(), &succession.session.signing_public));
        assert_eq!(receipt.receipt.result_hash, result_hash(genesis(), &new));
        assert_eq!((receipt.receipt.epoch, receipt.receipt.leaves.len()), (0, 5));
        signs(&world, &new, &[4, 1, 2]).await;
        // Once more: epochs follow each other.
        let succession = Succession::new(&world, &new, Operation::Refresh).await;
        for leaf in 0..5 {
            succession.deliver(succession.difference(leaf)).await;
        }
        let third = succession.execute(PATIENCE).await.unwrap().token.unwrap();
        assert_eq!(third.epoch, 2);
        signs(&world, &third, &[0, 1, 2]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_goes_on_with_those_who_came_when_patience_ends() {
    let world = World::new().await;
    let old = world.enrol(Algorithm::Ed25519).await;
    let succession = Succession::new(&world, &old, Operation::Refresh).await;
    succession.deliver(succession.difference(1)).await;
    succession.deliver(succession.difference(3)).await;
    let refusal = succession.execute(100).await.unwrap_err();
    assert_eq!(refusal.code, TOO_FEW_SHARES, "{}", refusal.text);
    succession.deliver(succession.difference(4)).await;
    let new = succession.execute(100).await.unwrap().token.unwrap();
    let present: Vec<_> = (0..5).map(|leaf| new.is_present(leaf)).collect();
    assert_eq!(present, [false, true, false, true, true]);
    signs(&world, &new, &[1, 3, 4]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_key_is_reshared_to_another_tree() {
    let world = World::new().await;
    let ids: Vec<_> = world.agents.iter().map(|agent| agent.id()).collect();
    let tree = AccessTree::threshold_of_agents(2, &ids[1..4]).unwrap();
    for algorithm in [Algorithm::Ed25519, Algorithm::MlDsa65] {
        let old = world.enrol(algorithm).await;
        let operation = Operation::Reshare { quorum: 0, tree: tree.clone() };
        let succession = Succession::new(&world, &old, operation).await;
        for leaf in 0..3 {
            succession.deliver(succession.mask(&tree, leaf)).await;
        }
        for leaf in 0..5 {
            succession.deliver(succession.share(&tree, leaf, leaf != 2)).await;
        }
        let outcome = succession.execute(PATIENCE).await.unwrap();
        let new = outcome.token.unwrap();
        verify_reshare(&old, &new).unwrap();
        assert_eq!(outcome.faulty, [old.tree.leaves()[2].0.below(1).unwrap()]);
        assert_eq!(outcome.receipt.receipt.leaves.len(), 3 + 3, "three shares, three masks");
        signs(&world, &new, &[2, 0]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reshare_needs_enough_of_both() {
    let world = World::new().await;
    let old = world.enrol(Algorithm::Ed25519).await;
    let tree = world.tree();
    let operation = Operation::Reshare { quorum: 0, tree: tree.clone() };
    let succession = Succession::new(&world, &old, operation).await;
    for leaf in 0..5 {
        succession.deliver(succession.mask(&tree, leaf)).await;
    }
    succession.deliver(succession.share(&tree, 0, true)).await;
    succession.deliver(succession.share(&tree, 1, true)).await;
    assert_eq!(succession.execute(100).await.unwrap_err().code, TOO_FEW_SHARES);
    succession.deliver(succession.share(&tree, 4, true)).await;
    assert!(succession.execute(100).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_refreshed_is_refused() {
    let world = World::new().await;
    let seed = world.enrol(Algorithm::Aes256Gcm).await;
    let succession = Succession::new(&world, &seed, Operation::Refresh).await;
    let refusal = succession.execute(100).await.unwrap_err();
    assert_eq!(refusal.code, REFUSED);
    assert!(refusal.text.contains("reshare this key"), "{}", refusal.text);

    let old = world.enrol(Algorithm::Ed25519).await;
    let succession = Succession::new(&world, &old, Operation::Refresh).await;
    // A share released for an operation opens nothing here, nor does a part for another window.
    let scene = world.sign_raw(&old, b"payload").await;
    let stray = scene.share(0);
    assert!(world.client.deliver(&stray).await.is_ok(), "it is for its own session");
    for leaf in 0..5 {
        succession.deliver(succession.difference(leaf)).await;
    }
    let mut execution = succession.execution();
    let mut facts = world.facts(&succession.session, &succession.body, Some(&old));
    facts.request.as_mut().unwrap().submitted_at += WINDOW_BLOCKS;
    (execution.chain, execution.patience_milliseconds) = (world.prove(&facts), 100);
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert_eq!(refusal.code, TOO_FEW_SHARES, "{}", refusal.text);
    assert!(succession.execute(PATIENCE).await.is_ok());
}

/// An epoch that was withdrawn keeps its number: the next one is counted from the newest.
#[tokio::test(flavor = "multi_thread")]
async fn the_chain_says_which_epoch_is_next() {
    let world = World::new().await;
    let old = world.enrol(Algorithm::Ed25519).await;
    let mut succession = Succession::new(&world, &old, Operation::Refresh).await;
    succession.next.epoch = 8;
    for leaf in 0..5 {
        succession.deliver(succession.difference(leaf)).await;
    }
    let mut execution = succession.execution();
    let mut facts = world.facts(&succession.session, &succession.body, Some(&old));
    facts.key.as_mut().unwrap().newest = 7;
    execution.chain = world.prove(&facts);
    let new = world.client.execute(&execution).await.unwrap().token.unwrap();
    assert_eq!((new.epoch, new.window), (8, WINDOW));
}
