//! Values of a block's state.
//!
//! What is asked for next depends on what was read before, so a request takes two proofs of all that
//! is known by then, and one more for each change of its policy since its key was made. Whether its
//! key is frozen takes another.

use regent_primitives::{
    bounds::{MAX_ATTEMPTS, MAX_LINEAGE},
    runtime_api::{PolicyRecord, RequestState},
    Epoch, EpochRecord, KeyId, KeyRecord, PolicyHash, Refusal, Release, RequestId, H256,
};
use regent_proof::{layout, read_state, HeadError, ProvenState, Query, StateError, StateKey};

use super::Inner;
use crate::ports::{ChainError, Runtime};

/// What the agent's logic is told. The rule was said before.
fn unproven(error: impl Into<HeadError>) -> ChainError {
    let error = error.into();
    ChainError(format!("{}: {error}", error.rule()))
}

/// Where one epoch of a key is.
struct EpochKeys {
    entry: StateKey<regent_primitives::KeyEntry>,
    status: StateKey<regent_primitives::EpochStatus>,
    token: StateKey<regent_primitives::RegenToken>,
}

impl EpochKeys {
    fn of(key: KeyId, epoch: Epoch) -> Self {
        Self {
            entry: layout::key_entry(key),
            status: layout::epoch_status(key, epoch),
            token: layout::token(key, epoch),
        }
    }

    fn queries(&self) -> [Query; 3] {
        [self.entry.query(), self.status.query(), self.token.query()]
    }

    /// As the runtime composes it: all three, or there is no such epoch.
    fn read(&self, state: &ProvenState) -> Result<Option<EpochRecord>, StateError> {
        let entry = state.get(&self.entry)?;
        let (status, token) = (state.get(&self.status)?, state.get(&self.token)?);
        let (Some(entry), Some(status), Some(token)) = (entry, status, token) else {
            return Ok(None);
        };
        Ok(Some(status.with(entry, token)))
    }
}

impl Inner {
    /// What is asked of a block's state, proven by the root in the block's header.
    async fn read(&self, at: H256, queries: &[Query]) -> Result<ProvenState, ChainError> {
        let root = self.state_root(at).await?;
        let nodes = self.node.prove(queries, at).await?;
        match read_state(root, queries, &nodes, &self.limits) {
            Ok(state) => {
                self.faults.state_is_proven();
                Ok(state)
            }
            Err(error) => {
                self.faults.state(&error);
                Err(unproven(error))
            }
        }
    }

    async fn state_root(&self, at: H256) -> Result<H256, ChainError> {
        if let Some(root) = self.recent.state_root(at) {
            return Ok(root);
        }
        let header = self.node.header(at).await?;
        let (root, found) = (header.state_root, self.recent.keep(header));
        if found != at {
            return Err(ChainError(format!("the node gave header {found:?}, not {at:?}")));
        }
        Ok(root)
    }

    async fn value<V: codec::Decode>(
        &self,
        key: StateKey<V>,
        at: H256,
    ) -> Result<Option<V>, ChainError> {
        self.read(at, &[key.query()]).await?.get(&key).map_err(unproven)
    }

    /// The code by its hash; and, if the state remembers another first block, another chain.
    pub(super) async fn runtime(&self, at: H256) -> Result<Runtime, ChainError> {
        let (version, first) = (layout::runtime_version(), layout::block_hash(0));
        let state = self.read(at, &[layout::code_hash(), version.query(), first.query()]).await?;
        let found = state.get(&first).map_err(unproven)?.unwrap_or_default();
        if found != self.genesis {
            let error = HeadError::WrongGenesis { found, expected: self.genesis };
            self.faults.head(&error);
            return Err(unproven(error));
        }
        let code_hash = state.hash(layout::CODE).map_err(unproven)?;
        let code_hash =
            code_hash.ok_or_else(|| ChainError(format!("block {at:?} has no runtime code")))?;
        // Absent until the runtime ran once.
        let version = state.get(&version).map_err(unproven)?;
        let spec_version = version.map_or(0, |(version, _)| version.0);
        Ok(Runtime { code_hash, spec_version })
    }

