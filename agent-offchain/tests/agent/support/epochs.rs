//! A key's way from one epoch to the next.

use regent_primitives::{
    agent_api::WorkItem, enclave_api::Delivery, runtime_api::RequestState, AccessTree, AgentNote,
    Epoch, EpochRecord, KeyId, KeyRecord, KeyState, Operation, RegenToken, RequestBody, RequestId,
    RequestStatus,
};
use regent_protocol::{Contribution, NextEpoch, Refresh, RefreshContribution, Reshare, Share};

use super::{agent::TestAgent, chain::WINDOW_BLOCKS, eventually, people::GENESIS, world::World};

impl World {
    /// A request for the next epoch of a key.
    pub fn succession(&self, record: &KeyRecord, operation: Operation) -> RequestBody {
        let epoch = record.token.epoch;
        RequestBody { epoch, ..self.body(Some(record.token.key_id), operation, &[]) }
    }

    /// What the enclave makes of the agents' parts: the token of the next epoch, pending, with its
    /// session's receipt on the chain.
    pub fn succeeded(
        &self,
        id: RequestId,
        deliveries: &[Delivery],
        old: &KeyRecord,
    ) -> EpochRecord {
        let head = self.chain.finalised_head();
        let mut made = None;
        self.chain.edit_request(id, |state| {
            state.record.status = RequestStatus::Completed;
            let token = self.make_next(state, deliveries, old);
            state.receipt = Some(self.receipt(state, &token, head.hash));
            made = Some(token);
        });
        let token = made.expect("made");
        let newest = token.epoch;
        let (state, confirmed) = (KeyState::Pending, [0; 32]);
        let key = KeyRecord { token, state, confirmed, newest, ..old.clone() };
        EpochRecord {
            key,
            request: id,
            transfer_to: None,
            punctured: [0; 32],
            punctured_for_good: [0; 32],
        }
    }

    fn make_next(
        &self,
        state: &RequestState,
        deliveries: &[Delivery],
        old: &KeyRecord,
    ) -> RegenToken {
        let (epoch, old) = (old.newest + 1, &old.token);
        let body = &state.record.body;
        let session = &state.sessions.last().expect("open").session;
        let next = NextEpoch {
            genesis: GENESIS,
            epoch,
            window: state.record.submitted_at / WINDOW_BLOCKS,
            enrolment_id: session.enrolment_of(GENESIS, state.id),
            policy_hash: body.next_policy(),
            spare: 0,
        };
        let (group, rng) = (old.algorithm.group(), &mut rand_core::OsRng);
        let Some((_, tree)) = body.operation.named_tree() else {
            let parts = self.by_leaf(&old.tree, deliveries).into_iter().map(|(leaf, delivery)| {
                let opened = self.enclave.open(&delivery);
                (leaf, RefreshContribution::decode(group, &opened).expect("a difference"))
            });
            let refresh = Refresh::new(old, &next).expect("native");
            return refresh.deal(parts.collect(), rng).expect("a token");
        };
        let joint = AccessTree::joint(&old.tree, tree).expect("small");
        let (mut shares, mut masks) = (Vec::new(), Vec::new());
        for (leaf, delivery) in self.by_leaf(&joint, deliveries) {
            let opened = self.enclave.open(&delivery);
            match leaf.checked_sub(old.tree.leaf_count()) {
                None => {
                    let share = Share::from_sealed_body(group, &opened).expect("a share");
                    shares.push((leaf, share));
                }
                Some(leaf) => {
                    masks.push((leaf, Contribution::decode(group, &opened).expect("a mask")));
                }
            }
        }
        let reshare = Reshare::new(old, &next, tree.clone()).expect("native");
        reshare.deal(shares, masks, rng).expect("a token").token
    }

    pub fn put_epoch(&self, record: &EpochRecord) {
        let record = record.clone();
        self.chain.edit(|state| {
            let token = &record.key.token;
            state.epochs.insert((token.key_id, token.epoch), record);
        });
    }

    /// Has agents confirm a pending epoch, and makes it the active one: the old one is retiring.
    pub async fn confirm_epoch(
        &self,
        agents: &[&TestAgent],
        old: &EpochRecord,
        mut new: EpochRecord,
    ) -> EpochRecord {
        let (key, epoch) = (new.key.token.key_id, new.key.token.epoch);
        self.put_epoch(&new);
        self.chain.advance();
        agents.iter().for_each(|agent| agent.wake(WorkItem::Confirm { key, epoch }));
        for agent in agents {
            eventually("the confirmation", || has_confirmed(agent, key, epoch)).await;
        }
        for leaf in 0..new.key.token.tree.leaf_count() {
            if new.key.token.is_present(leaf) {
                new.key.confirm(leaf);
            }
        }
        self.activate(old, &mut new);
        self.chain.advance();
        new
    }

    /// Withdraws a pending epoch: the key goes on in its old one, and the number is used.
    pub fn withdraw(&self, old: &KeyRecord, pending: &EpochRecord) -> KeyRecord {
        let mut over = pending.clone();
        over.key.state = KeyState::Retiring;
        self.put_epoch(&over);
        let key = KeyRecord { newest: pending.key.token.epoch, ..old.clone() };
        self.put_epoch(&epoch_of(&key));
        self.put_key(&key);
        self.chain.advance();
        key
    }

    /// Makes an epoch the active one and the one before retiring.
    pub fn activate(&self, old: &EpochRecord, new: &mut EpochRecord) {
        new.key.state = KeyState::Active;
        let mut over = old.clone();
        over.key.state = KeyState::Retiring;
        self.put_epoch(&over);
        self.put_epoch(new);
        self.put_key(&new.key);
    }
}

/// The record of a key that is in its first epoch, or in this one.
pub fn epoch_of(key: &KeyRecord) -> EpochRecord {
    EpochRecord {
        key: key.clone(),
        request: RequestId::default(),
        transfer_to: None,
        punctured: [0; 32],
        punctured_for_good: [0; 32],
    }
}

pub fn has_confirmed(agent: &TestAgent, key: KeyId, epoch: Epoch) -> bool {
    agent.notes().iter().any(|note| {
        matches!(note, AgentNote::Confirmation(note) if note.key == key && note.epoch == epoch)
            && note.verify(GENESIS)
    })
}
