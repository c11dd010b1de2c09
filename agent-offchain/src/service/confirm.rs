//! Confirmation of new tokens (section 6, step 5): regenerate the share, check it, sign.

use regent_primitives::{
    AgentNote, Confirmation, Epoch, KeyId, KeyRecord, KeyState, LeafPath, Participant, RegenToken,
};
use regent_protocol::{notes::unsigned, regenerate, Label, Mask, MaskContext};
use tracing::{debug, info, warn};

use super::{queue::EpochKey, release::BindingError, Service, ServiceError};
use crate::{ports::Head, store::Batch};

impl Service {
    /// Confirms pending tokens at a final block. However many there are, the state has one more
    /// generation.
    pub(super) async fn confirm(
        &mut self,
        head: Head,
        waiting: Vec<EpochKey>,
    ) -> Result<(), ServiceError> {
        let mut batch = Batch::default();
        for epoch in waiting {
            let record = match self.chain.epoch(epoch.0, epoch.1, head.hash).await {
                Ok(Some(record)) => record.key,
                Ok(None) => {
                    self.queue.confirmation_waits(epoch);
                    continue;
                }
                Err(error) => {
                    debug!(target: "regent_agent", key = %epoch.0, %error, "cannot be read");
                    self.queue.confirmation_waits(epoch);
                    continue;
                }
            };
            self.confirm_one(head, epoch, &record, &mut batch).await?;
        }
        if batch.is_empty() {
            return Ok(());
        }
        batch.finalised = Some((head.number, head.hash));
        Ok(self.store.commit(&batch)?)
    }

    /// Whether a confirmation of this epoch waits for its place on the chain.
    pub(super) fn has_confirmation(&self, key: KeyId, epoch: Epoch) -> bool {
        self.store.notes().values().any(|note| {
            matches!(note, AgentNote::Confirmation(note) if note.key == key && note.epoch == epoch)
        })
    }

    async fn confirm_one(
        &mut self,
        head: Head,
        epoch: EpochKey,
        record: &KeyRecord,
        batch: &mut Batch,
    ) -> Result<(), ServiceError> {
        let (key, token) = (epoch.0, &record.token);
        let leaves = self.unconfirmed(record);
        let pending = matches!(record.state, KeyState::Pending | KeyState::Active);
        if token.key_id != key || token.epoch != epoch.1 || !pending || leaves.is_empty() {
            self.queue.drop_confirmation(epoch);
            return Ok(());
        }
        let known = match self.verdicts.context(head).await {
            Ok(context) => context.knows_runtime(),
            Err(error) => {
                debug!(target: "regent_agent", %key, %error, "the runtime cannot be read");
                false
            }
        };
        if !known {
            self.queue.confirmation_waits(epoch);
            return Ok(());
        }
        let binding = match self.binding(head, token).await {
            Ok(binding) => binding,
            Err(BindingError::Service(error)) => return Err(error),
            Err(BindingError::Chain(error)) => {
                debug!(target: "regent_agent", %key, %error, "the enrolment cannot be read");
                self.queue.confirmation_waits(epoch);
                return Ok(());
            }
            Err(error) => {
                warn!(target: "regent_agent", %key, epoch = epoch.1, %error, "does not confirm");
                self.queue.drop_confirmation(epoch);
                return Ok(());
            }
        };
        let mut notes = Vec::with_capacity(leaves.len());
        for (leaf, path) in leaves {
            match self.check_leaf(token, leaf, &path) {
                Ok(()) => notes.push(self.confirmation(token, path)),
                Err(error) => {
                    warn!(target: "regent_agent", %key, leaf = %path, error, "does not confirm");
                }
            }
        }
        self.queue.drop_confirmation(epoch);
        if notes.is_empty() {
            return Ok(());
        }
        info!(
            target: "regent_agent",
            %key,
            epoch = epoch.1,
            leaves = notes.len(),
            block = head.number,
            "confirms"
        );
        self.metrics.confirmed.inc_by(notes.len() as u64);
        batch.records.extend(binding);
        batch.notes.append(&mut notes);
        Ok(())
    }

    /// This agent's leaves that took part and are not confirmed.
    fn unconfirmed(&self, record: &KeyRecord) -> Vec<(usize, LeafPath)> {
        let agent = self.store.identity().agent_id();
        record
            .token
            .tree
            .leaves()
            .into_iter()
            .enumerate()
            .filter(|(leaf, (_, who))| {
                *who == Participant::Agent(agent)
                    && record.token.is_present(*leaf)
                    && !record.is_confirmed(*leaf)
            })
            .map(|(leaf, (path, _))| (leaf, path))
            .collect()
    }

    /// The share can be regenerated and fits its commitment. It is wiped at once.
    fn check_leaf(&self, token: &RegenToken, leaf: usize, path: &LeafPath) -> Result<(), String> {
        let label = Label::from_bytes(token.label(self.genesis));
        let seed = self.store.evaluate(&label).map_err(|error| error.to_string())?;
        let context = MaskContext {
            genesis: self.genesis,
            key: token.key_id,
            epoch: token.epoch,
            enrolment: token.enrolment_id,
            leaf: path,
            group: token.algorithm.group(),
        };
        regenerate(self.genesis, token, leaf, &Mask::derive(&seed, &context))
            .map(drop)
            .map_err(|error| error.to_string())
    }

    fn confirmation(&self, token: &RegenToken, leaf: LeafPath) -> AgentNote {
        let identity = self.store.identity();
        let note = Confirmation {
            key: token.key_id,
            epoch: token.epoch,
            enrolment_id: token.enrolment_id,
            leaf,
            agent: identity.agent_id(),
            signature: unsigned(),
        };
        AgentNote::Confirmation(identity.sign_confirmation(self.genesis, note))
    }
}