    pub(super) async fn request(
        &self,
        id: RequestId,
        at: H256,
    ) -> Result<Option<RequestState>, ChainError> {
        let (record, payload) = (layout::request(id), layout::payload(id));
        let (approvals, receipt) = (layout::approvals(id), layout::receipt(id));
        let sessions: Vec<_> =
            (1..=MAX_ATTEMPTS).map(|attempt| layout::session(id, attempt)).collect();
        let mut queries = vec![record.query(), payload.query(), approvals.query(), receipt.query()];
        queries.extend(sessions.iter().map(StateKey::query));
        let own = self.read(at, &queries).await?;
        let Some(record) = own.get(&record).map_err(unproven)? else { return Ok(None) };

        let body = &record.body;
        let (policy, epoch) = (layout::policy(body.policy), EpochKeys::of(body.key, body.epoch));
        let mut queries = vec![policy.query()];
        queries.extend(epoch.queries());
        let others = self.read(at, &queries).await?;
        let Some(policy) = others.get(&policy).map_err(unproven)? else { return Ok(None) };
        let key = epoch.read(&others).map_err(unproven)?.map(|record| record.key);
        let committed = key.as_ref().map_or(body.policy, |key| key.token.policy_hash);

        let mut opened = Vec::with_capacity(sessions.len());
        for session in sessions.iter().take(record.attempts.into()) {
            opened.extend(own.get(session).map_err(unproven)?);
        }
        Ok(Some(RequestState {
            id,
            payload: own.get(&payload).map_err(unproven)?.map(|payload| payload.into_inner()),
            policy: policy.policy.clone(),
            lineage: self.lineage(committed, body.policy, policy, at).await?,
            approvals: own.get(&approvals).map_err(unproven)?.unwrap_or_default().into_inner(),
            sessions: opened,
            releases: Vec::new(),
            refusals: Vec::new(),
            key,
            receipt: own.get(&receipt).map_err(unproven)?,
            record,
        }))
    }

    /// The policies from `ancestor` to the last; none if the one does not descend from the other.
    async fn lineage(
        &self,
        ancestor: PolicyHash,
        last: PolicyHash,
        record: PolicyRecord,
        at: H256,
    ) -> Result<Vec<PolicyRecord>, ChainError> {
        let (mut hash, mut lineage) = (last, vec![record]);
        while hash != ancestor {
            let predecessor = lineage.last().and_then(|record| record.policy.predecessor);
            let Some(next) = predecessor.filter(|_| lineage.len() < MAX_LINEAGE as usize) else {
                return Ok(Vec::new());
            };
            let Some(record) = self.value(layout::policy(next), at).await? else {
                return Ok(Vec::new());
            };
            hash = next;
            lineage.push(record);
        }
        lineage.reverse();
        Ok(lineage)
    }

    pub(super) async fn epoch(
        &self,
        id: KeyId,
        epoch: Epoch,
        at: H256,
    ) -> Result<Option<EpochRecord>, ChainError> {
        let keys = EpochKeys::of(id, epoch);
        keys.read(&self.read(at, &keys.queries()).await?).map_err(unproven)
    }

    /// The epoch that is active, or the first one while it is pending.
    pub(super) async fn key(&self, id: KeyId, at: H256) -> Result<Option<KeyRecord>, ChainError> {
        let Some(entry) = self.value(layout::key_entry(id), at).await? else { return Ok(None) };
        Ok(self.epoch(id, entry.current, at).await?.map(|record| record.key))
    }

    pub(super) async fn is_frozen(&self, id: KeyId, at: H256) -> Result<bool, ChainError> {
        Ok(self.value(layout::freeze(id), at).await?.is_some())
    }

    pub(super) async fn has_release(
        &self,
        release: &Release,
        at: H256,
    ) -> Result<bool, ChainError> {
        let key = layout::release(release.request, release.attempt, release.leaf.clone());
        Ok(self.value(key, at).await?.is_some())
    }

    pub(super) async fn has_refusal(
        &self,
        refusal: &Refusal,
        at: H256,
    ) -> Result<bool, ChainError> {
        let key = layout::refusal(refusal.request, refusal.attempt, refusal.agent);
        Ok(self.value(key, at).await?.is_some())
    }
}
