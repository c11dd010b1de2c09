//! Each operation with all that follows from it in the head's state, and the policies and tokens it is
//! judged by.

use std::collections::{BTreeMap, BTreeSet};

use codec::Encode;
use rand_core::{OsRng, RngCore};
use regent_evidence::{
    Field, OperationEvidence, PolicyEvidence, RefusalEvidence, ReleaseEvidence, TokenEvidence,
};
use regent_primitives::{
    bounds::{MAX_ATTEMPTS, MAX_LINEAGE},
    payload::payload_hash,
    AccessTree, AgentId, Attempt, AuditEntry, AuditEvent, Epoch, KeyId, LeafPath, Operation,
    PayloadFormat, PolicyHash, ReleasedLeaves, RequestBody, RequestId, RequestRecord, Subject,
    H256,
};
use regent_proof::{audit::verify_subject, layout, Limits, ProvenState, Query, StateKey};

use super::{select::check_bytes, state::BlockState, ExportError, ExportStep, Progress};
use crate::{client::Client, error::ClientError};

/// Statuses of epochs that are looked through at once.
const EPOCHS_AT_ONCE: u32 = 32;

/// A policy that was read.
struct Policy {
    record: Vec<u8>,
    predecessor: Option<PolicyHash>,
    successor: Option<PolicyHash>,
}

/// A token that was read.
struct Token {
    bytes: Vec<u8>,
    tree: AccessTree,
}

