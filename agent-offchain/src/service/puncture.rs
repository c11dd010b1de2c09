//! Puncturing an epoch that a later one has taken the place of (section 11).
//!
//! The label is destroyed for good, so the later epoch is verified first: it is active in finalised
//! state, it is the fruit of a request and a session this agent checked, and this agent's own leaves
//! of it are confirmed, durably, and can be regenerated.

use regent_primitives::{
    receipt::result_hash, AgentNote, Epoch, EpochRecord, KeyId, KeyRecord, KeyState, Participant,
    Puncture, RegenToken,
};
use regent_protocol::{notes::unsigned, Label, LeafSeed, Superseded};
use tracing::{debug, info, warn};

use super::{queue::EpochKey, Service, ServiceError};
use crate::{
    ports::{ChainError, Head},
    store::{Batch, LogRecord, StoreError},
    verify::check_enrolled,
};

/// Why a label is not punctured now.
enum Kept {
    /// It may be at a later block.
    Wait(String),
    /// It will not be.
    Never(String),
    /// The state failed.
    Store(StoreError),
}

impl From<ChainError> for Kept {
    fn from(error: ChainError) -> Self {
        Self::Wait(error.to_string())
    }
}

impl From<StoreError> for Kept {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Service {
    /// Punctures, at a final block, epochs that are over.
    pub(super) async fn puncture(
        &mut self,
        head: Head,
        waiting: Vec<EpochKey>,
    ) -> Result<(), ServiceError> {
        for (key, epoch) in waiting {
            match self.judge_puncture(head, key, epoch).await {
                Ok(old) => {
                    self.queue.drop_puncture((key, epoch));
                    self.puncture_one(head, &old)?;
                }
                Err(Kept::Wait(why)) => {
                    debug!(target: "regent_agent", %key, epoch, why, "does not puncture yet");
                    self.queue.puncture_waits((key, epoch));
                }
                Err(Kept::Never(why)) => {
                    warn!(target: "regent_agent", %key, epoch, why, "does not puncture");
                    self.queue.drop_puncture((key, epoch));
                }
                Err(Kept::Store(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Whether a puncture of this epoch waits for its place on the chain.
    pub(super) fn has_puncture(&self, key: KeyId, epoch: Epoch) -> bool {
        self.store.notes().values().any(|note| {
            matches!(note, AgentNote::Puncture(note) if note.key == key && note.epoch == epoch)
        })
    }

    /// The token whose label may be punctured.
    async fn judge_puncture(
        &mut self,
        head: Head,
        key: KeyId,
        epoch: Epoch,
    ) -> Result<RegenToken, Kept> {
        if !self.verdicts.context(head).await?.knows_runtime() {
            return Err(Kept::Wait("the runtime is not in trust.runtimes".into()));
        }
        let missing = || Kept::Wait("the epoch is not in this block".into());
        let old = self.chain.epoch(key, epoch, head.hash).await?.ok_or_else(missing)?;
        let current = self.chain.key(key, head.hash).await?.ok_or_else(missing)?;
        let newer = current.token.epoch;
        let over = matches!(old.key.state, KeyState::Retiring | KeyState::Retired);
        if !over || newer <= epoch || current.state != KeyState::Active {
            return Err(Kept::Never("no later epoch is active in finalised state".into()));
        }
        let old = self.own_epoch(&old, key, epoch)?;
        let record = self.chain.epoch(key, newer, head.hash).await?.ok_or_else(missing)?;
        self.check_successor(head, &record).await?;
        self.check_confirmed(&current)?;
        let seed = self.seed_of(&current.token)?;
        let who = Participant::Agent(self.store.identity().agent_id());
        Superseded::verify(self.genesis, &old, &current.token, &who, &seed)
            .map_err(|error| Kept::Never(error.to_string()))?;
        Ok(old)
    }

    /// The token of the epoch that is over, of which this agent has a leaf.
    fn own_epoch(&self, old: &EpochRecord, key: KeyId, epoch: Epoch) -> Result<RegenToken, Kept> {
        let token = &old.key.token;
        let agent = self.store.identity().agent_id();
        let own = token.tree.leaves().iter().any(|(_, who)| *who == Participant::Agent(agent));
        if token.key_id != key || token.epoch != epoch || !own {
            return Err(Kept::Never("no leaf of this agent takes part".into()));
        }
        match self.store.bound_token(key, epoch)? {
            Some(bound) if bound != result_hash(self.genesis, token) => {
                Err(Kept::Never("the token is another than the one this agent checked".into()))
            }
            _ => Ok(token.clone()),
        }
    }

    /// The later token was made by an approved request, as its session's receipt says; where this agent
    /// checked it before, it is the same.
    async fn check_successor(&self, head: Head, record: &EpochRecord) -> Result<(), Kept> {
        let token = &record.key.token;
        if let Some(bound) = self.store.bound_token(token.key_id, token.epoch)? {
            return if bound == result_hash(self.genesis, token) {
                Ok(())
            } else {
                Err(Kept::Never("the later token is not the one this agent checked".into()))
            };
        }
        let state = self.chain.request(record.request, head.hash).await?;
        let state = state.ok_or_else(|| Kept::Wait("the request is not on chain".into()))?;
        let attempt = state.receipt.as_ref().map_or(0, |signed| signed.receipt.attempt);
        check_enrolled(self.genesis, token, record.request, attempt, &state)
            .map_err(|error| Kept::Never(error.to_string()))
    }

    /// Every leaf of this agent in the active epoch is confirmed: on the chain, or in a note of its own
    /// that is durable.
    fn check_confirmed(&self, current: &KeyRecord) -> Result<(), Kept> {
        let agent = self.store.identity().agent_id();
        let token = &current.token;
        let open = token.tree.leaves().into_iter().enumerate().any(|(leaf, (_, who))| {
            who == Participant::Agent(agent)
                && token.is_present(leaf)
                && !current.is_confirmed(leaf)
        });
        if open && !self.has_confirmation(token.key_id, token.epoch) {
            return Err(Kept::Wait("this agent has not confirmed the later epoch".into()));
        }
        Ok(())
    }

    /// The root's value at a token's label. Who has no leaf of it needs none.
    fn seed_of(&self, token: &RegenToken) -> Result<LeafSeed, Kept> {
        let label = Label::from_bytes(token.label(self.genesis));
        self.store.evaluate(&label).map_err(|error| Kept::Never(error.to_string()))
    }

    /// Destroys the label, and tells the chain, in one transaction: after a crash either both
    /// happened or neither. Asked again, it only tells again.
    fn puncture_one(&mut self, head: Head, old: &RegenToken) -> Result<(), ServiceError> {
        let (key, epoch) = (old.key_id, old.epoch);
        let identity = self.store.identity();
        let note = Puncture {
            key,
            epoch,
            enrolment_id: old.enrolment_id,
            agent: identity.agent_id(),
            rollback_protected: self.store.rollback_protected(),
            signature: unsigned(),
        };
        let note = AgentNote::Puncture(identity.sign_puncture(self.genesis, note));
        let label = old.label(self.genesis);
        info!(target: "regent_agent", %key, epoch, block = head.number, "punctures");
        Ok(self.store.commit(&Batch {
            records: vec![LogRecord::Punctured { key, epoch, label }],
            notes: vec![note],
            finalised: Some((head.number, head.hash)),
        })?)
    }
}
