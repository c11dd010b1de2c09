//! Forgetting notes: when finalised state holds them, or never will.

use std::collections::BTreeMap;

use regent_primitives::{
    runtime_api::RequestState, AgentId, AgentNote, Confirmation, EpochRecord, KeyRecord, KeyState,
    Participant, RequestId,
};
use tracing::debug;

use super::{queue::EpochKey, Service, ServiceError};
use crate::{
    ports::{ChainError, Head},
    store::{note_key, NoteKey},
};

/// Notes looked for in one block: nobody waits for this.
const AT_ONCE: usize = 32;

impl Service {
    /// Notes to look for in this block: a window of the list that moves with the blocks, so that all
    /// have their turn.
    pub(super) fn some_notes(&self, head: Head) -> Vec<AgentNote> {
        let all = self.store.notes();
        let start = match all.len() {
            length if length > AT_ONCE => head.number as usize * AT_ONCE % length,
            _ => 0,
        };
        all.values().cycle().skip(start).take(all.len().min(AT_ONCE)).cloned().collect()
    }

    pub(super) async fn forget_seen_notes(
        &mut self,
        notes: &[AgentNote],
        head: Head,
    ) -> Result<(), ServiceError> {
        match self.seen(notes, head).await {
            Ok(seen) => self.store.forget_notes(&seen)?,
            Err(error) => debug!(target: "regent_agent", %error, "notes cannot be looked for"),
        }
        Ok(())
    }

    async fn seen(&self, notes: &[AgentNote], head: Head) -> Result<Vec<NoteKey>, ChainError> {
        let mut requests: BTreeMap<RequestId, Option<RequestState>> = BTreeMap::new();
        let mut epochs: BTreeMap<EpochKey, Option<EpochRecord>> = BTreeMap::new();
        let mut seen = Vec::new();
        for note in notes {
            let done = match note {
                AgentNote::Release(release) => self.chain.has_release(release, head.hash).await?,
                AgentNote::Refusal(refusal) => {
                    let state = self.state(&mut requests, refusal.request, head).await?;
                    let over = state.is_some_and(|state| {
                        let record = &state.record;
                        record.status.is_over() || record.attempts > refusal.attempt
                    });
                    over || self.chain.has_refusal(refusal, head.hash).await?
                }
                AgentNote::Confirmation(confirmation) => {
                    let at = (confirmation.key, confirmation.epoch);
                    let record = self.epoch(&mut epochs, at, head).await?;
                    record.is_some_and(|record| is_settled(&record.key, confirmation))
                }
                AgentNote::Puncture(puncture) => {
                    let record =
                        self.epoch(&mut epochs, (puncture.key, puncture.epoch), head).await?;
                    record.is_some_and(|record| is_punctured(record, puncture.agent))
                }
            };
            if done {
                seen.push(note_key(note));
            }
        }
        Ok(seen)
    }

    async fn epoch<'a>(
        &self,
        known: &'a mut BTreeMap<EpochKey, Option<EpochRecord>>,
        at: EpochKey,
        head: Head,
    ) -> Result<Option<&'a EpochRecord>, ChainError> {
        if let std::collections::btree_map::Entry::Vacant(entry) = known.entry(at) {
            entry.insert(self.chain.epoch(at.0, at.1, head.hash).await?);
        }
        Ok(known.get(&at).and_then(Option::as_ref))
    }

    async fn state<'a>(
        &self,
        known: &'a mut BTreeMap<RequestId, Option<RequestState>>,
        request: RequestId,
        head: Head,
    ) -> Result<Option<&'a RequestState>, ChainError> {
        if let std::collections::btree_map::Entry::Vacant(entry) = known.entry(request) {
            entry.insert(self.chain.request(request, head.hash).await?);
        }
        Ok(known.get(&request).and_then(Option::as_ref))
    }
}

/// Whether the chain has the puncture of all this agent's leaves.
fn is_punctured(record: &EpochRecord, agent: AgentId) -> bool {
    let token = &record.key.token;
    token.tree.leaves().iter().enumerate().all(|(leaf, (_, who))| {
        *who != Participant::Agent(agent) || !token.is_present(leaf) || record.is_punctured(leaf)
    })
}

/// Whether the chain has the confirmation, or will not take it any more.
fn is_settled(record: &KeyRecord, note: &Confirmation) -> bool {
    let token = &record.token;
    if token.epoch != note.epoch || token.enrolment_id != note.enrolment_id {
        return true;
    }
    if !matches!(record.state, KeyState::Pending | KeyState::Active) {
        return true;
    }
    token.leaf(&note.leaf).is_none_or(|(leaf, _)| record.is_confirmed(leaf))
}