/// What was read so far.
pub(super) struct Assembly<'a> {
    client: &'a Client,
    genesis: H256,
    state: &'a BlockState<'a>,
    /// Whether payloads are wanted.
    payloads: bool,
    policies: BTreeMap<PolicyHash, Policy>,
    tokens: BTreeMap<(KeyId, Epoch), Token>,
    operations: BTreeMap<RequestId, OperationEvidence>,
    /// Bytes of all of it.
    bytes: usize,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(
        client: &'a Client,
        genesis: H256,
        state: &'a BlockState<'a>,
        payloads: bool,
    ) -> Self {
        Self {
            client,
            genesis,
            state,
            payloads,
            policies: BTreeMap::new(),
            tokens: BTreeMap::new(),
            operations: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// Reads an operation, of which these are all entries of the log.
    pub(super) async fn add(
        &mut self,
        id: RequestId,
        history: Vec<AuditEntry>,
        progress: Progress<'_>,
    ) -> Result<(), ExportError> {
        let (request, approvals) = (layout::request(id), layout::approvals(id));
        let (leaves, receipt) = (layout::released(id), layout::receipt(id));
        let queries = [request.query(), approvals.query(), leaves.query(), receipt.query()];
        let state = self.state.read(&queries).await?;
        let record = state.get(&request)?.ok_or(ExportError::UnknownRequest(id))?;
        // Whole, or the node hid where it begins: what breaks a rule after this, the chain did.
        let (subject, newest) = (Subject::Request(id), record.last_entry);
        verify_subject(self.genesis, &subject, newest, &history, &Limits::default())?;

        let body = &record.body;
        self.add_policies(body.policy).await?;
        let tree = self.tree(body).await?;
        if body.makes_token() && state.get(&receipt)?.is_some() {
            self.add_made_token(id, body).await?;
        }

        let notes = Notes::of(&record, tree.as_ref(), state.get(&leaves)?, &history);
        let mut fields = Vec::with_capacity(notes.count());
        for value in self.bytes_of(id, &notes).await? {
            fields.push(self.field(value)?);
        }
        let mut fields = fields.into_iter();
        let sessions = fields.by_ref().take(usize::from(notes.attempts)).collect();
        let releases = notes.releases.iter().zip(fields.by_ref());
        let releases = releases
            .map(|((attempt, leaf), note)| ReleaseEvidence {
                attempt: *attempt,
                leaf: leaf.0.to_vec(),
                note,
            })
            .collect();
        let refusals = notes.refusals.iter().zip(fields);
        let refusals = refusals
            .map(|((attempt, agent), note)| RefusalEvidence {
                attempt: *attempt,
                agent: *agent,
                note,
            })
            .collect();
        let payload = self.payload(id, &record, progress).await?;
        let operation = OperationEvidence {
            id,
            record: self.proven(&state, &request)?.ok_or(ExportError::UnknownRequest(id))?,
            history: self.field(history.encode())?,
            payload: payload.map(|bytes| self.field(bytes)).transpose()?,
            receipt: self.proven(&state, &receipt)?,
            refusals,
            released: self.proven(&state, &leaves)?,
            releases,
            sessions,
            approvals: self.proven(&state, &approvals)?,
        };
        self.operations.insert(id, operation);
        Ok(())
    }

    /// The policies, sorted by hash.
    pub(super) fn policies(&mut self) -> Result<Vec<PolicyEvidence>, ExportError> {
        let policies = std::mem::take(&mut self.policies).into_iter();
        policies
            .map(|(hash, Policy { record, successor, .. })| {
                self.field(record).map(|record| PolicyEvidence { hash, record, successor })
            })
            .collect()
    }

    /// The tokens, sorted by key and epoch.
    pub(super) fn tokens(&mut self) -> Result<Vec<TokenEvidence>, ExportError> {
        let tokens = std::mem::take(&mut self.tokens).into_iter();
        tokens
            .map(|((key, epoch), Token { bytes, .. })| {
                self.field(bytes).map(|token| TokenEvidence { key, epoch, token })
            })
            .collect()
    }

    /// The operations, sorted by id.
    pub(super) fn operations(self) -> Vec<OperationEvidence> {
        self.operations.into_values().collect()
    }

    /// A value with a salt of its own.
    fn field(&mut self, value: Vec<u8>) -> Result<Field, ExportError> {
        self.bytes = self.bytes.saturating_add(value.len());
        check_bytes(self.bytes)?;
        let mut salt = [0u8; 32];
        OsRng
            .try_fill_bytes(&mut salt)
            .map_err(|error| ExportError::Randomness(error.to_string()))?;
        Ok(Field::Disclosed { salt: H256(salt), value })
    }

    /// A value that was proven; none if it is proven that there is none.
    fn proven<V>(
        &mut self,
        state: &ProvenState,
        key: &StateKey<V>,
    ) -> Result<Option<Field>, ExportError> {
        let value = state.bytes(key.bytes())?.map(<[u8]>::to_vec);
        value.map(|value| self.field(value)).transpose()
    }

    /// The tree whose leaves are released for a request (section 11).
    async fn tree(&mut self, body: &RequestBody) -> Result<Option<AccessTree>, ExportError> {
        if let Operation::Enrol { tree, .. } = &body.operation {
            return Ok(Some(tree.clone()));
        }
        let old = self.token(body.key, body.epoch).await?;
        Ok(match body.operation.named_tree() {
            // One that is too large has no leaves: nothing was released for it.
            Some((_, next)) => AccessTree::joint(&old, next).ok(),
            None => Some(old),
        })
    }

    /// Reads a token, and returns its tree.
    async fn token(&mut self, key: KeyId, epoch: Epoch) -> Result<AccessTree, ExportError> {
        if let Some(token) = self.tokens.get(&(key, epoch)) {
            return Ok(token.tree.clone());
        }
        let at = layout::token(key, epoch);
        let state = self.state.read(&[at.query()]).await?;
        let token = state.get(&at)?.ok_or_else(|| missing("a token", key))?;
        let bytes = state.bytes(at.bytes())?.unwrap_or_default().to_vec();
        self.tokens.insert((key, epoch), Token { bytes, tree: token.tree.clone() });
        Ok(token.tree)
    }

    /// Reads the token that a completed request made: of the epochs after its own, that of which the
    /// state says so.
    async fn add_made_token(
        &mut self,
        id: RequestId,
        body: &RequestBody,
    ) -> Result<(), ExportError> {
        if matches!(body.operation, Operation::Enrol { .. }) {
            return self.token(body.key, body.epoch).await.map(drop);
        }
        let entry = self.state.value(&layout::key_entry(body.key)).await?;
        let newest = entry.ok_or_else(|| missing("the key", body.key))?.newest;
        let mut next = body.epoch.saturating_add(1);
        while next <= newest {
            let last = next.saturating_add(EPOCHS_AT_ONCE.saturating_sub(1)).min(newest);
            let keys: Vec<_> =
                (next..=last).map(|epoch| layout::epoch_status(body.key, epoch)).collect();
            let queries: Vec<Query> = keys.iter().map(StateKey::query).collect();
            let state = self.state.read(&queries).await?;
            for (epoch, key) in (next..=last).zip(&keys) {
                if state.get(key)?.is_some_and(|status| status.request == id) {
                    return self.token(body.key, epoch).await.map(drop);
                }
            }
            next = match last.checked_add(1) {
                Some(next) => next,
                None => break,
            };
        }
        Err(missing("the token it made", id))
    }

    /// Reads a policy with all that it succeeds, and the one that succeeded it.
    async fn add_policies(&mut self, policy: PolicyHash) -> Result<(), ExportError> {
        let (mut before, successor) = self.policy(policy).await?;
        for _ in 0..MAX_LINEAGE {
            let Some(predecessor) = before else { break };
            (before, _) = self.policy(predecessor).await?;
        }
        if let Some(successor) = successor {
            self.policy(successor).await?;
        }
        Ok(())
    }

    /// Reads a policy; returns the one it succeeds and the one that succeeded it.
    async fn policy(
        &mut self,
        hash: PolicyHash,
    ) -> Result<(Option<PolicyHash>, Option<PolicyHash>), ExportError> {
        if let Some(known) = self.policies.get(&hash) {
            return Ok((known.predecessor, known.successor));
        }
        let (at, after) = (layout::policy(hash), layout::successor(hash));
        let state = self.state.read(&[at.query(), after.query()]).await?;
        let record = state.get(&at)?.ok_or_else(|| missing("policy", hash))?;
        let (predecessor, successor) = (record.policy.predecessor, state.get(&after)?);
        let record = state.bytes(at.bytes())?.unwrap_or_default().to_vec();
        self.policies.insert(hash, Policy { record, predecessor, successor });
        Ok((predecessor, successor))
    }

    /// The values of an operation's sessions, releases and refusals, in that order.
    async fn bytes_of(&self, id: RequestId, notes: &Notes) -> Result<Vec<Vec<u8>>, ExportError> {
        let sessions = (1..=notes.attempts).map(|attempt| raw(&layout::session(id, attempt)));
        let releases = notes.releases.iter();
        let releases =
            releases.map(|(attempt, leaf)| raw(&layout::release(id, *attempt, leaf.clone())));
        let refusals = notes.refusals.iter();
        let refusals = refusals.map(|(attempt, agent)| raw(&layout::refusal(id, *attempt, *agent)));
        let keys: Vec<Vec<u8>> = sessions.chain(releases).chain(refusals).collect();
        let values = self.state.bytes(&keys).await?;
        values.into_iter().map(|value| value.ok_or_else(|| missing("a note", id))).collect()
    }

    /// A request's payload, if it is wanted and the node still has it: the block of the submission has
    /// it in its state. Whatever the node says, it is the one whose hash was approved.
    async fn payload(
        &self,
        id: RequestId,
        record: &RequestRecord,
        progress: Progress<'_>,
    ) -> Result<Option<Vec<u8>>, ExportError> {
        let body = &record.body;
        let format = body.operation.format();
        if !self.payloads || format == PayloadFormat::Empty {
            return Ok(None);
        }
        let block = self.client.block_hash(record.submitted_at).await?;
        let state = match self.client.request(id, block).await {
            Ok(state) => state,
            // A node that keeps less than all states.
            Err(ClientError::Rpc { .. } | ClientError::UnknownBlock(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let approved =
            |bytes: &Vec<u8>| payload_hash(self.genesis, format, bytes) == body.payload_hash;
        let payload = state.and_then(|state| state.payload).filter(approved);
        if payload.is_none() {
            progress(ExportStep::NoPayload(id));
        }
        Ok(payload)
    }
}

/// Where an operation's sessions, releases and refusals stand.
struct Notes {
    attempts: Attempt,
    releases: BTreeSet<(Attempt, LeafPath)>,
    refusals: BTreeSet<(Attempt, AgentId)>,
}

impl Notes {
    /// The state counts attempts and released leaves; the log names who refused.
    fn of(
        record: &RequestRecord,
        tree: Option<&AccessTree>,
        released: Option<ReleasedLeaves>,
        history: &[AuditEntry],
    ) -> Self {
        let released = released.unwrap_or_default();
        let leaves = tree.map(AccessTree::leaves).unwrap_or_default();
        let places = (1..=MAX_ATTEMPTS).flat_map(|attempt| {
            leaves.iter().enumerate().map(move |(number, (leaf, _))| (attempt, number, leaf))
        });
        let releases = places
            .filter(|(attempt, number, _)| released.contains(*attempt, *number))
            .map(|(attempt, _, leaf)| (attempt, leaf.clone()))
            .collect();
        let refusals = history
            .iter()
            .filter_map(|entry| match entry.event {
                AuditEvent::ReleaseRefused { attempt, agent, .. } => Some((attempt, agent)),
                _ => None,
            })
            .collect();
        Self { attempts: record.attempts, releases, refusals }
    }

    fn count(&self) -> usize {
        let attempts = usize::from(self.attempts);
        attempts.saturating_add(self.releases.len()).saturating_add(self.refusals.len())
    }
}

fn raw<V>(key: &StateKey<V>) -> Vec<u8> {
    key.bytes().to_vec()
}

fn missing(what: &'static str, of: impl ToString) -> ExportError {
    ExportError::Missing { what, of: of.to_string() }
}
