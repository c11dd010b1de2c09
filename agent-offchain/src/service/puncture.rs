//! Puncturing an epoch that a later one has taken the place of (section 11).
//!
//! The label is destroyed for good, so the later epoch is verified first: it is active in finalised
//! state; each epoch on the way to it was made by a request that the former one's policy approved, in
//! an enclave this agent trusts, whether or not this agent had a part in it; and this agent's own
//! leaves of it are confirmed, durably, and can be regenerated.

use regent_primitives::{
    receipt::result_hash, AgentNote, Epoch, EpochRecord, KeyId, KeyRecord, KeyState, Participant,
    Puncture, RegenToken,
};
use regent_protocol::{notes::unsigned, Label, LeafSeed, Superseded};
use tracing::{debug, info, warn};

use super::{queue::EpochKey, release::BindingError, Service, ServiceError};
use crate::{
    ports::{ChainError, Head},
    store::{Batch, LogRecord, StoreError},
    verify::{check_enrolled, check_made},
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

impl From<BindingError> for Kept {
    fn from(error: BindingError) -> Self {
        match error {
            BindingError::Chain(error) => error.into(),
            BindingError::Service(ServiceError::Store(error)) => error.into(),
            other => Self::Never(other.to_string()),
        }
    }
}

impl From<StoreError> for Kept {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Service {
    /// Punctures, at a final block, epochs that are over, all in one generation of the state: after a
    /// crash either the labels are destroyed and the notes of it are there, or neither.
    pub(super) async fn puncture(
        &mut self,
        head: Head,
        waiting: Vec<EpochKey>,
    ) -> Result<(), ServiceError> {
        let mut batch = Batch::default();
        for (key, epoch) in waiting {
            match self.judge_puncture(head, key, epoch).await {
                Ok(old) => {
                    self.queue.drop_puncture((key, epoch));
                    info!(target: "regent_agent", %key, epoch, block = head.number, "punctures");
                    let label = old.label(self.genesis);
                    batch.records.push(LogRecord::Punctured { key, epoch, label });
                    batch.notes.push(self.puncture_note(&old));
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
        if batch.is_empty() {
            return Ok(());
        }
        batch.finalised = Some((head.number, head.hash));
        Ok(self.store.commit(&batch)?)
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
        let old = self.own_epoch(head, &old, key, epoch).await?;
        let mut before = old.clone();
        for number in epoch.saturating_add(1)..=newer {
            let record = self.chain.epoch(key, number, head.hash).await?.ok_or_else(missing)?;
            self.check_successor(head, &before, &record).await?;
            before = record.key.token;
        }
        if before != current.token {
            return Err(Kept::Never("the key's token is not that of its newest epoch".into()));
        }
        self.check_confirmed(&current)?;
        let seed = self.seed_of(&current.token)?;
        let who = Participant::Agent(self.store.identity().agent_id());
        Superseded::verify(self.genesis, &old, &current.token, &who, &seed)
            .map_err(|error| Kept::Never(error.to_string()))?;
        Ok(old)
    }

    /// The token of the epoch that is over, to which this agent contributed.
    async fn own_epoch(
        &self,
        head: Head,
        old: &EpochRecord,
        key: KeyId,
        epoch: Epoch,
    ) -> Result<RegenToken, Kept> {
        let token = &old.key.token;
        let agent = self.store.identity().agent_id();
        let own = token.tree.leaves().iter().any(|(_, who)| *who == Participant::Agent(agent));
        if token.key_id != key || token.epoch != epoch || !own {
            return Err(Kept::Never("no leaf of this agent takes part".into()));
        }
        // Its policy is where the approvals of what follows begin.
        self.binding(head, token).await?;
        Ok(token.clone())
    }

    /// The later token was made from the one before by an approved request, as its session's receipt
    /// says; where this agent checked it when it took part, it is the same.
    async fn check_successor(
        &mut self,
        head: Head,
        before: &RegenToken,
        record: &EpochRecord,
    ) -> Result<(), Kept> {
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
        if state.key.as_ref().map(|key| &key.token) != Some(before) {
            return Err(Kept::Never("the later token succeeds another".into()));
        }
        let attempt = state.receipt.as_ref().map_or(0, |signed| signed.receipt.attempt);
        check_enrolled(self.genesis, token, record.request, attempt, &state)
            .map_err(|error| Kept::Never(error.to_string()))?;
        let context = self.verdicts.context(head).await?;
        check_made(&context, attempt, &state).map_err(|refused| Kept::Never(refused.detail))
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

    /// What tells the chain. Asked again, it only tells again.
    fn puncture_note(&self, old: &RegenToken) -> AgentNote {
        let identity = self.store.identity();
        let note = Puncture {
            key: old.key_id,
            epoch: old.epoch,
            enrolment_id: old.enrolment_id,
            agent: identity.agent_id(),
            rollback_protected: self.store.rollback_protected(),
            signature: unsigned(),
        };
        AgentNote::Puncture(identity.sign_puncture(self.genesis, note))
    }
}
