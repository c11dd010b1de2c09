//! Acting on verdicts: seal, record, and only then send.

use std::time::Instant;

use regent_primitives::{AgentNote, KeyId, Refusal, RefusalReason, RegenToken, H256};
use regent_protocol::notes::unsigned;
use tracing::{debug, info, warn};

use super::{
    delivery::Parcel,
    queue::AttemptKey,
    shares::{Sealed, Sealer, SealingError},
    Service, ServiceError,
};
use crate::{
    failpoint::CrashAt,
    metrics::reason_name,
    ports::{ChainError, Head},
    store::{Batch, LogRecord, NoteKey},
    verify::{check_enrolled, Approved, Refused, Verdict},
};

/// What one finalised block leads to. Recorded together, in one transaction.
#[derive(Default)]
struct Decided {
    batch: Batch,
    parcels: Vec<Parcel>,
}

impl Service {
    /// Judges attempts at a final block. All that is to be sent is recorded first, at once.
    pub(super) async fn release(
        &mut self,
        head: Head,
        arrived: Instant,
        waiting: Vec<AttemptKey>,
    ) -> Result<(), ServiceError> {
        for attempt in &waiting {
            self.verdicts.start(head, *attempt);
        }
        // All of them before anything is sealed: the node may take its time over each.
        let mut verdicts = Vec::with_capacity(waiting.len());
        for attempt in waiting {
            verdicts.push((attempt, self.verdicts.take(head, attempt).await));
        }
        let mut decided = Decided::default();
        for (attempt, verdict) in verdicts {
            match verdict {
                Ok(verdict) => self.act(head, attempt, verdict, &mut decided).await?,
                Err(error) => {
                    debug!(target: "regent_agent", request = %attempt.0, %error, "cannot judge");
                    self.queue.release_waits(attempt);
                }
            }
        }
        if decided.batch.is_empty() && decided.parcels.is_empty() {
            return Ok(());
        }
        self.failpoint.reach(CrashAt::Sealed);
        decided.batch.finalised = Some((head.number, head.hash));
        // The order of section 7: durable before it is sent.
        self.store.commit(&decided.batch)?;
        self.failpoint.reach(CrashAt::BeforeSend);
        self.metrics.decision_seconds.observe(arrived.elapsed().as_secs_f64());
        for parcel in decided.parcels {
            let attempt = (parcel.request, parcel.attempt);
            self.sending.insert(attempt, self.courier.send(parcel, head.number));
        }
        Ok(())
    }

    async fn act(
        &mut self,
        head: Head,
        attempt: AttemptKey,
        verdict: Verdict,
        decided: &mut Decided,
    ) -> Result<(), ServiceError> {
        match verdict {
            Verdict::Release(approved) => self.release_one(head, *approved, decided).await,
            Verdict::Refuse(refused) => self.refuse(head, attempt, refused, decided),
            Verdict::Wait(why) => {
                debug!(target: "regent_agent", request = %attempt.0, attempt = attempt.1, why, "waits");
                self.queue.release_waits(attempt);
                Ok(())
            }
            Verdict::Over(why) => {
                debug!(target: "regent_agent", request = %attempt.0, attempt = attempt.1, why, "over");
                self.queue.settle(attempt, head.number);
                Ok(self.store.give_up(attempt.0, attempt.1)?)
            }
        }
    }

    async fn release_one(
        &mut self,
        head: Head,
        approved: Approved,
        decided: &mut Decided,
    ) -> Result<(), ServiceError> {
        self.failpoint.reach(CrashAt::Verified);
        let attempt = (approved.id, approved.attempt);
        if self.is_done(&approved)? {
            self.queue.settle(attempt, approved.deadline);
            return Ok(());
        }
        if let Some(token) = needs_bound(&approved) {
            match self.binding(head, token).await {
                // Durable at once: sealing below asks the store, and only for this token.
                Ok(Some(record)) => {
                    self.store.commit(&Batch { records: vec![record], ..Batch::default() })?;
                }
                Ok(None) => {}
                Err(BindingError::Chain(error)) => {
                    debug!(target: "regent_agent", %error, "the enrolment cannot be read");
                    self.queue.release_waits(attempt);
                    return Ok(());
                }
                Err(BindingError::Refused(refused)) => {
                    return self.refuse(head, attempt, refused, decided);
                }
                Err(BindingError::Service(error)) => return Err(error),
            }
        }
        // The head was fresh when it arrived; the node was asked since.
        if self.is_stale(head) {
            self.queue.release_waits(attempt);
            return Ok(());
        }
        let sealer = Sealer {
            genesis: self.genesis,
            finalised: head.hash,
            now: head.number,
            insecure_corrupt_share: self.insecure_corrupt_share,
        };
        let Sealed { records, notes, deliveries } = match sealer.seal(&self.store, &approved) {
            Ok(sealed) => sealed,
            Err(SealingError::Refused(refused)) => {
                return self.refuse(head, attempt, refused, decided);
            }
            Err(SealingError::Store(error)) => return Err(error.into()),
        };
        info!(
            target: "regent_agent",
            request = %approved.id,
            attempt = approved.attempt,
            key = %approved.body.key,
            operation = ?approved.body.operation.kind(),
            leaves = deliveries.len(),
            block = head.number,
            "releases"
        );
        self.metrics
            .released
            .with_label_values(&[approved.task.kind()])
            .inc_by(deliveries.len() as u64);
        decided.batch.records.extend(records);
        decided.batch.notes.extend(notes);
        decided.parcels.push(Parcel {
            request: approved.id,
            attempt: approved.attempt,
            deadline: approved.deadline,
            endpoint: approved.session.endpoint.to_vec(),
            deliveries,
        });
        self.queue.settle(attempt, approved.deadline);
        Ok(())
    }

