//! Puncturing an epoch that a later one has taken the place of (section 11).
//!
//! The label is destroyed for good, so the later epoch is verified first: it is active in finalised
//! state; each epoch on the way to it was made by a request that the former one's policy approved, in
//! an enclave this agent trusts, whether or not this agent had a part in it; and this agent's own
//! leaves of it are confirmed, durably, and can be regenerated. An epoch that was withdrawn before it
//! served is on no such way: it is punctured when what was made from the same token serves.

use regent_primitives::{
    receipt::result_hash, AgentNote, Epoch, EpochRecord, KeyId, KeyRecord, KeyState, Participant,
    Puncture, RegenToken, RequestId, H256,
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
        if !over || current.state != KeyState::Active {
            return Err(Kept::Never("no later epoch is active in finalised state".into()));
        }
        if newer <= epoch {
            // Withdrawn: what was made in its place is still to come.
            return Err(Kept::Wait("no later epoch is active in finalised state".into()));
        }
        let request = old.request;
        let old = self.own_epoch(head, &old, key, epoch).await?;
        self.check_way(head, (&old, request), &current).await?;
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

    /// Each epoch on the way from `old`, which `request` made, to the active one was made from the one
    /// before it. A way that leads past `old` begins where `old` did: it was withdrawn, and what serves
    /// was made in its place.
    async fn check_way(
        &mut self,
        head: Head,
        (old, request): (&RegenToken, RequestId),
        current: &KeyRecord,
    ) -> Result<(), Kept> {
        let key = old.key_id;
        let mut number = current.token.epoch;
        let mut token = current.token.clone();
        while number > old.epoch {
            let record = self.chain.epoch(key, number, head.hash).await?;
            let record =
                record.ok_or_else(|| Kept::Wait("the epoch is not in this block".into()))?;
            if record.key.token != token {
                return Err(Kept::Never("a later epoch succeeds another token".into()));
            }
            let bound = self.store.bound_token(key, number)?;
            token = self.made_from(head, &token, record.request, bound).await?;
            if token.epoch >= number {
                return Err(Kept::Never("a later epoch succeeds no earlier one".into()));
            }
            number = token.epoch;
        }
        let expected = if number == old.epoch {
            old.clone()
        } else {
            // What this agent checked of `old` says nothing of the policy of what it was made from: by
            // its request's approvals and lineage that is judged again, and by what was bound of it.
            let before = self.made_from(head, old, request, None).await?;
            if let Some(bound) = self.store.bound_token(key, before.epoch)? {
                self.check_bound(bound, &before)?;
            }
            before
        };
        if token != expected {
            return Err(Kept::Never("the later token succeeds another".into()));
        }
        Ok(())
    }

    /// The token that this one was made from by an approved request, as its session's receipt says;
    /// where this agent checked it when it took part (`bound`), it is the same.
    async fn made_from(
        &mut self,
        head: Head,
        token: &RegenToken,
        request: RequestId,
        bound: Option<H256>,
    ) -> Result<RegenToken, Kept> {
        let state = self.chain.request(request, head.hash).await?;
        let state = state.ok_or_else(|| Kept::Wait("the request is not on chain".into()))?;
        let attempt = state.receipt.as_ref().map_or(0, |signed| signed.receipt.attempt);
        check_enrolled(self.genesis, token, request, attempt, &state)
            .map_err(|error| Kept::Never(error.to_string()))?;
        match bound {
            Some(bound) => self.check_bound(bound, token)?,
            None => {
                let context = self.verdicts.context(head).await?;
                check_made(&context, attempt, &state)
                    .map_err(|refused| Kept::Never(refused.detail))?;
            }
        }
        match state.key {
            Some(before) if before.token.epoch == state.record.body.epoch => Ok(before.token),
            _ => Err(Kept::Never("the request's key has no such epoch".into())),
        }
    }

    fn check_bound(&self, bound: H256, token: &RegenToken) -> Result<(), Kept> {
        if bound == result_hash(self.genesis, token) {
            return Ok(());
        }
        Err(Kept::Never("a token is not the one this agent checked".into()))
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