    /// Whether every leaf of this attempt was released and has arrived.
    fn is_done(&self, approved: &Approved) -> Result<bool, ServiceError> {
        if self.sending.contains_key(&(approved.id, approved.attempt)) {
            return Ok(true);
        }
        for (_, path) in &approved.leaves {
            if self.store.released(approved.id, approved.attempt, path)?.is_none() {
                return Ok(false);
            }
        }
        Ok(!self.store.undelivered()?.contains(&(approved.id, approved.attempt)))
    }

    /// Refuses an attempt for good, and tells the chain, unless a share of it is out already.
    fn refuse(
        &mut self,
        head: Head,
        (request, attempt): AttemptKey,
        refused: Refused,
        decided: &mut Decided,
    ) -> Result<(), ServiceError> {
        let Refused { reason, detail } = refused;
        // Until there can be nothing new about it: the chain takes one refusal of an attempt.
        self.queue.settle((request, attempt), head.number.saturating_add(SETTLED_BLOCKS));
        let released = self.store.releases_of(request)?;
        let out = released.iter().any(|(released, _)| *released == attempt);
        if out || self.store.notes().contains_key(&NoteKey::refusal(request, attempt)) {
            if reason == RefusalReason::DeadlinePassed {
                self.store.give_up(request, attempt)?;
            }
            debug!(target: "regent_agent", %request, attempt, detail, "not released again");
            return Ok(());
        }
        warn!(
            target: "regent_agent",
            %request,
            attempt,
            reason = reason_name(reason),
            detail,
            block = head.number,
            "refuses"
        );
        self.metrics.refuse(reason);
        let identity = self.store.identity();
        let refusal = Refusal {
            request,
            attempt,
            agent: identity.agent_id(),
            reason,
            finalised_hash: head.hash,
            signature: unsigned(),
        };
        let refusal = identity.sign_refusal(self.genesis, refusal);
        decided.batch.notes.push(AgentNote::Refusal(refusal));
        Ok(())
    }

    /// The record that binds a token to the enrolment that made it; none if it is bound already.
    pub(super) async fn binding(
        &self,
        head: Head,
        token: &RegenToken,
    ) -> Result<Option<LogRecord>, BindingError> {
        let (key, epoch) = (token.key_id, token.epoch);
        let token_hash = regent_primitives::receipt::result_hash(self.genesis, token);
        match self.store.bound_token(key, epoch).map_err(ServiceError::from)? {
            Some(bound) if bound == token_hash => return Ok(None),
            Some(bound) => return Err(other_token(key, bound, token_hash)),
            None => {}
        }
        let mismatch = |detail: String| {
            BindingError::Refused(Refused::new(RefusalReason::ShareMismatch, detail))
        };
        let label = regent_protocol::Label::from_bytes(token.label(self.genesis));
        let (request, attempt) =
            self.store.label_owner(&label).map_err(ServiceError::from)?.ok_or_else(|| {
                mismatch(format!("this agent contributed to no enrolment under {label}"))
            })?;
        let state = self
            .chain
            .request(request, head.hash)
            .await?
            .ok_or_else(|| mismatch(format!("enrolment {request} is not on chain")))?;
        check_enrolled(self.genesis, token, request, attempt, &state)
            .map_err(|error| mismatch(error.to_string()))?;
        // What it succeeds is what this agent served, if it served that epoch.
        if let Some(old) = state.key.as_ref().map(|old| &old.token).filter(|_| epoch > 0) {
            let found = regent_primitives::receipt::result_hash(self.genesis, old);
            let bound = self.store.bound_token(key, old.epoch).map_err(ServiceError::from)?;
            if let Some(bound) = bound.filter(|bound| *bound != found) {
                return Err(other_token(key, bound, found));
            }
        }
        Ok(Some(LogRecord::Bound { key, epoch, token_hash }))
    }
}

/// Blocks for which a refused attempt is not looked at again.
const SETTLED_BLOCKS: u32 = 600;

/// The token that has to be bound before anything of it is sealed. A new participant of a reshare
/// has no share of the old one.
fn needs_bound(approved: &Approved) -> Option<&RegenToken> {
    let token = approved.task.token()?;
    let old = token.tree.leaf_count();
    approved.leaves.iter().any(|(leaf, _)| *leaf < old).then_some(token)
}

fn other_token(key: KeyId, bound: H256, found: H256) -> BindingError {
    BindingError::Refused(Refused::new(
        RefusalReason::ShareMismatch,
        format!("the token of key {key} has hash {found:?}, this agent checked {bound:?}"),
    ))
}

/// Why a token is not bound to its enrolment.
#[derive(Debug, thiserror::Error)]
pub(super) enum BindingError {
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error("{}", .0.detail)]
    Refused(Refused),
    #[error(transparent)]
    Service(#[from] ServiceError),
}
